//! The types a provider has, behind traits that know only values.
//!
//! The gRPC service works with values; resources and data sources with models. The wrappers in
//! here turn one into the other, so that no type does it by itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::framework::context::Context;
use crate::framework::data_source::{DataSource, Found};
use crate::framework::diagnostic::{Diagnostic, Diagnostics};
use crate::framework::resource::{
    Applied, CreateRequest, PlanRequest, Planned, Resource, StateRequest, UpdateRequest,
};
use crate::framework::schema::Schema;
use crate::framework::value::{Type, Value, ValueError, from_value, to_value};

/// The types of a provider whose operations are given an `S`.
pub struct Types<S> {
    pub(super) resources: BTreeMap<&'static str, Arc<dyn ValueResource<S>>>,
    pub(super) data_sources: BTreeMap<&'static str, Arc<dyn ValueDataSource<S>>>,
}

impl<S: Send + Sync + 'static> Types<S> {
    /// No types yet.
    pub fn new() -> Self {
        Self {
            resources: BTreeMap::new(),
            data_sources: BTreeMap::new(),
        }
    }

    /// These types and a resource type.
    #[must_use]
    pub fn resource<R: Resource<Session = S>>(mut self, resource: R) -> Self {
        let schema = resource.schema();
        let wrapped = Typed {
            ty: schema.ty(),
            schema,
            of: resource,
        };
        self.resources
            .insert(wrapped.of.type_name(), Arc::new(wrapped));
        self
    }

    /// These types and a data source type.
    #[must_use]
    pub fn data_source<D: DataSource<Session = S>>(mut self, data_source: D) -> Self {
        let schema = data_source.schema();
        let wrapped = Typed {
            ty: schema.ty(),
            schema,
            of: data_source,
        };
        self.data_sources
            .insert(wrapped.of.type_name(), Arc::new(wrapped));
        self
    }

    /// Every schema with what it is of, such as `("resource cloudbase_env_share", …)`.
    pub fn schemas(&self) -> Vec<(String, &Schema)> {
        let resources = self
            .resources
            .iter()
            .map(|(name, r)| (format!("resource {name}"), r.schema()));
        let data = self
            .data_sources
            .iter()
            .map(|(name, d)| (format!("data {name}"), d.schema()));
        resources.chain(data).collect()
    }
}

impl<S: Send + Sync + 'static> Default for Types<S> {
    fn default() -> Self {
        Self::new()
    }
}

/// A [`Resource`] whose models are values.
#[async_trait]
pub(super) trait ValueResource<S>: Send + Sync {
    fn schema(&self) -> &Schema;
    fn ty(&self) -> &Type;
    async fn validate(&self, config: Value) -> Diagnostics;
    async fn plan(&self, cx: Context<S>, request: PlanRequest<Value, Value>) -> Planned<Value>;
    async fn plan_destroy(&self, cx: Context<S>, request: StateRequest<Value>) -> Diagnostics;
    async fn create(&self, cx: Context<S>, request: CreateRequest<Value>) -> Applied<Value>;
    async fn read(&self, cx: Context<S>, request: StateRequest<Value>) -> Applied<Value>;
    async fn update(&self, cx: Context<S>, request: UpdateRequest<Value, Value>) -> Applied<Value>;
    async fn delete(&self, cx: Context<S>, request: StateRequest<Value>) -> Applied<Value>;
    async fn import(&self, cx: Context<S>, id: String) -> Result<Value, Diagnostics>;
    fn upgrade(&self, version: i64, state: serde_json::Value) -> Result<Value, Diagnostics>;
}

/// A [`DataSource`] whose models are values.
#[async_trait]
pub(super) trait ValueDataSource<S>: Send + Sync {
    fn schema(&self) -> &Schema;
    fn ty(&self) -> &Type;
    async fn validate(&self, config: Value) -> Diagnostics;
    async fn read(&self, cx: Context<S>, config: Value) -> Found<Value>;
}

/// A type with what its schema comes to.
struct Typed<T> {
    of: T,
    schema: Schema,
    ty: Type,
}

impl<T> Typed<T> {
    /// A model as a value of the schema's type, as it may be in plan or state.
    fn write<M: Serialize>(&self, model: &M) -> Result<Value, Diagnostics> {
        match to_value(model, &self.ty) {
            Ok(value) => Ok(self.schema.without_write_only(value)),
            Err(error) => Err(misfit(&error).into()),
        }
    }

    fn write_applied<M: Serialize>(&self, applied: Applied<M>) -> Applied<Value> {
        let Applied {
            state,
            private,
            mut diagnostics,
        } = applied;
        let state = match state.map(|state| self.write(&state)).transpose() {
            Ok(state) => state,
            Err(errors) => {
                diagnostics.extend(errors);
                None
            }
        };
        Applied {
            state,
            private,
            diagnostics,
        }
    }
}

/// A value as a model, or what is wrong with it.
fn read<M: DeserializeOwned>(value: Value) -> Result<M, Diagnostics> {
    from_value(value).map_err(|error| misfit(&error).into())
}

