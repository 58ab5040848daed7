//! Managed resources.

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::framework::context::Context;
use crate::framework::diagnostic::{Diagnostic, Diagnostics};
use crate::framework::incoming::{Incoming, Upgraded};
use crate::framework::path::AttributePath;
use crate::framework::private::Private;
use crate::framework::schema::Schema;

/// What a plan is made from.
#[derive(Clone, Debug)]
pub struct PlanRequest<C, S> {
    /// The configuration.
    pub config: C,
    /// What is there now; `None` plans a create.
    pub prior: Option<S>,
    /// The plan so far: the schema's rules have been applied.
    pub planned: C,
    /// The prior state's private data.
    pub private: Private,
    /// The private data of the plan that is being applied, if this is the second planning during
    /// an apply and the caller keeps it (Terraform 1.16 and later).
    pub stored_plan: Option<Private>,
    /// Whether it is planned again to be applied at once; see [`PlanDestroyRequest::applying`].
    pub applying: bool,
}

/// What the plan of a destruction is made from.
#[derive(Clone, Debug)]
pub struct PlanDestroyRequest<S> {
    /// What is there now.
    pub state: S,
    /// The prior state's private data.
    pub private: Private,
    /// Whether it is known to be planned again to be applied at once, as core does with creates,
    /// updates and deposed objects (plugin protocol, "Apply time core plans again"). Terraform before
    /// 1.9 and OpenTofu do not say, so that `false` may be either.
    pub applying: bool,
}

/// A planned state.
#[derive(Clone, Debug)]
pub struct Planned<C> {
    /// The planned state; `None` keeps the plan so far.
    pub planned: Option<C>,
    /// What else forces a replacement, beyond the schema's own rules.
    pub requires_replace: Vec<AttributePath>,
    /// The private data of the plan; `None` keeps that of the prior state.
    pub private: Option<Private>,
    /// What the user should know.
    pub diagnostics: Diagnostics,
}

impl<C> Planned<C> {
    /// The plan so far is right as it is.
    pub fn unchanged() -> Self {
        Self {
            planned: None,
            requires_replace: Vec::new(),
            private: None,
            diagnostics: Diagnostics::new(),
        }
    }

    /// This plan instead of the plan so far.
    pub fn new(planned: C) -> Self {
        Self {
            planned: Some(planned),
            ..Self::unchanged()
        }
    }

    /// The same plan, with more to say.
    #[must_use]
    pub fn with(mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) -> Self {
        self.diagnostics.extend(diagnostics);
        self
    }
}

/// What a create starts from.
#[derive(Clone, Debug)]
pub struct CreateRequest<C> {
    /// The configuration, wholly known.
    pub config: C,
    /// The planned state; computed attributes may be unknown.
    pub planned: C,
    /// Private data of the plan.
    pub private: Private,
}

/// What an update starts from.
#[derive(Clone, Debug)]
pub struct UpdateRequest<C, S> {
    /// What is there now.
    pub prior: S,
    /// The configuration, wholly known.
    pub config: C,
    /// The planned state; computed attributes may be unknown.
    pub planned: C,
    /// Private data of the plan.
    pub private: Private,
}

/// What a read or a delete starts from.
#[derive(Clone, Debug)]
pub struct StateRequest<S> {
    /// What is there, as far as is known.
    pub state: S,
    /// Private data of the state.
    pub private: Private,
}

/// What an operation did to an object. State and error do not exclude each other: a half-done
/// operation returns what is really there, and an error.
///
/// What core makes of it (plugin protocol, "ApplyResourceChange"): an error and a state on create
/// taints the resource, so that the next plan replaces it; on update and delete the state is kept
/// as it is returned. An error without a state keeps the prior one.
#[derive(Clone, Debug)]
pub struct Applied<S> {
    /// What is there now; `None` is nothing, or with an error, what was there before.
    pub state: Option<S>,
    /// The private data from now on; `None` keeps what there was.
    pub private: Option<Private>,
    /// What the user should know.
    pub diagnostics: Diagnostics,
}

