//! Resource types behind values.

use async_trait::async_trait;

use super::model_check::{config_mistakes, model_mistakes};
use super::typed::{Typed, or_return, read, validated};
use crate::framework::context::Context;
use crate::framework::diagnostic::Diagnostics;
use crate::framework::incoming::{Incoming, Upgraded};
use crate::framework::resource::{
    Applied, CreateRequest, PlanDestroyRequest, PlanRequest, Planned, Resource, StateRequest,
    UpdateRequest,
};
use crate::framework::schema::Schema;
use crate::framework::value::{Type, Value};

/// A [`Resource`] whose models are values.
#[async_trait]
pub(in crate::framework) trait ValueResource<S>: Send + Sync {
    fn schema(&self) -> &Schema;
    fn ty(&self) -> &Type;
    fn model_mistakes(&self) -> Vec<String>;
    async fn validate(&self, config: Value) -> Diagnostics;
    async fn plan(&self, cx: Context<S>, request: PlanRequest<Value, Value>) -> Planned<Value>;
    async fn plan_destroy(&self, cx: Context<S>, request: PlanDestroyRequest<Value>)
    -> Diagnostics;
    async fn create(&self, cx: Context<S>, request: CreateRequest<Value>) -> Applied<Value>;
    async fn read(&self, cx: Context<S>, request: StateRequest<Value>) -> Applied<Value>;
    async fn update(&self, cx: Context<S>, request: UpdateRequest<Value, Value>) -> Applied<Value>;
    async fn delete(&self, cx: Context<S>, request: StateRequest<Value>) -> Applied<Value>;
    async fn import(&self, cx: Context<S>, id: String) -> Result<Incoming<Value>, Diagnostics>;
    fn upgrade(&self, version: i64, state: serde_json::Value) -> Result<Upgraded, Diagnostics>;
}

#[async_trait]
impl<R: Resource> ValueResource<R::Session> for Typed<R> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn ty(&self) -> &Type {
        &self.ty
    }

    fn model_mistakes(&self) -> Vec<String> {
        let mut mistakes = config_mistakes::<R::Config>(&self.schema);
        mistakes.extend(model_mistakes::<R::State>(&self.schema));
        mistakes
    }

    async fn validate(&self, config: Value) -> Diagnostics {
        validated!(self, config)
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
            stored_plan,
            applying,
        } = request;
        let config = or_return!(read(config), failed);
        let prior = or_return!(prior.map(read).transpose(), failed);
        let planned = or_return!(read(planned), failed);
        let request = PlanRequest {
            config,
            prior,
            planned,
            private,
            stored_plan,
            applying,
        };
        let Planned {
            planned,
            requires_replace,
            private,
            diagnostics,
        } = self.of.plan(cx, request).await;
        let planned = or_return!(planned.map(|p| self.write(&p)).transpose(), failed);
        Planned {
            planned,
            requires_replace,
            private,
            diagnostics,
        }
    }

    async fn plan_destroy(
        &self,
        cx: Context<R::Session>,
        request: PlanDestroyRequest<Value>,
    ) -> Diagnostics {
        let PlanDestroyRequest {
            state,
            private,
            applying,
        } = request;
        let state = or_return!(read(state), Diagnostics::from);
        let request = PlanDestroyRequest {
            state,
            private,
            applying,
        };
        self.of.plan_destroy(cx, request).await
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

    async fn import(
        &self,
        cx: Context<R::Session>,
        id: String,
    ) -> Result<Incoming<Value>, Diagnostics> {
        let incoming = self.of.import(cx, id).await?;
        incoming.try_map(|state| self.write(&state))
    }

    fn upgrade(&self, version: i64, state: serde_json::Value) -> Result<Upgraded, Diagnostics> {
        self.of.upgrade(version, state)
    }
}
