//! A type of each kind whose schema rules out all that one can. They note that they were called,
//! which they are only with what the schema allows. The managed resource of this sort is
//! [`Stored::STRICT`].

use async_trait::async_trait;
use cloudbase::framework::action::{Action, Progress};
use cloudbase::framework::data_source::Found;
use cloudbase::framework::ephemeral::{EphemeralResource, Opened};
use cloudbase::framework::list::{ListRequest, ListResource, Results};
use cloudbase::framework::schema::Schema;
use cloudbase::framework::{Context, DataSource, Diagnostics, Value};

use crate::schemas;
use crate::store::Store;
use crate::stored::Stored;

const NAME: &str = "corner_strict";

/// A data source.
pub(crate) struct StrictData;

#[async_trait]
impl DataSource for StrictData {
    type Session = Store;
    type State = Value;

    fn type_name(&self) -> &'static str {
        NAME
    }

    fn schema(&self) -> Schema {
        schemas::strict()
    }

    async fn read(&self, cx: Context<Store>, config: Value) -> Found<Value> {
        cx.session.note("read");
        Found::state(config)
    }
}

/// An ephemeral resource.
pub(crate) struct StrictEphemeral;

#[async_trait]
impl EphemeralResource for StrictEphemeral {
    type Session = Store;
    type Result = Value;

    fn type_name(&self) -> &'static str {
        NAME
    }

    fn schema(&self) -> Schema {
        schemas::strict()
    }

    async fn open(&self, cx: Context<Store>, arguments: Value) -> Opened<Value> {
        cx.session.note("open");
        Opened::result(arguments)
    }
}

/// A list resource, which finds nothing.
pub(crate) struct StrictList;

#[async_trait]
impl ListResource for StrictList {
    type Resource = Stored;
    type Config = Value;

    fn schema(&self) -> Schema {
        schemas::strict()
    }

    async fn list(&self, cx: Context<Store>, _: ListRequest<Value>, _: Results<Value>) {
        cx.session.note("list");
    }
}

/// An action.
pub(crate) struct StrictAction;

#[async_trait]
impl Action for StrictAction {
    type Session = Store;
    type Config = Value;

    fn type_name(&self) -> &'static str {
        NAME
    }

    fn schema(&self) -> Schema {
        schemas::strict()
    }

    async fn plan(&self, cx: Context<Store>, _: Value) -> Diagnostics {
        cx.session.note("plan the action");
        Diagnostics::new()
    }

    async fn invoke(&self, cx: Context<Store>, _: Value, _: Progress) -> Diagnostics {
        cx.session.note("invoke");
        Diagnostics::new()
    }
}
