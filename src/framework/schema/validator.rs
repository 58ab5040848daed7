//! Checks of single values.

use std::fmt;
use std::sync::Arc;

use crate::framework::diagnostic::Diagnostic;
use crate::framework::path::AttributePath;
use crate::framework::value::Value;

type Check = dyn Fn(&Value, &AttributePath) -> Vec<Diagnostic> + Send + Sync;

/// A semantic check of one value. It is called with the value, never null and never unknown as a
/// whole, and with its path; what it returns is shown to the user.
#[derive(Clone)]
pub struct Validator(Arc<Check>);

impl Validator {
    /// A check made of `check`.
    pub fn new(
        check: impl Fn(&Value, &AttributePath) -> Vec<Diagnostic> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(check))
    }

    /// Runs the check.
    pub fn check(&self, value: &Value, path: &AttributePath) -> Vec<Diagnostic> {
        (self.0)(value, path)
    }
}

impl fmt::Debug for Validator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Validator")
    }
}
