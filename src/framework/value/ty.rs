//! Types of values and their JSON form, as in `Schema.Attribute.type`.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Value as Json, json};

use super::value::MAX_DEPTH;
use crate::ordered::Ordered as _;

/// The type of a [`Value`](super::Value).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Type {
    /// `true` or `false`.
    Bool,
    /// Any type; the value says which.
    Dynamic,
    /// Elements of one type, in order.
    List(Box<Self>),
    /// Elements of one type, by key.
    Map(Box<Self>),
    /// A number of any size and precision.
    Number,
    /// Named attributes, all of them always there.
    Object(BTreeMap<String, Self>),
    /// Elements of one type, without order or duplicates.
    Set(Box<Self>),
    /// Unicode text.
    String,
    /// A fixed number of elements, each of its own type.
    Tuple(Vec<Self>),
}

/// Text that is not the JSON form of a type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a type in JSON form: {0}")]
pub struct InvalidType(String);

impl Type {
    /// A list of `element`.
    pub fn list(element: Self) -> Self {
        Self::List(Box::new(element))
    }

    /// A map to `element`.
    pub fn map(element: Self) -> Self {
        Self::Map(Box::new(element))
    }

    /// An object with these attributes.
    pub fn object<'a>(attributes: impl IntoIterator<Item = (&'a str, Self)>) -> Self {
        Self::Object(
            attributes
                .into_iter()
                .map(|(name, ty)| (name.to_owned(), ty))
                .into_map(),
        )
    }

    /// A set of `element`.
    pub fn set(element: Self) -> Self {
        Self::Set(Box::new(element))
    }

    /// Whether some part of it may be of any type.
    pub fn has_dynamic(&self) -> bool {
        match self {
            Self::Dynamic => true,
            Self::List(element) | Self::Map(element) | Self::Set(element) => element.has_dynamic(),
            Self::Object(attributes) => attributes.values().any(Self::has_dynamic),
            Self::Tuple(elements) => elements.iter().any(Self::has_dynamic),
            Self::Bool | Self::Number | Self::String => false,
        }
    }

    /// The JSON form, as bytes for the protocol.
    pub fn to_json_bytes(&self) -> Vec<u8> {
        self.to_json().to_string().into_bytes()
    }

    /// The JSON form: `"string"`, `["list", T]`, `["object", {name: T}]` and so on.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Bool => json!("bool"),
            Self::Dynamic => json!("dynamic"),
            Self::List(element) => json!(["list", element.to_json()]),
            Self::Map(element) => json!(["map", element.to_json()]),
            Self::Number => json!("number"),
            Self::Object(attributes) => {
                let attributes = attributes
                    .iter()
                    .map(|(name, ty)| (name.clone(), ty.to_json()));
                json!(["object", attributes.into_map()])
            }
            Self::Set(element) => json!(["set", element.to_json()]),
            Self::String => json!("string"),
            Self::Tuple(elements) => {
                json!([
                    "tuple",
                    elements.iter().map(Self::to_json).collect::<Vec<_>>()
                ])
            }
        }
    }

    /// Reads the JSON form. A third element of an object (its optional attributes) is accepted
    /// and ignored, as Terraform does for schema attributes.
    pub fn from_json_bytes(bytes: &[u8]) -> Result<Self, InvalidType> {
        let json = serde_json::from_slice(bytes).map_err(|error| InvalidType(error.to_string()))?;
        Self::from_json(&json)
    }

    /// Reads the JSON form; see [`Self::from_json_bytes`].
    pub fn from_json(json: &Json) -> Result<Self, InvalidType> {
        Self::from_json_at(json, 0)
    }

    fn from_json_at(json: &Json, depth: usize) -> Result<Self, InvalidType> {
        let wrong = || InvalidType(json.to_string());
        if depth > MAX_DEPTH {
            return Err(InvalidType(format!("nested deeper than {MAX_DEPTH}")));
        }
        let read = |json| Self::from_json_at(json, depth + 1);
        match json {
            Json::String(name) => match name.as_str() {
                "bool" => Ok(Self::Bool),
                "dynamic" => Ok(Self::Dynamic),
                "number" => Ok(Self::Number),
                "string" => Ok(Self::String),
                _ => Err(wrong()),
            },
            Json::Array(parts) => {
                let kind = parts.first().and_then(Json::as_str).ok_or_else(wrong)?;
                match (kind, &parts[1..]) {
                    ("list", [element]) => Ok(Self::list(read(element)?)),
                    ("map", [element]) => Ok(Self::map(read(element)?)),
                    ("set", [element]) => Ok(Self::set(read(element)?)),
                    ("object", [Json::Object(attributes)] | [Json::Object(attributes), _]) => {
                        let attributes = attributes
                            .iter()
                            .map(|(name, ty)| Ok((name.clone(), read(ty)?)))
                            .try_into_map()?;
                        Ok(Self::Object(attributes))
                    }
                    ("tuple", [Json::Array(elements)]) => Ok(Self::Tuple(
                        elements.iter().map(read).collect::<Result<_, _>>()?,
                    )),
                    _ => Err(wrong()),
                }
            }
            _ => Err(wrong()),
        }
    }
}

/// Words for a person: `set of string`.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Dynamic => f.write_str("any type"),
            Self::List(element) => write!(f, "list of {element}"),
            Self::Map(element) => write!(f, "map of {element}"),
            Self::Number => f.write_str("number"),
            Self::Object(_) => f.write_str("object"),
            Self::Set(element) => write!(f, "set of {element}"),
            Self::String => f.write_str("string"),
            Self::Tuple(_) => f.write_str("tuple"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_form_round_trips() {
        let ty = Type::object([
            ("a", Type::set(Type::String)),
            ("b", Type::Tuple(vec![Type::Bool, Type::map(Type::Number)])),
            ("c", Type::list(Type::Dynamic)),
        ]);
        assert_eq!(Type::from_json_bytes(&ty.to_json_bytes()), Ok(ty));
        assert_eq!(
            Type::set(Type::String).to_json().to_string(),
            r#"["set","string"]"#
        );
    }

    #[test]
    fn optional_attributes_of_an_object_are_ignored() {
        let ty = Type::from_json_bytes(br#"["object",{"a":"string"},["a"]]"#);
        assert_eq!(ty, Ok(Type::object([("a", Type::String)])));
    }

    #[test]
    fn what_is_no_type_is_refused() {
        for text in [
            r#""float""#,
            r#"["list"]"#,
            "[]",
            "{}",
            "",
            r#"["object","string"]"#,
        ] {
            assert!(Type::from_json_bytes(text.as_bytes()).is_err(), "{text}");
        }
        let deep = format!(
            "{}\"string\"{}",
            r#"["list","#.repeat(2000),
            "]".repeat(2000)
        );
        assert!(Type::from_json_bytes(deep.as_bytes()).is_err());
    }
}
