//! A type of each kind that panics in the handler that `panic_in` names. The managed resource of
//! this sort is [`Stored::FAULTY`].

use async_trait::async_trait;
use cloudbase::framework::action::{Action, Progress};
use cloudbase::framework::data_source::Found;
use cloudbase::framework::ephemeral::{EphemeralResource, Opened, Renewed};
use cloudbase::framework::function::{Function, FunctionError, Parameter, Signature};
use cloudbase::framework::list::{ListRequest, ListResource, Listed, Results};
use cloudbase::framework::schema::{Attribute, Schema};
use cloudbase::framework::{Context, DataSource, Diagnostics, Private, Type, Value};

use crate::store::Store;
use crate::stored::{Stored, panic_if_asked};

const NAME: &str = "corner_faulty";

fn schema() -> Schema {
    let panic_in = Attribute::string("panic_in", "The handler that panics.");
    Schema::new("It panics.", vec![panic_in])
}

fn panic_in(private: &Private, place: &str) {
    assert!(private.0 != place.as_bytes(), "planted in {place}");
}

/// A data source.
pub(crate) struct FaultyData;

#[async_trait]
impl DataSource for FaultyData {
    type Session = Store;
    type State = Value;

    fn type_name(&self) -> &'static str {
        NAME
    }

    fn schema(&self) -> Schema {
        schema()
    }

    async fn validate(&self, config: &Value) -> Diagnostics {
        panic_if_asked(config, "validate");
        Diagnostics::new()
    }

    async fn read(&self, _: Context<Store>, config: Value) -> Found<Value> {
        panic_if_asked(&config, "read");
        Found::state(config)
    }
}

/// An ephemeral resource. Its private data is where it panics.
pub(crate) struct FaultyEphemeral;

#[async_trait]
impl EphemeralResource for FaultyEphemeral {
    type Session = Store;
    type Result = Value;

    fn type_name(&self) -> &'static str {
        NAME
    }

    fn schema(&self) -> Schema {
        schema()
    }

    async fn validate(&self, config: &Value) -> Diagnostics {
        panic_if_asked(config, "validate");
        Diagnostics::new()
    }

    async fn open(&self, _: Context<Store>, arguments: Value) -> Opened<Value> {
        panic_if_asked(&arguments, "open");
        Opened::result(arguments)
    }

    async fn renew(&self, _: Context<Store>, private: Private) -> Renewed {
        panic_in(&private, "renew");
        Renewed::default()
    }

    async fn close(&self, _: Context<Store>, private: Private) -> Diagnostics {
        panic_in(&private, "close");
        Diagnostics::new()
    }
}

/// A list resource. It finds one object, which panics in turn where `panic_in` says so.
pub(crate) struct FaultyList;

#[async_trait]
impl ListResource for FaultyList {
    type Resource = Stored;
    type Config = Value;

    fn schema(&self) -> Schema {
        schema()
    }

    async fn validate(&self, config: Value) -> Diagnostics {
        panic_if_asked(&config, "validate");
        Diagnostics::new()
    }

    async fn list(&self, _: Context<Store>, request: ListRequest<Value>, results: Results<Value>) {
        panic_if_asked(&request.config, "list");
        let state = Value::object([
            ("id", Value::string("one")),
            ("name", Value::string("one")),
            ("panic_in", request.config.attribute("panic_in").clone()),
        ]);
        let listed = Listed {
            display_name: "one".to_owned(),
            state,
            diagnostics: Diagnostics::new(),
        };
        results.found(listed).await.ok();
    }
}

/// An action.
pub(crate) struct FaultyAction;

#[async_trait]
impl Action for FaultyAction {
    type Session = Store;
    type Config = Value;

    fn type_name(&self) -> &'static str {
        NAME
    }

    fn schema(&self) -> Schema {
        schema()
    }

    async fn validate(&self, config: Value) -> Diagnostics {
        panic_if_asked(&config, "validate");
        Diagnostics::new()
    }

    async fn plan(&self, _: Context<Store>, config: Value) -> Diagnostics {
        panic_if_asked(&config, "plan");
        Diagnostics::new()
    }

    async fn invoke(&self, _: Context<Store>, config: Value, progress: Progress) -> Diagnostics {
        progress.say("about to panic").await;
        panic_if_asked(&config, "invoke");
        Diagnostics::new()
    }
}

/// A function.
pub(crate) struct FaultyFunction;

impl Function for FaultyFunction {
    fn name(&self) -> &'static str {
        "faulty"
    }

    fn signature(&self) -> Signature {
        Signature {
            parameters: vec![Parameter::new("panic", Type::Bool, "Whether to panic.")],
            variadic: None,
            returns: Type::Bool,
            summary: "It panics.",
            description: "It panics if it is told to.",
            deprecated: None,
        }
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        assert_ne!(arguments[0], Value::Bool(true), "planted in a function");
        Ok(Value::Bool(false))
    }
}
