//! The resource `cloudbase_open_api_access`: the whitelist of open APIs of one environment.

use async_trait::async_trait;

use super::model::{self, Config, State};
use super::{plan, words, write};
use crate::framework::resource::{
    Applied, CreateRequest, PlanDestroyRequest, PlanRequest, Planned, Resource, StateRequest,
    UpdateRequest,
};
use crate::framework::schema::Schema;
use crate::framework::{Context, Diagnostic, Diagnostics, Incoming};
use crate::provider::{Session, deadline};

/// The resource type.
#[derive(Clone, Copy, Debug)]
pub(in crate::provider) struct OpenApiAccess;

#[async_trait]
impl Resource for OpenApiAccess {
    type Config = Config;
    type Session = Session;
    type State = State;

    fn type_name(&self) -> &'static str {
        "cloudbase_open_api_access"
    }

    fn schema(&self) -> Schema {
        model::schema()
    }

    async fn plan(
        &self,
        context: Context<Session>,
        request: PlanRequest<Config, State>,
    ) -> Planned<Config> {
        plan::plan(&context, request).await
    }

    async fn plan_destroy(
        &self,
        context: Context<Session>,
        request: PlanDestroyRequest<State>,
    ) -> Diagnostics {
        plan::plan_destroy(&context, &request)
    }

    async fn create(
        &self,
        context: Context<Session>,
        request: CreateRequest<Config>,
    ) -> Applied<State> {
        write::create(&context, request).await
    }

    async fn read(
        &self,
        context: Context<Session>,
        request: StateRequest<State>,
    ) -> Applied<State> {
        let state = request.state;
        let operation = deadline::operation(&context, deadline::READ);
        let client = &context.session.client;
        let kind = state.token.into();
        match client.cloud_access(&operation, &state.env, kind).await {
            Ok(access) => {
                let off = words::switched_off(&state.env, access.open);
                Applied::state(state.found(access)).with(off)
            }
            Err(error) => Applied::failed(words::not_read(&state.env, &error)),
        }
    }

    async fn update(
        &self,
        context: Context<Session>,
        request: UpdateRequest<Config, State>,
    ) -> Applied<State> {
        write::update(&context, request).await
    }

    async fn delete(
        &self,
        context: Context<Session>,
        request: StateRequest<State>,
    ) -> Applied<State> {
        write::delete(&context, request).await
    }

    /// Asks nothing: Terraform reads it right after.
    async fn import(
        &self,
        _: Context<Session>,
        id: String,
    ) -> Result<Incoming<State>, Diagnostics> {
        match id.parse() {
            Ok(env) => Ok(State::imported(env).into()),
            Err(error) => {
                let detail = format!("{error}.\nThe id is the environment id alone.");
                Err(Diagnostic::error("invalid import id", detail).into())
            }
        }
    }
}
