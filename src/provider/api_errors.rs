//! A call that failed, as a diagnostic. What failed for single mini programs is in `outcomes`.

use super::advice;
use super::asked::Asked;
use crate::framework::{AttributePath, Diagnostic, Severity};
use crate::wechat::Error;

/// The error about one failed call; see [`diagnostic`].
pub(super) fn error(asked: &Asked, error: &Error, path: AttributePath) -> Diagnostic {
    diagnostic(Severity::Error, asked, error, path)
}

/// One failed call as a diagnostic that points at `path`: what was asked, as in "convert environment e", then why it
/// failed.
pub(super) fn diagnostic(
    severity: Severity,
    asked: &Asked,
    error: &Error,
    path: AttributePath,
) -> Diagnostic {
    let summary = format!("could not {}: {}", asked.words, error.reason());
    let detail = advice::detail(error, asked);
    let diagnostic = match severity {
        Severity::Error => Diagnostic::error(summary, detail),
        Severity::Warning => Diagnostic::warning(summary, detail),
    };
    diagnostic.at(path)
}
