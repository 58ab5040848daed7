//! `provider::cloudbase::confirmation_page(shares, options)`.

use super::html;
use super::options::Options;
use super::requests;
use crate::framework::function::{Function, FunctionError, Parameter, Signature};
use crate::framework::value::{Type, Value, ValueError};

/// Makes the page.
pub(in crate::provider) struct MakeConfirmationPage;

impl Function for MakeConfirmationPage {
    fn name(&self) -> &'static str {
        "confirmation_page"
    }

    fn signature(&self) -> Signature {
        let shares = Parameter::new(
            "shares",
            requests::argument_type(),
            "Resources `cloudbase_env_share`, or objects with the attributes `env` and `shares` of one. Those that are \
             pending are listed.",
        );
        let options = Parameter::new(
            "options",
            Type::Dynamic,
            "An object with any of `title`, `from`, `note`, `names` and `env_names`; `{}` for none.",
        );
        Signature {
            // What is wrong with the options is said at once, while the links are still unknown.
            parameters: vec![shares.take_unknown(), options.take_unknown()],
            variadic: None,
            returns: Type::String,
            summary: "Makes a page to send to administrators, with links and QR codes",
            description: "Makes a page in HTML that lists each share that is pending, with its environment, its mini \
                          program, the link to confirm it, and a QR code of that link.",
            deprecated: None,
        }
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let [shares, options]: [Value; 2] = arguments.try_into().map_err(|_| FunctionError {
            text: "two arguments are required".to_owned(),
            argument: None,
        })?;
        let is_known = |value: &Value| value.is_wholly_known();
        let requests = is_known(&shares).then(|| requests::open(shares));
        let options = is_known(&options).then(|| Options::parse(options));
        let requests = requests
            .transpose()
            .map_err(|error| at(0, "shares", error))?;
        let options = options
            .transpose()
            .map_err(|error| at(1, "options", error))?;
        match (requests, options) {
            (Some(requests), Some(options)) => Ok(Value::string(html::page(&requests, &options))),
            _ => Ok(Value::Unknown),
        }
    }
}

/// The error of argument `index`, with the place in it.
fn at(index: usize, name: &str, error: ValueError) -> FunctionError {
    let error = error.below(name);
    FunctionError::argument(index, format!("`{}`: {}.", error.path, error.message))
}
