//! What comes into state without an apply: by an import, a move, or an upgrade of its schema.

use crate::framework::diagnostic::{Diagnostic, Diagnostics};
use crate::framework::private::Private;
use crate::framework::value::Value;

/// An object that an import or a move brings into state. What fails is an error instead.
#[derive(Clone, Debug)]
pub struct Incoming<S> {
    /// The object.
    pub state: S,
    /// The private data that it starts with.
    pub private: Private,
    /// What the user should know.
    pub warnings: Diagnostics,
}

impl<S> Incoming<S> {
    /// The same object, with private data to keep.
    #[must_use]
    pub fn private(self, private: Private) -> Self {
        Self { private, ..self }
    }

    /// The same object, with more to say.
    #[must_use]
    pub fn with(mut self, warnings: impl IntoIterator<Item = Diagnostic>) -> Self {
        self.warnings.extend(warnings);
        self
    }

    /// The same, with another model of the object.
    pub(super) fn try_map<T>(
        self,
        map: impl FnOnce(S) -> Result<T, Diagnostics>,
    ) -> Result<Incoming<T>, Diagnostics> {
        Ok(Incoming {
            state: map(self.state)?,
            private: self.private,
            warnings: self.warnings,
        })
    }
}

impl<S> From<S> for Incoming<S> {
    fn from(state: S) -> Self {
        Self {
            state,
            private: Private::default(),
            warnings: Diagnostics::new(),
        }
    }
}

/// State of an older schema version as it is in the current one.
#[derive(Clone, Debug)]
pub struct Upgraded {
    /// A value of the current schema, which may be built loosely; see [`Value::conform`].
    pub state: Value,
    /// What the user should know.
    pub warnings: Diagnostics,
}

impl From<Value> for Upgraded {
    fn from(state: Value) -> Self {
        Self {
            state,
            warnings: Diagnostics::new(),
        }
    }
}
