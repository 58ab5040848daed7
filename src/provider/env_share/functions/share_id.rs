//! `provider::cloudbase::share_id(env, appids)`.

use crate::framework::function::{Function, FunctionError, Parameter, Signature};
use crate::framework::value::{Type, Value, from_value};
use crate::provider::env_share::id::ShareId;
use crate::wechat::EnvId;

/// Makes the import id of shares.
pub(in crate::provider) struct MakeShareId;

impl Function for MakeShareId {
    fn name(&self) -> &'static str {
        "share_id"
    }

    fn signature(&self) -> Signature {
        Signature {
            parameters: vec![
                Parameter::new("env", Type::String, "Id of the environment."),
                Parameter::new(
                    "appids",
                    Type::set(Type::String),
                    "Appids of the mini programs, at least one.",
                ),
            ],
            variadic: None,
            returns: Type::String,
            summary: "Makes the import id of a cloudbase_env_share",
            description: "Makes the import id of a `cloudbase_env_share`: `ENV/APPID[,APPID…]`, \
                          with the appids in order.",
            deprecated: None,
        }
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let [env, appids]: [Value; 2] = arguments.try_into().map_err(|_| FunctionError {
            text: "two arguments are required".to_owned(),
            argument: None,
        })?;
        let text = env.as_str().unwrap_or_default();
        let env: EnvId = text
            .parse()
            .map_err(|error| FunctionError::argument(0, format!("{error}.")))?;
        let appids: Vec<String> =
            from_value(appids).map_err(|error| FunctionError::argument(1, error.message))?;
        let appids = appids
            .iter()
            .map(|appid| appid.parse())
            .collect::<Result<std::collections::BTreeSet<_>, _>>()
            .map_err(|error| FunctionError::argument(1, format!("{error}.")))?;
        if appids.is_empty() {
            return Err(FunctionError::argument(1, "List at least one appid."));
        }
        Ok(Value::string(
            ShareId {
                source_type: None,
                env,
                appids,
            }
            .to_string(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(env: &str, appids: &[&str]) -> Result<Value, FunctionError> {
        let appids = appids.iter().map(|appid| Value::string(*appid)).collect();
        MakeShareId.call(vec![Value::string(env), Value::set(appids)])
    }

    #[test]
    fn the_id_has_the_appids_in_order() {
        let id = call("e", &["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]);
        assert_eq!(
            id,
            Ok(Value::string("e/wx075cf85bf347b6df,wx5fe6bb43205e9e07"))
        );
    }

    #[test]
    fn errors_name_the_argument() {
        assert_eq!(
            call("_", &["wx5fe6bb43205e9e07"]).unwrap_err().argument,
            Some(0)
        );
        assert_eq!(call("e", &["wx"]).unwrap_err().argument, Some(1));
        assert_eq!(call("e", &[]).unwrap_err().argument, Some(1));
    }
}
