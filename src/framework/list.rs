//! List resources: finding existing objects for `terraform query` (Terraform 1.14 and later).

use async_trait::async_trait;
use serde::de::DeserializeOwned;
use tokio::sync::mpsc;

use crate::framework::context::Context;
use crate::framework::diagnostic::Diagnostics;
use crate::framework::identity::Identity;
use crate::framework::resource::Resource;
use crate::framework::schema::Schema;

/// What to list.
#[derive(Clone, Debug)]
pub struct ListRequest<C> {
    /// The `config` block, wholly known.
    pub config: C,
    /// Whether the whole object is wanted, beside its identity.
    pub include_resource: bool,
    /// How many results are wanted at most; `None` is any number.
    pub limit: Option<usize>,
}

/// One object that was found.
#[derive(Clone, Debug)]
pub struct Listed<S> {
    /// What a person calls it.
    pub display_name: String,
    /// The object. Its identity follows from it.
    pub state: S,
    /// What the user should know of this object.
    pub diagnostics: Diagnostics,
}

/// Where results go as they are found.
#[derive(Debug)]
pub struct Results<S>(mpsc::Sender<Result<Listed<S>, Diagnostics>>);

/// Nobody wants further results: the limit is reached, or the query was cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no further results are wanted")]
pub struct Enough;

impl<S: Send> Results<S> {
    pub(super) fn new(sender: mpsc::Sender<Result<Listed<S>, Diagnostics>>) -> Self {
        Self(sender)
    }

    /// Hands over one result.
    pub async fn found(&self, listed: Listed<S>) -> Result<(), Enough> {
        self.0.send(Ok(listed)).await.map_err(|_| Enough)
    }

    /// Says something that is about no single result. An error ends the query.
    pub async fn say(&self, diagnostics: Diagnostics) -> Result<(), Enough> {
        self.0.send(Err(diagnostics)).await.map_err(|_| Enough)
    }
}

/// The session of a list resource's resource.
pub type SessionOf<L> = <<L as ListResource>::Resource as Resource>::Session;
/// The state of a list resource's resource.
pub type StateOf<L> = <<L as ListResource>::Resource as Resource>::State;

/// A list resource type. It has the name of the resource type whose objects it finds, and that
/// one has an identity.
#[async_trait]
pub trait ListResource: Send + Sync + 'static {
    /// The resource type whose objects it finds.
    type Resource: Identity;
    /// The model of the `config` block: attributes may be unknown while it is validated.
    type Config: DeserializeOwned + Send;

    /// The schema of the `config` block.
    fn schema(&self) -> Schema;

    /// Checks a configuration beyond what the schema says. Must be pure, and skip what is unknown.
    async fn validate(&self, _config: Self::Config) -> Diagnostics {
        Diagnostics::new()
    }

    /// Finds objects and hands them over one by one, until there are none or [`Enough`].
    async fn list(
        &self,
        context: Context<SessionOf<Self>>,
        request: ListRequest<Self::Config>,
        results: Results<StateOf<Self>>,
    );
}
