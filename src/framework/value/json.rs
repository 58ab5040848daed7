//! The JSON form of values: what state is stored as.
//!
//! It has no unknowns. Numbers are read and written with every digit.

use serde_json::{Value as Json, json};

use super::value::{Value, ValueError};
use super::walk::{self, Form, Level};
use super::{Number, Type};

/// Reads a value of type `ty` from JSON text. Attributes missing from an object are null, since
/// Terraform keeps them out of old state; strange ones are an error.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Value, ValueError> {
    let json: Json = serde_json::from_slice(bytes)
        .map_err(|error| ValueError::new(format!("not JSON: {error}")))?;
    walk::read(json, ty)
}

/// Writes a value of type `ty` as JSON text. The value must be wholly known.
pub fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, ValueError> {
    let json: Json = walk::write(value, ty)?;
    Ok(json.to_string().into_bytes())
}

impl Form for Json {
    const MAY_LEAVE_OUT: bool = true;

    fn kind(&self) -> &'static str {
        match self {
            Self::Null => "JSON null",
            Self::Bool(_) => "JSON boolean",
            Self::Number(_) => "JSON number",
            Self::String(_) => "JSON string",
            Self::Array(_) => "JSON array",
            Self::Object(_) => "JSON object",
        }
    }

    fn open(self, ty: &Type) -> Result<Option<Level<Self>>, ValueError> {
        Ok(Some(match (ty, self) {
            (_, Self::Null) => Level::Null,
            (_, Self::Bool(bool)) => Level::Bool(bool),
            (_, Self::Number(text)) => Level::Number(number(text.as_str())?),
            // Old state may hold numbers and booleans as text.
            (Type::Number, Self::String(text)) => Level::Number(number(&text)?),
            (Type::Bool, Self::String(text)) if text == "true" || text == "false" => {
                Level::Bool(text == "true")
            }
            (_, Self::String(text)) => Level::Text(text),
            (_, Self::Array(elements)) => Level::Array(elements),
            (Type::Dynamic, Self::Object(mut parts)) => {
                let (Some(ty), Some(value)) = (parts.remove("type"), parts.remove("value")) else {
                    return Err(ValueError::new("a dynamic value has `type` and `value`"));
                };
                let ty =
                    Type::from_json(&ty).map_err(|error| ValueError::new(error.to_string()))?;
                Level::Dynamic(ty, value)
            }
            (_, Self::Object(entries)) => Level::Entries(entries.into_iter().collect()),
        }))
    }

    fn close(level: Level<Self>) -> Result<Self, ValueError> {
        Ok(match level {
            Level::Array(elements) => Self::Array(elements),
            Level::Bool(bool) => Self::Bool(bool),
            Level::Dynamic(ty, value) => json!({ "type": ty.to_json(), "value": value }),
            Level::Entries(entries) => Self::Object(entries.into_iter().collect()),
            Level::Null => Self::Null,
            Level::Number(number) => number
                .to_string()
                .parse()
                .map(Self::Number)
                .map_err(|_| ValueError::new("JSON has no infinite numbers"))?,
            Level::Text(text) => Self::String(text),
            Level::Unknown => {
                return Err(ValueError::new("JSON has no unknown values"));
            }
        })
    }
}

fn number(text: &str) -> Result<Number, ValueError> {
    text.parse()
        .map_err(|error: super::InvalidNumber| ValueError::new(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_every_digit() {
        let text = b"[0.1,123456789012345678901234567890,1e3]";
        let value = decode(text, &Type::list(Type::Number)).unwrap();
        let back = encode(&value, &Type::list(Type::Number)).unwrap();
        assert_eq!(back, b"[0.1,123456789012345678901234567890,1000]");
    }

    #[test]
    fn missing_attributes_are_null_and_strange_ones_an_error() {
        let ty = Type::object([("a", Type::String), ("b", Type::Bool)]);
        let value = decode(br#"{"a":"x"}"#, &ty).unwrap();
        assert_eq!(
            value,
            Value::object([("a", Value::string("x")), ("b", Value::Null)])
        );
        assert!(decode(br#"{"c":1}"#, &ty).is_err());
    }

    #[test]
    fn dynamic_values_name_their_type() {
        let text = br#"{"type":["list","string"],"value":["x"]}"#;
        let value = decode(text, &Type::Dynamic).unwrap();
        assert_eq!(encode(&value, &Type::Dynamic).unwrap(), text);
        assert!(encode(&Value::Unknown, &Type::String).is_err());
    }
}
