//! `provider::cloudbase::parse_share_id(id)`.

use crate::framework::function::{Function, FunctionError, Parameter, Signature};
use crate::framework::value::{Type, Value};
use crate::provider::env_share::id::ShareId;

/// Takes the import id of shares apart.
pub(in crate::provider) struct ParseShareId;

impl Function for ParseShareId {
    fn name(&self) -> &'static str {
        "parse_share_id"
    }

    fn signature(&self) -> Signature {
        Signature {
            parameters: vec![Parameter::new(
                "id",
                Type::String,
                "`ENV/APPID[,APPID…]`, or `SOURCE_TYPE/ENV/APPID[,APPID…]`.",
            )],
            variadic: None,
            returns: Type::object([
                ("env", Type::String),
                ("appids", Type::set(Type::String)),
                ("source_type", Type::Number),
            ]),
            summary: "Takes the import id of a cloudbase_env_share apart",
            description: "Takes the import id of a `cloudbase_env_share` apart, into an object \
                          with `env`, `appids` and `source_type`, which is null if the id has none.",
            deprecated: None,
        }
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let id = arguments
            .first()
            .and_then(Value::as_str)
            .unwrap_or_default();
        let id: ShareId = id
            .parse()
            .map_err(|error| FunctionError::argument(0, format!("{error}.")))?;
        let appids = id
            .appids
            .iter()
            .map(|appid| Value::string(appid.as_str()))
            .collect();
        let source_type = id
            .source_type
            .map_or(Value::Null, |kind| Value::integer(kind.get()));
        Ok(Value::object([
            ("env", Value::string(id.env.as_str())),
            ("appids", Value::set(appids)),
            ("source_type", source_type),
        ]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_comes_apart() {
        let id = Value::string("1/e/wx5fe6bb43205e9e07");
        let parts = ParseShareId.call(vec![id]).unwrap();
        assert_eq!(parts.attribute("env"), &Value::string("e"));
        assert_eq!(parts.attribute("source_type"), &Value::integer(1));
        assert_eq!(
            parts.clone().conform(&ParseShareId.signature().returns),
            Ok(parts)
        );
    }

    #[test]
    fn what_is_no_id_is_the_arguments_fault() {
        let error = ParseShareId
            .call(vec![Value::string("nonsense")])
            .unwrap_err();
        assert_eq!(error.argument, Some(0));
        assert!(error.text.contains("ENV/APPID[,APPID…]"));
    }
}
