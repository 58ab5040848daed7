//! Values and numbers as they are, in models.
//!
//! A model whose field may hold anything (a dynamic attribute) has a [`Value`] there, and one whose
//! numbers must keep every digit has a [`Number`]. Both pass through serde under names that only
//! this module's codecs know; other formats see plain data.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, EnumAccess, Error as _, VariantAccess, Visitor};
use serde::ser::{Error as _, Serialize, Serializer};

use super::attr::{ATTR, VARIANTS as ATTR_VARIANTS};
use super::value::Value;
use super::{InvalidNumber, Number, Type};

/// The serde name of a number, which travels as its text.
pub(super) const NUMBER: &str = "$cloudbase::Number";
/// The serde name of a dynamic value, which travels as its type's JSON form and the value.
pub(super) const DYNAMIC: &str = "$cloudbase::Dynamic";
/// The serde name of any value.
pub(super) const VALUE: &str = "$cloudbase::Value";

const VARIANTS: &[&str] = &[
    "Bool", "Dynamic", "List", "Map", "Null", "Number", "Object", "Set", "String", "Unknown",
];

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(NUMBER, &self.to_string())
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(NUMBER, NumberVisitor)
    }
}

struct NumberVisitor;

impl<'de> Visitor<'de> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, text: D) -> Result<Number, D::Error> {
        number(&String::deserialize(text)?).map_err(D::Error::custom)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bool(bool) => serializer.serialize_bool(*bool),
            Self::Dynamic(ty, value) => {
                let ty = String::from_utf8(ty.to_json_bytes()).map_err(S::Error::custom)?;
                serializer.serialize_newtype_struct(DYNAMIC, &(ty, value))
            }
            Self::List(elements) | Self::Set(elements) => elements.serialize(serializer),
            Self::Map(entries) | Self::Object(entries) => entries.serialize(serializer),
            Self::Null => serializer.serialize_none(),
            Self::Number(number) => number.serialize(serializer),
            Self::String(text) => serializer.serialize_str(text),
            Self::Unknown => serializer.serialize_unit_variant(ATTR, 2, ATTR_VARIANTS[2]),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_enum(VALUE, VARIANTS, ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<Value, A::Error> {
        let (variant, content) = access.variant::<String>()?;
        Ok(match variant.as_str() {
            "Bool" => Value::Bool(content.newtype_variant()?),
            "Dynamic" => {
                let (ty, value): (String, Value) = content.newtype_variant()?;
                let ty = Type::from_json_bytes(ty.as_bytes()).map_err(A::Error::custom)?;
                Value::Dynamic(Box::new(ty), Box::new(value))
            }
            "List" => Value::List(content.newtype_variant()?),
            "Map" => Value::Map(content.newtype_variant::<BTreeMap<_, _>>()?),
            "Null" => content.unit_variant().map(|()| Value::Null)?,
            "Number" => Value::Number(content.newtype_variant()?),
            "Object" => Value::Object(content.newtype_variant::<BTreeMap<_, _>>()?),
            "Set" => Value::Set(content.newtype_variant()?),
            "String" => Value::String(content.newtype_variant()?),
            "Unknown" => content.unit_variant().map(|()| Value::Unknown)?,
            other => return Err(A::Error::unknown_variant(other, VARIANTS)),
        })
    }
}

/// The variant of [`VALUE`] that a value is.
pub(super) fn variant(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "Bool",
        Value::Dynamic(..) => "Dynamic",
        Value::List(_) => "List",
        Value::Map(_) => "Map",
        Value::Null => "Null",
        Value::Number(_) => "Number",
        Value::Object(_) => "Object",
        Value::Set(_) => "Set",
        Value::String(_) => "String",
        Value::Unknown => "Unknown",
    }
}

/// The number that [`NUMBER`] travels as. Infinities have no decimal text.
pub(super) fn number(text: &str) -> Result<Number, InvalidNumber> {
    match text {
        "Infinity" => Number::try_from(f64::INFINITY),
        "-Infinity" => Number::try_from(f64::NEG_INFINITY),
        text => text.parse(),
    }
}

/// Makes a dynamic value of what [`DYNAMIC`] travels as.
pub(super) fn dynamic(parts: Value) -> Option<Value> {
    let Value::List(parts) = parts else {
        return None;
    };
    let [Value::String(ty), value] = <[Value; 2]>::try_from(parts).ok()? else {
        return None;
    };
    let ty = Type::from_json_bytes(ty.as_bytes()).ok()?;
    // Inside, everything has passed through here as loosely as a list for a set.
    let value = value.conform(&ty).ok()?;
    Some(Value::Dynamic(Box::new(ty), Box::new(value)))
}

#[cfg(test)]
mod tests {
    use super::super::{from_value, to_value};
    use super::*;

    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    struct Model {
        any: Value,
        big: Number,
        small: Option<Number>,
    }

    fn number(text: &str) -> Number {
        text.parse().unwrap()
    }

    #[test]
    fn a_model_holds_any_value_and_every_digit() {
        let ty = Type::object([
            ("any", Type::Dynamic),
            ("big", Type::Number),
            ("small", Type::Number),
        ]);
        let sets = Type::set(Type::object([
            ("n", Type::Number),
            ("m", Type::map(Type::Bool)),
        ]));
        let element = Value::object([
            ("n", Value::Number(number("0.1"))),
            (
                "m",
                Value::Map(BTreeMap::from([("k".to_owned(), Value::Unknown)])),
            ),
        ]);
        let sets = Value::Dynamic(Box::new(sets), Box::new(Value::set(vec![element])));
        for any in [
            sets,
            Value::Null,
            Value::Unknown,
            Value::Dynamic(Box::new(Type::String), Box::new(Value::Unknown)),
            Value::Dynamic(Box::new(Type::String), Box::new(Value::Null)),
        ] {
            let value = Value::object([
                ("any", any),
                (
                    "big",
                    Value::Number(number("123456789012345678901234567890.5")),
                ),
                ("small", Value::Null),
            ]);
            let model: Model = from_value(value.clone()).unwrap();
            assert_eq!(to_value(&model, &ty), Ok(value.clone()));
            // A value is a model by itself.
            assert_eq!(from_value::<Value>(value.clone()), Ok(value.clone()));
            assert_eq!(to_value(&value, &ty), Ok(value));
        }
        let infinite = Value::Number(Number::try_from(f64::NEG_INFINITY).unwrap());
        let model: Number = from_value(infinite.clone()).unwrap();
        assert_eq!(to_value(&model, &Type::Number), Ok(infinite));
    }

    #[test]
    fn a_number_is_not_made_of_text() {
        assert!(from_value::<Number>(Value::string("7")).is_err());
    }
}
