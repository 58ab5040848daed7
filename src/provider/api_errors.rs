//! What the API refused or left unanswered, as diagnostics.

use indexmap::IndexMap;

use super::advice;
use crate::framework::{AttributePath, Diagnostic, Diagnostics, Severity};
use crate::wechat::{Appid, Error};

/// One failed call as a diagnostic that points at `path`: what was asked, as in "convert environment e", then why it
/// failed.
pub(super) fn diagnostic(
    severity: Severity,
    asked: &str,
    error: &Error,
    path: AttributePath,
) -> Diagnostic {
    let summary = format!("could not {asked}: {}", error.reason());
    let detail = advice::detail(error);
    let diagnostic = match severity {
        Severity::Error => Diagnostic::error(summary, detail),
        Severity::Warning => Diagnostic::warning(summary, detail),
    };
    diagnostic.at(path)
}

/// Failed mini programs as diagnostics: one for all that failed for the same reason, be it that they were refused one by
/// one or by one call.
///
/// `asked` says what was asked, as in "share environment e with"; the mini programs are added to it.
pub(super) fn of_appids(
    severity: Severity,
    asked: &str,
    failures: &[(Appid, Error)],
) -> Diagnostics {
    let mut reasons: IndexMap<(&str, String), Vec<&(Appid, Error)>> = IndexMap::new();
    for failure in failures {
        let (_, error) = failure;
        let reason = (error.reason(), advice::detail_without_rid(error));
        reasons.entry(reason).or_default().push(failure);
    }
    let diagnostics = reasons.into_values().filter_map(|failures| {
        let [(first, error), others @ ..] = failures.as_slice() else {
            return None;
        };
        let path = AttributePath::root("appids");
        if others.is_empty() {
            let asked = format!("{asked} mini program {first}");
            return Some(diagnostic(severity, &asked, error, path));
        }
        let asked = format!("{asked} {} mini programs", failures.len());
        let mut one = diagnostic(severity, &asked, error, path);
        let appids: Vec<_> = failures.iter().map(|(appid, _)| appid.as_str()).collect();
        one.detail = format!("Mini programs: {}.\n{}", appids.join(", "), one.detail);
        Some(one)
    });
    diagnostics.collect()
}
