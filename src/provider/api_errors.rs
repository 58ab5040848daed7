//! What the API refused, as diagnostics.

use std::collections::HashMap;

use super::advice;
use crate::framework::{AttributePath, Diagnostic, Diagnostics, Severity};
use crate::wechat::{Appid, Class, Error};

/// One failed call as a diagnostic that points at `path`: what was asked, then why it failed.
pub(super) fn diagnostic(
    severity: Severity,
    asked: &str,
    error: &Error,
    path: AttributePath,
) -> Diagnostic {
    let summary = format!("could not {asked}: {}", error.happened());
    let detail = advice::detail(error);
    let diagnostic = match severity {
        Severity::Error => Diagnostic::error(summary, detail),
        Severity::Warning => Diagnostic::warning(summary, detail),
    };
    diagnostic.at(path)
}

/// Failed mini programs as diagnostics: one for each that was refused by itself, and one for all
/// that a failed call leaves without an answer.
///
/// `asked` says what was asked, as in "share environment e"; the mini programs are added to it.
pub(super) fn diagnostics(
    severity: Severity,
    asked: &str,
    failures: &[(Appid, Error)],
) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let mut calls: Vec<(&Error, Vec<&Appid>)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (appid, error) in failures {
        let place = match error.class() {
            Class::Item => calls.len(),
            _ => *places.entry(error.detail()).or_insert(calls.len()),
        };
        match calls.get_mut(place) {
            Some((_, appids)) => appids.push(appid),
            None => calls.push((error, vec![appid])),
        }
    }
    for (error, appids) in calls {
        let path = AttributePath::root("appids");
        let whom = match appids.as_slice() {
            [appid] => format!("mini program {appid}"),
            several => format!("{} mini programs", several.len()),
        };
        let mut one = diagnostic(severity, &format!("{asked} {whom}"), error, path);
        if appids.len() > 1 {
            let names: Vec<_> = appids.iter().map(|appid| appid.as_str()).collect();
            one.detail = format!("{}\nMini programs: {}", one.detail, names.join(", "));
        }
        diagnostics.push(one);
    }
    diagnostics
}
