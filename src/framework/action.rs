//! Actions: things to do that leave no state (Terraform 1.14 and later).

use async_trait::async_trait;
use serde::de::DeserializeOwned;
use tokio::sync::mpsc;

use crate::framework::context::Context;
use crate::framework::diagnostic::Diagnostics;
use crate::framework::schema::Schema;

/// Where an action says how far it has come.
#[derive(Clone, Debug)]
pub struct Progress(mpsc::Sender<String>);

impl Progress {
    pub(super) fn new(sender: mpsc::Sender<String>) -> Self {
        Self(sender)
    }

    /// Shows a line to the user. Where nobody listens any more it is dropped; the action's
    /// cancellation says so.
    pub async fn say(&self, line: impl Into<String> + Send) {
        self.0.send(line.into()).await.ok();
    }
}

/// An action type.
#[async_trait]
pub trait Action: Send + Sync + 'static {
    /// What the provider's `configure` made.
    type Session: Send + Sync + 'static;
    /// The model of the configuration: attributes may be unknown until it is invoked.
    type Config: DeserializeOwned + Send;

    /// The full name of the type, such as `cloudbase_convert_env`.
    fn type_name(&self) -> &'static str;

    /// The schema.
    fn schema(&self) -> Schema;

    /// Checks a configuration beyond what the schema says. Must be pure, and skip what is unknown.
    async fn validate(&self, _config: Self::Config) -> Diagnostics {
        Diagnostics::new()
    }

    /// What to say when the action is planned; an error prevents it.
    async fn plan(&self, _context: Context<Self::Session>, _config: Self::Config) -> Diagnostics {
        Diagnostics::new()
    }

    /// Does it. The configuration is wholly known.
    async fn invoke(
        &self,
        context: Context<Self::Session>,
        config: Self::Config,
        progress: Progress,
    ) -> Diagnostics;
}