impl<S> Applied<S> {
    /// This is what is there now.
    pub fn state(state: S) -> Self {
        Self {
            state: Some(state),
            ..Self::gone()
        }
    }

    /// Nothing is there.
    pub fn gone() -> Self {
        Self {
            state: None,
            private: None,
            diagnostics: Diagnostics::new(),
        }
    }

    /// It did not work, and nothing has changed.
    pub fn failed(diagnostics: impl Into<Diagnostics>) -> Self {
        Self {
            diagnostics: diagnostics.into(),
            ..Self::gone()
        }
    }

    /// The same outcome, with more to say.
    #[must_use]
    pub fn with(mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) -> Self {
        self.diagnostics.extend(diagnostics);
        self
    }

    /// The same outcome, with private data to keep.
    #[must_use]
    pub fn private(self, private: Private) -> Self {
        Self {
            private: Some(private),
            ..self
        }
    }
}

/// A managed resource type. Identity, listing and moving state are traits of their own, for the
/// types that have them.
#[async_trait]
pub trait Resource: Send + Sync + 'static {
    /// What the provider's `configure` made.
    type Session: Send + Sync + 'static;
    /// The model of configuration and plan: attributes may be null or unknown.
    type Config: Serialize + DeserializeOwned + Send;
    /// The model of state: wholly known.
    type State: Serialize + DeserializeOwned + Send;

    /// The full name of the type, such as `cloudbase_env_share`.
    fn type_name(&self) -> &'static str;

    /// The schema.
    fn schema(&self) -> Schema;

    /// Checks a configuration beyond what the schema says. Must be pure, and skip what is unknown.
    async fn validate(&self, _config: Self::Config) -> Diagnostics {
        Diagnostics::new()
    }

    /// Adjusts the plan of a create or an update. Must give the same answer for the same request.
    async fn plan(
        &self,
        _context: Context<Self::Session>,
        _request: PlanRequest<Self::Config, Self::State>,
    ) -> Planned<Self::Config> {
        Planned::unchanged()
    }

    /// What to say when a destruction is planned; an error prevents it.
    async fn plan_destroy(
        &self,
        _context: Context<Self::Session>,
        _request: PlanDestroyRequest<Self::State>,
    ) -> Diagnostics {
        Diagnostics::new()
    }

    /// Makes the object.
    async fn create(
        &self,
        context: Context<Self::Session>,
        request: CreateRequest<Self::Config>,
    ) -> Applied<Self::State>;

    /// Looks at the object. [`Applied::gone`] removes it from state; an error keeps the state.
    async fn read(
        &self,
        context: Context<Self::Session>,
        request: StateRequest<Self::State>,
    ) -> Applied<Self::State>;

    /// Changes the object in place.
    async fn update(
        &self,
        context: Context<Self::Session>,
        request: UpdateRequest<Self::Config, Self::State>,
    ) -> Applied<Self::State>;

    /// Removes the object. With an error, a state says what remains.
    async fn delete(
        &self,
        context: Context<Self::Session>,
        request: StateRequest<Self::State>,
    ) -> Applied<Self::State>;

    /// Finds an existing object by its import id. Core reads it right after.
    async fn import(
        &self,
        _context: Context<Self::Session>,
        _id: String,
    ) -> Result<Incoming<Self::State>, Diagnostics> {
        Err(Diagnostic::error(
            format!("{} cannot be imported", self.type_name()),
            "This resource type does not support import. Remove the `import` block, or create \
             the resource with `terraform apply`.",
        )
        .into())
    }

    /// Turns state of an older schema version, as JSON, into that of the current one.
    fn upgrade(&self, version: i64, _state: serde_json::Value) -> Result<Upgraded, Diagnostics> {
        Err(Diagnostic::error(
            format!(
                "state of {} has an unknown schema version",
                self.type_name()
            ),
            format!(
                "The state is of schema version {version}, which this version of the provider \
                 cannot upgrade. Use the provider version that wrote it, or remove the resource \
                 from state and import it."
            ),
        )
        .into())
    }
}
