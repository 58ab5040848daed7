//! Models from values, through serde.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::{MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, Unexpected,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::attr::ATTR;
use super::model::{self, NUMBER, VALUE};
use super::value::{Value, ValueError};

/// Reads a model from `value`.
///
/// Errors say what did not fit; unknown values fit only fields of type [`Attr`](super::Attr).
pub fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, ValueError> {
    T::deserialize(ValueDeserializer(value))
}

impl serde::de::Error for ValueError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }

    /// Says what kind of value was found, but not which: it may be secret.
    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn serde::de::Expected) -> Self {
        let found = match unexpected {
            Unexpected::Bool(_) => "a boolean",
            Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_) => "a number",
            Unexpected::Char(_) | Unexpected::Str(_) => "a string",
            Unexpected::Unit | Unexpected::Option => "null",
            Unexpected::Seq => "a list",
            Unexpected::Map => "a map",
            _ => "another kind of value",
        };
        Self::new(format!("expected {expected}, found {found}"))
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn serde::de::Expected) -> Self {
        Self::invalid_type(unexpected, expected)
    }
}

struct ValueDeserializer(Value);

impl IntoDeserializer<'_, ValueError> for ValueDeserializer {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

fn entries(
    entries: BTreeMap<String, Value>,
) -> MapDeserializer<'static, impl Iterator<Item = (String, ValueDeserializer)>, ValueError> {
    MapDeserializer::new(
        entries
            .into_iter()
            .map(|(key, value)| (key, ValueDeserializer(value))),
    )
}

impl<'de> Deserializer<'de> for ValueDeserializer {
    type Error = ValueError;

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.0 {
            Value::Bool(bool) => visitor.visit_bool(bool),
            Value::Dynamic(_, value) => Self(*value).deserialize_any(visitor),
            Value::List(elements) | Value::Set(elements) => {
                visitor.visit_seq(SeqDeserializer::new(elements.into_iter().map(Self)))
            }
            Value::Map(map) | Value::Object(map) => visitor.visit_map(entries(map)),
            Value::Null => visitor.visit_unit(),
            Value::Number(number) => match (number.to_i64(), number.to_u64()) {
                (Some(integer), _) => visitor.visit_i64(integer),
                (None, Some(integer)) => visitor.visit_u64(integer),
                (None, None) => visitor.visit_f64(number.to_f64()),
            },
            Value::String(text) => visitor.visit_string(text),
            Value::Unknown => Err(ValueError::new(
                "the value is not known yet, but is needed here",
            )),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.0 {
            Value::Dynamic(_, value) => Self(*value).deserialize_option(visitor),
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        match self.0 {
            Value::Dynamic(_, value) if name == NUMBER => {
                Self(*value).deserialize_newtype_struct(name, visitor)
            }
            Value::Number(number) if name == NUMBER => {
                visitor.visit_newtype_struct(Self(Value::String(number.to_string())))
            }
            other if name == NUMBER => Err(ValueError::new(format!(
                "expected a number, found {}",
                other.kind_name()
            ))),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        match name {
            ATTR => return visitor.visit_enum(AttrAccess(self.0)),
            VALUE => return visitor.visit_enum(ValueAccess(self.0)),
            _ => {}
        }
        match self.0 {
            Value::String(text) => visitor.visit_enum(text.into_deserializer()),
            other => Err(ValueError::new(format!(
                "expected one of the words of {name}, found {}",
                other.kind_name()
            ))),
        }
    }
}

/// Presents any value as one of the variants of [`Attr`](super::Attr).
struct AttrAccess(Value);

impl<'de> EnumAccess<'de> for AttrAccess {
    type Error = ValueError;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self), ValueError> {
        let variant = match &self.0 {
            value if value.is_null() => "Null",
            value if value.is_unknown() => "Unknown",
            _ => "Known",
        };
        let variant: StrDeserializer<'_, ValueError> = variant.into_deserializer();
        Ok((seed.deserialize(variant)?, self))
    }
}

/// Presents a value as the variant it is, for models that hold any [`Value`].
struct ValueAccess(Value);

impl<'de> EnumAccess<'de> for ValueAccess {
    type Error = ValueError;
    type Variant = AttrAccess;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, AttrAccess), ValueError> {
        let variant: StrDeserializer<'_, ValueError> = model::variant(&self.0).into_deserializer();
        let variant = seed.deserialize(variant)?;
        let content = match self.0 {
            Value::Dynamic(ty, value) => {
                Value::List(vec![Value::String(ty.to_json().to_string()), *value])
            }
            other => other,
        };
        Ok((variant, AttrAccess(content)))
    }
}

impl<'de> VariantAccess<'de> for AttrAccess {
    type Error = ValueError;

    fn unit_variant(self) -> Result<(), ValueError> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<S::Value, ValueError> {
        seed.deserialize(ValueDeserializer(self.0))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, ValueError> {
        Err(ValueError::new("attributes have no tuple variants"))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, ValueError> {
        Err(ValueError::new("attributes have no struct variants"))
    }
}
