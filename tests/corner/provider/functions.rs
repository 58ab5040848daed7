//! Functions with every kind of parameter.

use cloudbase::framework::function::{Function, FunctionError, Parameter, Signature};
use cloudbase::framework::schema::Validator;
use cloudbase::framework::value::Number;
use cloudbase::framework::{AttributePath, Diagnostic, Type, Types, Value};

use crate::store::Store;

/// A function made of its parts.
struct Made {
    name: &'static str,
    parameters: fn() -> Vec<Parameter>,
    variadic: fn() -> Option<Parameter>,
    returns: fn() -> Type,
    call: fn(Vec<Value>) -> Result<Value, FunctionError>,
    deprecated: Option<&'static str>,
}

impl Function for Made {
    fn name(&self) -> &'static str {
        self.name
    }

    fn signature(&self) -> Signature {
        Signature {
            parameters: (self.parameters)(),
            variadic: (self.variadic)(),
            returns: (self.returns)(),
            summary: "A function of the corner provider.",
            description: "A function of the corner provider.",
            deprecated: self.deprecated,
        }
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        (self.call)(arguments)
    }
}

fn open(name: &'static str, ty: Type) -> Parameter {
    Parameter {
        allow_null: true,
        allow_unknown: true,
        ..Parameter::new(name, ty, "A parameter.")
    }
}

/// The types and all functions.
pub(crate) fn add_to(types: Types<Store>) -> Types<Store> {
    let all = [
        Made {
            name: "join_all",
            parameters: || vec![Parameter::new("separator", Type::String, "Between.")],
            variadic: || {
                let parts = Parameter::new("parts", Type::String, "The parts.");
                Some(parts.validate(Validator::new(not_empty)))
            },
            returns: || Type::String,
            call: |arguments| Ok(join_all(&arguments)),
            deprecated: None,
        },
        Made {
            name: "state_of",
            parameters: || vec![open("value", Type::Dynamic)],
            variadic: || None,
            returns: || Type::String,
            call: |arguments| Ok(state_of(&arguments[0])),
            deprecated: None,
        },
        Made {
            name: "same",
            parameters: || {
                vec![Parameter {
                    allow_null: true,
                    ..Parameter::new("value", Type::Dynamic, "Anything.")
                }]
            },
            variadic: || None,
            returns: || Type::Dynamic,
            call: |mut arguments| Ok(arguments.remove(0)),
            deprecated: None,
        },
        Made {
            name: "last",
            parameters: Vec::new,
            variadic: || Some(open("values", Type::Number)),
            returns: || Type::Number,
            call: |mut arguments| Ok(arguments.pop().unwrap_or(Value::Null)),
            deprecated: Some("Use an index instead."),
        },
        Made {
            name: "half",
            parameters: || vec![Parameter::new("value", Type::Number, "What to halve.")],
            variadic: || None,
            returns: || Type::Number,
            call: |arguments| half(&arguments),
            deprecated: None,
        },
    ];
    all.into_iter().fold(types, Types::function)
}

fn not_empty(value: &Value, path: &AttributePath) -> Vec<Diagnostic> {
    let empty = || Diagnostic::error(format!("`{path}` has an empty part"), "Leave it out.");
    (value.as_str() == Some(""))
        .then(empty)
        .into_iter()
        .collect()
}

fn join_all(arguments: &[Value]) -> Value {
    let texts: Vec<_> = arguments.iter().filter_map(Value::as_str).collect();
    let (separator, parts) = texts.split_first().unwrap_or((&"", &[]));
    Value::string(parts.join(separator))
}

fn state_of(value: &Value) -> Value {
    let state = match value {
        value if value.is_null() => "null",
        value if value.is_unknown() => "unknown",
        Value::Dynamic(_, value) => value.kind_name(),
        _ => "untyped",
    };
    Value::string(state)
}

fn half(arguments: &[Value]) -> Result<Value, FunctionError> {
    let Value::Number(number) = &arguments[0] else {
        return Err(FunctionError::argument(0, "a number is needed"));
    };
    let half = number.to_f64() / 2.0;
    Number::try_from(half)
        .map(Value::Number)
        .map_err(|error| FunctionError::argument(0, error.to_string()))
}
