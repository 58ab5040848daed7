//! The JSON form of values: what state is stored as.
//!
//! It has no unknowns. Numbers are read and written with every digit.

use std::collections::BTreeMap;

use serde_json::{Map as JsonMap, Value as Json};

use super::value::{MAX_DEPTH, Value, ValueError};
use super::{Number, Type};

/// Reads a value of type `ty` from JSON text. Attributes missing from an object are null, since
/// Terraform keeps them out of old state; strange ones are an error.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Value, ValueError> {
    let json: Json = serde_json::from_slice(bytes)
        .map_err(|error| ValueError::new(format!("not JSON: {error}")))?;
    from_json(json, ty, 0)
}

/// Writes a value of type `ty` as JSON text. The value must be wholly known.
pub fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, ValueError> {
    Ok(to_json(value, ty)?.to_string().into_bytes())
}

fn from_json(json: Json, ty: &Type, depth: usize) -> Result<Value, ValueError> {
    if depth > MAX_DEPTH {
        return Err(ValueError::new(format!("nested deeper than {MAX_DEPTH}")));
    }
    match (ty, json) {
        (_, Json::Null) => Ok(Value::Null),
        (Type::Bool, Json::Bool(bool)) => Ok(Value::Bool(bool)),
        // Old state may hold numbers and booleans as text.
        (Type::Bool, Json::String(text)) if text == "true" || text == "false" => {
            Ok(Value::Bool(text == "true"))
        }
        (Type::Number, Json::Number(number)) => parse_number(number.as_str()),
        (Type::Number, Json::String(text)) => parse_number(&text),
        (Type::String, Json::String(text)) => Ok(Value::String(text)),
        (Type::List(element), Json::Array(elements)) => {
            Ok(Value::List(sequence(elements, |_| element, depth)?))
        }
        (Type::Set(element), Json::Array(elements)) => {
            Ok(Value::set(sequence(elements, |_| element, depth)?))
        }
        (Type::Tuple(types), Json::Array(elements)) if types.len() == elements.len() => {
            Ok(Value::List(sequence(elements, |i| &types[i], depth)?))
        }
        (Type::Map(element), Json::Object(entries)) => {
            let entries =
                entries
                    .into_iter()
                    .map(|(key, json)| match from_json(json, element, depth + 1) {
                        Ok(value) => Ok((key, value)),
                        Err(error) => Err(error.below_key(&key)),
                    });
            Ok(Value::Map(entries.collect::<Result<_, _>>()?))
        }
        (Type::Object(types), Json::Object(mut entries)) => {
            let mut object = BTreeMap::new();
            for (name, ty) in types {
                let json = entries.remove(name).unwrap_or(Json::Null);
                let value = from_json(json, ty, depth + 1).map_err(|error| error.below(name))?;
                object.insert(name.clone(), value);
            }
            match entries.keys().next() {
                None => Ok(Value::Object(object)),
                Some(name) => Err(ValueError::new(format!(
                    "the type has no attribute `{name}`"
                ))),
            }
        }
        (Type::Dynamic, Json::Object(mut parts)) => {
            let (Some(ty), Some(json)) = (parts.remove("type"), parts.remove("value")) else {
                return Err(ValueError::new("a dynamic value has `type` and `value`"));
            };
            let ty = Type::from_json(&ty).map_err(|error| ValueError::new(error.to_string()))?;
            let value = from_json(json, &ty, depth + 1)?;
            Ok(Value::Dynamic(Box::new(ty), Box::new(value)))
        }
        (ty, json) => Err(ValueError::new(format!(
            "{ty} is required, not JSON {}",
            kind(&json)
        ))),
    }
}

fn sequence<'a>(
    elements: Vec<Json>,
    ty: impl Fn(usize) -> &'a Type,
    depth: usize,
) -> Result<Vec<Value>, ValueError> {
    elements
        .into_iter()
        .enumerate()
        .map(|(i, json)| from_json(json, ty(i), depth + 1).map_err(|error| error.below_index(i)))
        .collect()
}

fn parse_number(text: &str) -> Result<Value, ValueError> {
    text.parse::<Number>()
        .map(Value::Number)
        .map_err(|error| ValueError::new(error.to_string()))
}

fn kind(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(_) => "number",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}

fn to_json(value: &Value, ty: &Type) -> Result<Json, ValueError> {
    match (ty, value) {
        (_, Value::Null) => Ok(Json::Null),
        (_, Value::Unknown) => Err(ValueError::new("JSON has no unknown values")),
        (Type::Bool, Value::Bool(bool)) => Ok(Json::Bool(*bool)),
        (Type::Number, Value::Number(number)) => number
            .to_string()
            .parse()
            .map(Json::Number)
            .map_err(|_| ValueError::new("JSON has no infinite numbers")),
        (Type::String, Value::String(text)) => Ok(Json::String(text.clone())),
        (Type::List(element), Value::List(elements))
        | (Type::Set(element), Value::Set(elements)) => json_sequence(elements, |_| element),
        (Type::Tuple(types), Value::List(elements)) if types.len() == elements.len() => {
            json_sequence(elements, |i| &types[i])
        }
        (Type::Map(element), Value::Map(entries)) => {
            let entries = entries.iter().map(|(key, value)| {
                let json = to_json(value, element).map_err(|error| error.below_key(key))?;
                Ok((key.clone(), json))
            });
            Ok(Json::Object(entries.collect::<Result<_, _>>()?))
        }
        (Type::Object(types), Value::Object(attributes)) => {
            let entries = types.iter().map(|(name, ty)| {
                let value = attributes.get(name).unwrap_or(&Value::Null);
                let json = to_json(value, ty).map_err(|error| error.below(name))?;
                Ok((name.clone(), json))
            });
            Ok(Json::Object(entries.collect::<Result<_, _>>()?))
        }
        (Type::Dynamic, Value::Dynamic(ty, value)) => {
            let mut parts = JsonMap::new();
            parts.insert("type".to_owned(), ty.to_json());
            parts.insert("value".to_owned(), to_json(value, ty)?);
            Ok(Json::Object(parts))
        }
        (ty, value) => Err(ValueError::new(format!(
            "{ty} is required, not {}",
            value.kind_name()
        ))),
    }
}

fn json_sequence<'a>(
    elements: &[Value],
    ty: impl Fn(usize) -> &'a Type,
) -> Result<Json, ValueError> {
    let elements = elements
        .iter()
        .enumerate()
        .map(|(i, value)| to_json(value, ty(i)).map_err(|error| error.below_index(i)));
    Ok(Json::Array(elements.collect::<Result<_, _>>()?))
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
