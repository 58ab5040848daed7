//! `GenerateResourceConfig`: configuration that a state could have come from.

use std::collections::BTreeMap;

use super::rpc::Answer;
use super::{Inner, dynamic};
use crate::framework::diagnostic::Diagnostic;
use crate::framework::provider::Provider;
use crate::framework::schema::{Attribute, AttributeKind, Block};
use crate::framework::value::Value;
use crate::proto::tfplugin6 as pb;

impl<P: Provider> Inner<P> {
    pub(super) fn generate_config(
        &self,
        request: &pb::generate_resource_config::Request,
    ) -> pb::generate_resource_config::Response {
        let generate = || {
            let name = &request.type_name;
            let resource = self.resource(name)?;
            let what = format!("the state of {name}");
            let state = dynamic::decode(request.state.as_ref(), resource.ty(), &what)?;
            let config = configured_block(&resource.schema().block, &state);
            dynamic::encode(
                &config,
                resource.ty(),
                &format!("the configuration of {name}"),
            )
        };
        match generate() {
            Ok(config) => pb::generate_resource_config::Response {
                config: Some(config),
                diagnostics: Vec::new(),
            },
            Err::<_, Diagnostic>(error) => Answer::failed(error.into()),
        }
    }
}

fn configured_block(block: &Block, state: &Value) -> Value {
    let Value::Object(_) = state else {
        return state.clone();
    };
    let mut config = configured_attributes(&block.attributes, state);
    for nested in &block.blocks {
        let state = state.attribute(nested.name);
        let value = map_objects(state, &|state| configured_block(&nested.block, state));
        config.insert(nested.name.to_owned(), value);
    }
    Value::Object(config)
}

fn configured_attributes(attributes: &[Attribute], state: &Value) -> BTreeMap<String, Value> {
    attributes
        .iter()
        .map(|attribute| {
            let state = state.attribute(attribute.name);
            (attribute.name.to_owned(), configured(attribute, state))
        })
        .collect()
}

/// What a user would have written: nothing for what the provider decides, for what is the default
/// anyway, and for what should not be used any more.
fn configured(attribute: &Attribute, state: &Value) -> Value {
    let left_out = !attribute.presence.is_configurable()
        || attribute.write_only
        || attribute.deprecated.is_some()
        || attribute.default.as_ref() == Some(state);
    match &attribute.kind {
        _ if left_out => Value::Null,
        AttributeKind::Nested(_, attributes) => map_objects(state, &|state| match state {
            Value::Object(_) => Value::Object(configured_attributes(attributes, state)),
            other => other.clone(),
        }),
        AttributeKind::Plain(_) => state.clone(),
    }
}

/// Applies `change` to each object in `value`.
fn map_objects(value: &Value, change: &dyn Fn(&Value) -> Value) -> Value {
    let each = |elements: &[Value]| -> Vec<Value> {
        elements
            .iter()
            .map(|element| map_objects(element, change))
            .collect()
    };
    match value {
        Value::Object(_) => change(value),
        Value::Dynamic(ty, inner) => {
            Value::Dynamic(ty.clone(), Box::new(map_objects(inner, change)))
        }
        Value::List(elements) => Value::List(each(elements)),
        Value::Set(elements) => Value::set(each(elements)),
        Value::Map(entries) => Value::Map(
            entries
                .iter()
                .map(|(key, value)| (key.clone(), map_objects(value, change)))
                .collect(),
        ),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::schema::{Nesting, Schema};

    #[test]
    fn what_the_user_would_not_write_is_left_out() {
        let schema = Schema::new(
            "A thing.",
            vec![
                Attribute::string("env", "Kept.").required(),
                Attribute::string("id", "Computed.").computed(),
                Attribute::string("mode", "Default.").default(Value::string("auto")),
                Attribute::string("old", "Deprecated.").deprecated("Use env."),
                Attribute::nested(
                    "items",
                    Nesting::List,
                    vec![
                        Attribute::string("name", "Kept.").required(),
                        Attribute::string("id", "Computed.").computed(),
                    ],
                    "Items.",
                ),
            ],
        );
        let item = |id| Value::object([("name", Value::string("n")), ("id", id)]);
        let state = Value::object([
            ("env", Value::string("e")),
            ("id", Value::string("i")),
            ("mode", Value::string("auto")),
            ("old", Value::string("o")),
            ("items", Value::List(vec![item(Value::string("i"))])),
        ]);
        let expected = Value::object([
            ("env", Value::string("e")),
            ("id", Value::Null),
            ("mode", Value::Null),
            ("old", Value::Null),
            ("items", Value::List(vec![item(Value::Null)])),
        ]);
        assert_eq!(configured_block(&schema.block, &state), expected);
    }
}
