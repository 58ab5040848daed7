//! The provider itself: its configuration, and the types it has.

use async_trait::async_trait;
use serde::de::DeserializeOwned;

use crate::framework::diagnostic::Diagnostics;
use crate::framework::schema::Schema;
use crate::framework::types::Types;

/// What `configure` is told beside the configuration.
#[derive(Clone, Debug)]
pub struct ConfigureRequest<C> {
    /// The `provider` block; values may be unknown during a plan.
    pub config: C,
    /// The version that the CLI says it has. Terraform and OpenTofu have the same
    /// numbers, and OpenTofu from 1.12 on says that of a Terraform.
    pub terraform_version: String,
    /// Whether what is configured serves several walks, so that one object may be planned more than
    /// once. `terraform test` does so where its file has a `provider` block (from 1.13).
    pub serves_several_walks: bool,
}

/// What `configure` made.
#[derive(Debug)]
pub struct Configured<S> {
    /// What the operations work with; `None` goes with an error.
    pub session: Option<S>,
    /// What the user should know.
    pub diagnostics: Diagnostics,
}

impl<S> Configured<S> {
    /// A session that works.
    pub fn ready(session: S) -> Self {
        Self {
            session: Some(session),
            diagnostics: Diagnostics::new(),
        }
    }

    /// A configuration that cannot work, and why.
    pub fn failed(diagnostics: impl Into<Diagnostics>) -> Self {
        Self {
            session: None,
            diagnostics: diagnostics.into(),
        }
    }
}

/// A Terraform provider.
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    /// The model of the `provider` block. Every attribute may be null or unknown.
    type Config: DeserializeOwned + Send;
    /// What `configure` makes and every operation is given.
    type Session: Send + Sync + 'static;

    /// The schema of the `provider` block.
    fn schema(&self) -> Schema;

    /// The types the provider has.
    fn types(&self) -> Types<Self::Session>;

    /// Checks the `provider` block beyond what its schema says. Must be pure.
    async fn validate(&self, _config: Self::Config) -> Diagnostics {
        Diagnostics::new()
    }

    /// Makes a session of the `provider` block. Called again in a reattached process, where the
    /// new session replaces the old one.
    async fn configure(&self, request: ConfigureRequest<Self::Config>)
    -> Configured<Self::Session>;
}
