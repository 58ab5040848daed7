//! Provider functions. They are called on processes that were never configured.

use super::rpc::Answer;
use super::{Inner, dynamic, unsupported};
use crate::framework::function::FunctionError;
use crate::framework::provider::Provider;
use crate::framework::value::Value;
use crate::proto::tfplugin6 as pb;

impl<P: Provider> Inner<P> {
    pub(super) fn call_function(
        &self,
        request: &pb::call_function::Request,
    ) -> pb::call_function::Response {
        let Some(function) = self.types.functions.get(request.name.as_str()) else {
            return unsupported::function(&request.name);
        };
        let signature = function.signature();
        let call = || {
            let required = signature.parameters.len();
            let given = request.arguments.len();
            if given < required || (given > required && signature.variadic.is_none()) {
                return Err(FunctionError {
                    text: format!("{required} arguments are required, not {given}"),
                    argument: None,
                });
            }
            let mut arguments = Vec::with_capacity(given);
            for (index, argument) in request.arguments.iter().enumerate() {
                let Some(parameter) = signature.parameter(index) else {
                    continue;
                };
                let what = format!("the argument `{}`", parameter.name);
                let value = dynamic::decode(Some(argument), &parameter.ty, &what)
                    .map_err(|error| FunctionError::argument(index, error.summary))?;
                let missing = match &value {
                    Value::Null => !parameter.allow_null,
                    Value::Unknown => !parameter.allow_unknown,
                    _ => false,
                };
                if missing {
                    let text = format!("{what} must have a value");
                    return Err(FunctionError::argument(index, text));
                }
                if let Some(text) = parameter.check(&value) {
                    return Err(FunctionError::argument(index, text));
                }
                arguments.push(value);
            }
            function.call(arguments)
        };
        let result = match call() {
            Ok(result) => result,
            Err(FunctionError { text, argument }) => {
                // Terraform ends the sentence by itself.
                let text = text.trim_end_matches('.').to_owned();
                let function_argument = argument.and_then(|index| i64::try_from(index).ok());
                return pb::call_function::Response {
                    result: None,
                    error: Some(pb::FunctionError {
                        text,
                        function_argument,
                    }),
                };
            }
        };
        let what = format!("the result of {}", request.name);
        let result = result
            .conform(&signature.returns)
            .map_err(|error| dynamic::malformed(&what, &error))
            .and_then(|result| dynamic::encode(&result, &signature.returns, &what));
        match result {
            Ok(result) => pb::call_function::Response {
                result: Some(result),
                error: None,
            },
            Err(error) => Answer::failed(error.into()),
        }
    }
}
