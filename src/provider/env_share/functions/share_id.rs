//! `provider::cloudbase::share_id(env, appids, source_type...)`.

use crate::framework::function::{Function, FunctionError, Parameter, Signature};
use crate::framework::value::{Type, Value, from_value};
use crate::provider::env_share::id::ShareId;
use crate::wechat::{EnvId, SourceType};

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
            // The only way for an argument to be left out.
            variadic: Some(
                Parameter::new(
                    "source_type",
                    Type::Number,
                    "1 for an environment of cloud hosting. 0, null or nothing for one of cloud development. Given \
                     once at most.",
                )
                .take_null(),
            ),
            returns: Type::String,
            summary: "Makes the import id of a cloudbase_env_share",
            description: "Makes the import id of a `cloudbase_env_share`: `ENV/APPID[,APPID…]` with the appids in \
                          order, or `SOURCE_TYPE/ENV/APPID[,APPID…]`.",
            deprecated: None,
        }
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let mut arguments = arguments.into_iter();
        let (Some(env), Some(appids)) = (arguments.next(), arguments.next()) else {
            return Err(FunctionError {
                text: "at least two arguments are required".to_owned(),
                argument: None,
            });
        };
        let source_type = source_type(arguments)?;
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
                source_type,
                env,
                appids,
            }
            .to_string(),
        ))
    }
}

/// As in a resource, where any whole number is passed on, and 0 and nothing are one.
fn source_type(
    mut arguments: impl Iterator<Item = Value>,
) -> Result<Option<SourceType>, FunctionError> {
    let source_type = arguments.next().unwrap_or(Value::Null);
    if arguments.next().is_some() {
        let text = "`source_type` is given more than once; a share has one at most.";
        return Err(FunctionError::argument(3, text));
    }
    let source_type: Option<SourceType> = from_value(source_type).map_err(|error| {
        FunctionError::argument(2, format!("`source_type`: {}.", error.message))
    })?;
    Ok(SourceType::left_out(source_type))
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "wx5fe6bb43205e9e07";

    fn call(env: &str, appids: &[&str]) -> Result<Value, FunctionError> {
        call_with(env, appids, vec![])
    }

    fn call_with(
        env: &str,
        appids: &[&str],
        source_types: Vec<Value>,
    ) -> Result<Value, FunctionError> {
        let appids = appids.iter().map(|appid| Value::string(*appid)).collect();
        let mut arguments = vec![Value::string(env), Value::set(appids)];
        arguments.extend(source_types);
        MakeShareId.call(arguments)
    }

    #[test]
    fn the_id_has_the_appids_in_order() {
        let id = call("e", &[A, "wx075cf85bf347b6df"]);
        assert_eq!(
            id,
            Ok(Value::string("e/wx075cf85bf347b6df,wx5fe6bb43205e9e07"))
        );
    }

    #[test]
    fn a_source_type_stands_first_unless_it_means_nothing() {
        for (source_type, id) in [
            (Value::Null, format!("e/{A}")),
            (Value::integer(0), format!("e/{A}")),
            (Value::integer(1), format!("1/e/{A}")),
            (Value::integer(7), format!("7/e/{A}")),
            (Value::integer(-1), format!("-1/e/{A}")),
        ] {
            let made = call_with("e", &[A], vec![source_type]).unwrap();
            assert_eq!(made, Value::string(id.clone()));
            assert!(id.parse::<ShareId>().is_ok());
        }
    }

    #[test]
    fn errors_name_the_argument() {
        assert_eq!(call("_", &[A]).unwrap_err().argument, Some(0));
        assert_eq!(call("e", &["wx"]).unwrap_err().argument, Some(1));
        assert_eq!(call("e", &[]).unwrap_err().argument, Some(1));
        let half = Value::Number("0.5".parse().unwrap());
        let error = call_with("e", &[A], vec![half]).unwrap_err();
        assert_eq!(error.argument, Some(2));
        assert!(error.text.starts_with("`source_type`: "), "{}", error.text);
        let twice = call_with("e", &[A], vec![Value::Null, Value::Null]).unwrap_err();
        assert_eq!(twice.argument, Some(3));
    }
}