fn misfit(error: &ValueError) -> Diagnostic {
    let place = if error.path.is_empty() {
        "a value".to_owned()
    } else {
        format!("`{}`", error.path)
    };
    Diagnostic::error(
        format!(
            "{place} does not fit the provider's model: {}",
            error.message
        ),
        "This is a mistake in the provider, or state that another version wrote. Please report \
         it, with the configuration of the resource.",
    )
    .at(error.path.clone())
}

/// Evaluates to the value, or returns what `$failed` makes of the diagnostics.
macro_rules! or_return {
    ($value:expr, $failed:path) => {
        match $value {
            Ok(value) => value,
            Err(diagnostics) => return $failed(diagnostics),
        }
    };
}

#[async_trait]
impl<R: Resource> ValueResource<R::Session> for Typed<R> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn ty(&self) -> &Type {
        &self.ty
    }

    async fn validate(&self, config: Value) -> Diagnostics {
        let mut diagnostics = self.schema.validate(&config);
        match read(config) {
            Ok(config) => diagnostics.extend(self.of.validate(config).await),
            // What the schema's checks have found explains the misfit better.
            Err(_) if diagnostics.has_error() => {}
            Err(errors) => diagnostics.extend(errors),
        }
        diagnostics
    }

    async fn plan(
        &self,
        cx: Context<R::Session>,
        request: PlanRequest<Value, Value>,
    ) -> Planned<Value> {
        let failed = |diagnostics: Diagnostics| Planned::unchanged().with(diagnostics);
        let PlanRequest {
            config,
            prior,
            planned,
            private,
        } = request;
        let config = or_return!(read(config), failed);
        let prior = or_return!(prior.map(read).transpose(), failed);
        let planned = or_return!(read(planned), failed);
        let planned = self
            .of
            .plan(
                cx,
                PlanRequest {
                    config,
                    prior,
                    planned,
                    private,
                },
            )
            .await;
        let Planned {
            planned,
            requires_replace,
            diagnostics,
        } = planned;
        let planned = or_return!(planned.map(|p| self.write(&p)).transpose(), failed);
        Planned {
            planned,
            requires_replace,
            diagnostics,
        }
    }

    async fn plan_destroy(
        &self,
        cx: Context<R::Session>,
        request: StateRequest<Value>,
    ) -> Diagnostics {
        let StateRequest { state, private } = request;
        let state = or_return!(read(state), Diagnostics::from);
        self.of
            .plan_destroy(cx, StateRequest { state, private })
            .await
    }

    async fn create(
        &self,
        cx: Context<R::Session>,
        request: CreateRequest<Value>,
    ) -> Applied<Value> {
        let CreateRequest {
            config,
            planned,
            private,
        } = request;
        let config = or_return!(read(config), Applied::failed);
        let planned = or_return!(read(planned), Applied::failed);
        self.write_applied(
            self.of
                .create(
                    cx,
                    CreateRequest {
                        config,
                        planned,
                        private,
                    },
                )
                .await,
        )
    }

    async fn read(&self, cx: Context<R::Session>, request: StateRequest<Value>) -> Applied<Value> {
        let StateRequest { state, private } = request;
        let state = or_return!(read(state), Applied::failed);
        self.write_applied(self.of.read(cx, StateRequest { state, private }).await)
    }

    async fn update(
        &self,
        cx: Context<R::Session>,
        request: UpdateRequest<Value, Value>,
    ) -> Applied<Value> {
        let UpdateRequest {
            prior,
            config,
            planned,
            private,
        } = request;
        let prior = or_return!(read(prior), Applied::failed);
        let config = or_return!(read(config), Applied::failed);
        let planned = or_return!(read(planned), Applied::failed);
        let request = UpdateRequest {
            prior,
            config,
            planned,
            private,
        };
        self.write_applied(self.of.update(cx, request).await)
    }

    async fn delete(
        &self,
        cx: Context<R::Session>,
        request: StateRequest<Value>,
    ) -> Applied<Value> {
        let StateRequest { state, private } = request;
        let state = or_return!(read(state), Applied::failed);
        self.write_applied(self.of.delete(cx, StateRequest { state, private }).await)
    }

    async fn import(&self, cx: Context<R::Session>, id: String) -> Result<Value, Diagnostics> {
        let state = self.of.import(cx, id).await?;
        self.write(&state)
    }

    fn upgrade(&self, version: i64, state: serde_json::Value) -> Result<Value, Diagnostics> {
        self.of.upgrade(version, state)
    }
}

#[async_trait]
impl<D: DataSource> ValueDataSource<D::Session> for Typed<D> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn ty(&self) -> &Type {
        &self.ty
    }

    async fn validate(&self, config: Value) -> Diagnostics {
        let mut diagnostics = self.schema.validate(&config);
        match read(config) {
            Ok(config) => diagnostics.extend(self.of.validate(config).await),
            Err(_) if diagnostics.has_error() => {}
            Err(errors) => diagnostics.extend(errors),
        }
        diagnostics
    }

    async fn read(&self, cx: Context<D::Session>, config: Value) -> Found<Value> {
        let config = or_return!(read(config), Found::failed);
        let Found {
            state,
            mut diagnostics,
        } = self.of.read(cx, config).await;
        let state = match state.map(|state| self.write(&state)).transpose() {
            Ok(state) => state,
            Err(errors) => {
                diagnostics.extend(errors);
                None
            }
        };
        Found { state, diagnostics }
    }
}
