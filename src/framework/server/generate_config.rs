//! `GenerateResourceConfig`: configuration that a state could have come from.

use super::rpc::Answer;
use super::{Inner, dynamic};
use crate::framework::diagnostic::Diagnostic;
use crate::framework::plan;
use crate::framework::provider::Provider;
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
            let config = plan::configuration(resource.schema(), state);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::schema::{Attribute, Block, BlockNesting, NestedBlock, Nesting, Schema};
    use crate::framework::value::{Type, Value};

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
        assert_eq!(plan::configuration(&schema, state), expected);
    }

    #[test]
    fn labelled_blocks_of_dynamic_types_keep_their_labels() {
        let attributes = vec![
            Attribute::new("any", Type::Dynamic, "Any."),
            Attribute::string("old", "Has to be there.")
                .required()
                .deprecated("It goes away."),
            Attribute::string("id", "Computed.").computed(),
        ];
        let block = Block::new("One.", attributes);
        let schema = Schema::new("A thing.", vec![]).nested_block(NestedBlock::new(
            "parts",
            BlockNesting::Map,
            block,
        ));
        let parts = |id| {
            let part = Value::object([
                ("any", Value::Bool(true)),
                ("old", Value::string("o")),
                ("id", id),
            ]);
            let ty = Type::object([
                ("any", Type::Bool),
                ("old", Type::String),
                ("id", Type::String),
            ]);
            let parts = Value::Dynamic(
                Box::new(Type::object([("k", ty)])),
                Box::new(Value::object([("k", part)])),
            );
            Value::object([("parts", parts)])
        };
        assert_eq!(
            plan::configuration(&schema, parts(Value::string("i"))),
            parts(Value::Null)
        );
    }
}
