//! Ephemeral resources: values that live for one plan or apply (Terraform 1.10 and later).

use std::time::SystemTime;

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::framework::context::Context;
use crate::framework::diagnostic::{Diagnostic, Diagnostics};
use crate::framework::private::Private;
use crate::framework::schema::Schema;
use crate::framework::value::Value;

/// What opening came to.
#[derive(Clone, Debug)]
pub struct Opened<R> {
    /// Arguments and results; `None` goes with an error.
    pub result: Option<R>,
    /// When core is to ask for a renewal.
    pub renew_at: Option<SystemTime>,
    /// What renewal and closing are given. It stays in memory.
    pub private: Private,
    /// What the user should know.
    pub diagnostics: Diagnostics,
}

impl<R> Opened<R> {
    /// This is the value.
    pub fn result(result: R) -> Self {
        Self {
            result: Some(result),
            renew_at: None,
            private: Private::default(),
            diagnostics: Diagnostics::new(),
        }
    }

    /// It cannot be opened, and why.
    pub fn failed(diagnostics: impl Into<Diagnostics>) -> Self {
        Self {
            result: None,
            renew_at: None,
            private: Private::default(),
            diagnostics: diagnostics.into(),
        }
    }
}

/// What a renewal came to.
#[derive(Clone, Debug, Default)]
pub struct Renewed {
    /// When core is to ask again; `None` is never.
    pub renew_at: Option<SystemTime>,
    /// What the next renewal is given.
    pub private: Private,
    /// What the user should know; an error ends the renewals.
    pub diagnostics: Diagnostics,
}

/// An ephemeral resource type.
#[async_trait]
pub trait EphemeralResource: Send + Sync + 'static {
    /// What the provider's `configure` made.
    type Session: Send + Sync + 'static;
    /// The model of arguments and results, wholly known.
    type Result: Serialize + DeserializeOwned + Send;

    /// The full name of the type, such as `cloudbase_component_token`.
    fn type_name(&self) -> &'static str;

    /// The schema.
    fn schema(&self) -> Schema;

    /// Checks a configuration beyond what the schema says. Must be pure, and skip what is unknown:
    /// it has no model, since the model of the arguments is wholly known.
    async fn validate(&self, _config: &Value) -> Diagnostics {
        Diagnostics::new()
    }

    /// Makes the value. Arguments have to be echoed. Called in plan and again in apply.
    async fn open(
        &self,
        context: Context<Self::Session>,
        arguments: Self::Result,
    ) -> Opened<Self::Result>;

    /// Extends the value. Asked for only after `open` or `renew` has set `renew_at`.
    async fn renew(&self, _context: Context<Self::Session>, _private: Private) -> Renewed {
        let error = Diagnostic::error(
            format!("{} cannot be renewed", self.type_name()),
            "The provider never asked for a renewal. Please report this.",
        );
        Renewed {
            diagnostics: error.into(),
            ..Renewed::default()
        }
    }

    /// Gives the value back. Gets the private data of `open`, not of a renewal.
    async fn close(&self, _context: Context<Self::Session>, _private: Private) -> Diagnostics {
        Diagnostics::new()
    }
}
