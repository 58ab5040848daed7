//! A resource that does nothing, so that a run of it shows what the CLI, the protocol and the
//! framework cost. The bench of many resources measures against it.

use async_trait::async_trait;
use cloudbase::framework::resource::{CreateRequest, StateRequest, UpdateRequest};
use cloudbase::framework::schema::{Attribute, Schema};
use cloudbase::framework::{Applied, Context, Resource, Type, Value};

use crate::store::Store;

/// The resource type. Its objects are nowhere but in the state.
pub(crate) struct Idle;

#[async_trait]
impl Resource for Idle {
    type Session = Store;
    type Config = Value;
    type State = Value;

    fn type_name(&self) -> &'static str {
        "corner_idle"
    }

    fn schema(&self) -> Schema {
        Schema::new(
            "Nothing.",
            vec![
                Attribute::string("name", "A text.").required(),
                Attribute::new("members", Type::set(Type::String), "More texts.").required(),
            ],
        )
    }

    async fn create(&self, _: Context<Store>, request: CreateRequest<Value>) -> Applied<Value> {
        Applied::state(request.planned)
    }

    async fn read(&self, _: Context<Store>, request: StateRequest<Value>) -> Applied<Value> {
        Applied::state(request.state)
    }

    async fn update(
        &self,
        _: Context<Store>,
        request: UpdateRequest<Value, Value>,
    ) -> Applied<Value> {
        Applied::state(request.planned)
    }

    async fn delete(&self, _: Context<Store>, _: StateRequest<Value>) -> Applied<Value> {
        Applied::gone()
    }
}
