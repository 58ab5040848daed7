//! Data sources: one that fills in what it is not told, and one that looks an object up.

use async_trait::async_trait;
use cloudbase::framework::data_source::Found;
use cloudbase::framework::schema::{Attribute, Schema};
use cloudbase::framework::{Context, DataSource, Diagnostic, Value};

use crate::fill::Made;
use crate::schemas;
use crate::store::Store;
use crate::stored::Stored;

/// Echoes attributes of every plain type, and makes up the computed ones.
pub(crate) struct Echo;

#[async_trait]
impl DataSource for Echo {
    type Session = Store;
    type State = Value;

    fn type_name(&self) -> &'static str {
        "corner_echo"
    }

    fn schema(&self) -> Schema {
        let mut attributes = Vec::new();
        for (configured, made, ty) in schemas::plain_types() {
            attributes
                .push(Attribute::new(configured, ty.clone(), "As configured.").null_elements());
            attributes.push(Attribute::new(made, ty, "Made up.").computed());
        }
        attributes.push(
            Attribute::string("name", "Read in lower case.").semantically_equal(|one, other| {
                let lower = |value: &Value| value.as_str().map(str::to_lowercase);
                lower(one) == lower(other)
            }),
        );
        Schema::new("An echo.", attributes)
    }

    async fn read(&self, _: Context<Store>, mut config: Value) -> Found<Value> {
        let ty = self.schema().ty();
        if let Value::Object(attributes) = &mut config {
            for (_, made, _) in schemas::plain_types() {
                attributes.insert(made.to_owned(), Value::Unknown);
            }
            if let Some(Value::String(name)) = attributes.get_mut("name") {
                *name = name.to_lowercase();
            }
        }
        let made = Made {
            id: "echo",
            revision: 1,
        };
        Found::state(made.fill(config, &ty))
    }
}

/// Looks a thing up by its id.
pub(crate) struct Lookup;

#[async_trait]
impl DataSource for Lookup {
    type Session = Store;
    type State = Value;

    fn type_name(&self) -> &'static str {
        "corner_thing"
    }

    fn schema(&self) -> Schema {
        Schema::new(
            "A thing.",
            vec![
                Attribute::string("id", "The id.").required(),
                Attribute::string("name", "The name.").computed(),
            ],
        )
    }

    async fn read(&self, cx: Context<Store>, config: Value) -> Found<Value> {
        let id = config.attribute("id").clone();
        match Stored::THING.find(&cx.session, id.as_str().unwrap_or_default()) {
            Some(state) => Found::state(Value::object([
                ("id", id),
                ("name", state.attribute("name").clone()),
            ])),
            None => Found::failed(Diagnostic::error("there is no such thing", "Look again.")),
        }
    }
}
