//! Data sources.

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::framework::context::Context;
use crate::framework::diagnostic::Diagnostics;
use crate::framework::schema::Schema;
use crate::framework::value::Value;

/// What a data source found.
#[derive(Clone, Debug)]
pub struct Found<S> {
    /// The result; `None` goes with an error.
    pub state: Option<S>,
    /// What the user should know.
    pub diagnostics: Diagnostics,
}

impl<S> Found<S> {
    /// This was found.
    pub fn state(state: S) -> Self {
        Self {
            state: Some(state),
            diagnostics: Diagnostics::new(),
        }
    }

    /// Nothing usable was found, and why.
    pub fn failed(diagnostics: impl Into<Diagnostics>) -> Self {
        Self {
            state: None,
            diagnostics: diagnostics.into(),
        }
    }
}

/// A data source type.
#[async_trait]
pub trait DataSource: Send + Sync + 'static {
    /// What the provider's `configure` made.
    type Session: Send + Sync + 'static;
    /// The model of arguments and results, wholly known.
    type State: Serialize + DeserializeOwned + Send;

    /// The full name of the type, such as `cloudbase_env`.
    fn type_name(&self) -> &'static str;

    /// The schema.
    fn schema(&self) -> Schema;

    /// Checks a configuration beyond what the schema says. Must be pure, and skip what is unknown:
    /// it has no model, since the model of the arguments is wholly known.
    async fn validate(&self, _config: &Value) -> Diagnostics {
        Diagnostics::new()
    }

    /// Reads it. `config` is the model with only the arguments set; they have to be echoed.
    async fn read(
        &self,
        context: Context<Self::Session>,
        config: Self::State,
    ) -> Found<Self::State>;
}
