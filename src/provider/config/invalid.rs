//! An argument of the `provider` block that is not what it has to be.

use crate::framework::{AttributePath, Diagnostic};

/// The error about `attribute`.
pub(super) fn invalid(attribute: &str, detail: &str) -> Diagnostic {
    Diagnostic::error(format!("invalid provider argument `{attribute}`"), detail)
        .at(AttributePath::root(attribute))
}
