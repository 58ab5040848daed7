//! A plan of which something is not known when it is applied, which core never sends.

use crate::framework::Diagnostic;
use crate::framework::value::ValueError;

/// The error about it.
pub(super) fn diagnostic(error: &ValueError) -> Diagnostic {
    let place = if error.path.is_empty() {
        "the planned values".to_owned()
    } else {
        format!("`{}`", error.path)
    };
    Diagnostic::error(
        format!("{place} cannot be applied: {}", error.message),
        "All arguments have to be known in an apply. This is a mistake in Terraform or the provider; \
         please report it.",
    )
}
