//! The resource type.

use async_trait::async_trait;

use super::model::{Config, State};
use super::{create, delete, import, plan, read, schema, update};
use crate::framework::resource::{
    Applied, CreateRequest, PlanDestroyRequest, PlanRequest, Planned, Resource, StateRequest,
    UpdateRequest,
};
use crate::framework::schema::Schema;
use crate::framework::{Context, Diagnostics, Incoming};
use crate::provider::Session;

/// The resource type.
#[derive(Clone, Copy, Debug)]
pub(in crate::provider) struct AuthFunction;

#[async_trait]
impl Resource for AuthFunction {
    type Config = Config;
    type Session = Session;
    type State = State;

    fn type_name(&self) -> &'static str {
        "cloudbase_auth_function"
    }

    fn schema(&self) -> Schema {
        schema::schema()
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
        plan::plan_destroy(&context.session, &request)
    }

    async fn create(
        &self,
        context: Context<Session>,
        request: CreateRequest<Config>,
    ) -> Applied<State> {
        create::create(&context, request.planned).await
    }

    async fn read(
        &self,
        context: Context<Session>,
        request: StateRequest<State>,
    ) -> Applied<State> {
        read::read(&context, request.state).await
    }

    async fn update(
        &self,
        context: Context<Session>,
        request: UpdateRequest<Config, State>,
    ) -> Applied<State> {
        update::update(&context, request).await
    }

    async fn delete(
        &self,
        context: Context<Session>,
        request: StateRequest<State>,
    ) -> Applied<State> {
        delete::delete(&context, request).await
    }

    async fn import(
        &self,
        context: Context<Session>,
        id: String,
    ) -> Result<Incoming<State>, Diagnostics> {
        import::import(&context, import::parse(&id)?).await
    }
}
