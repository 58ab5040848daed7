//! Models from values, through serde.

use std::collections::{BTreeMap, btree_map};
use std::fmt;
use std::iter::Enumerate;
use std::vec;

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::attr::ATTR;
use super::model::{self, NUMBER, VALUE};
use super::number::Number;
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

/// The entries of a map or the attributes of an object, with errors that say at which.
struct Entries {
    rest: btree_map::IntoIter<String, Value>,
    /// The entry whose value comes next.
    current: Option<(String, Value)>,
    /// How the name of an entry is a step of a path.
    step: fn(ValueError, &str) -> ValueError,
}

impl Entries {
    fn new(entries: BTreeMap<String, Value>, step: fn(ValueError, &str) -> ValueError) -> Self {
        Self {
            rest: entries.into_iter(),
            current: None,
            step,
        }
    }
}

impl<'de> MapAccess<'de> for Entries {
    type Error = ValueError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, ValueError> {
        self.current = self.rest.next();
        let Some((name, _)) = &self.current else {
            return Ok(None);
        };
        let key = seed.deserialize(name.clone().into_deserializer());
        key.map(Some).map_err(|error| (self.step)(error, name))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, ValueError> {
        let (name, value) = self
            .current
            .take()
            .ok_or_else(|| ValueError::new("a map value without a key"))?;
        let value = seed.deserialize(ValueDeserializer(value));
        value.map_err(|error| (self.step)(error, &name))
    }
}

/// The elements of a list, with errors that say at which; elements of sets have no place.
struct Elements {
    rest: Enumerate<vec::IntoIter<Value>>,
    have_places: bool,
}

impl<'de> SeqAccess<'de> for Elements {
    type Error = ValueError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, ValueError> {
        let Some((i, value)) = self.rest.next() else {
            return Ok(None);
        };
        match seed.deserialize(ValueDeserializer(value)) {
            Ok(element) => Ok(Some(element)),
            Err(error) if self.have_places => Err(error.below_index(i)),
            Err(error) => Err(error),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

impl<'de> Deserializer<'de> for ValueDeserializer {
    type Error = ValueError;

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.0 {
            Value::Bool(bool) => visitor.visit_bool(bool),
            Value::Dynamic(_, value) => Self(*value).deserialize_any(visitor),
            Value::List(elements) => visitor.visit_seq(Elements {
                rest: elements.into_iter().enumerate(),
                have_places: true,
            }),
            Value::Set(elements) => visitor.visit_seq(Elements {
                rest: elements.into_iter().enumerate(),
                have_places: false,
            }),
            Value::Map(map) => visitor.visit_map(Entries::new(map, ValueError::below_key)),
            Value::Object(map) => visitor.visit_map(Entries::new(map, ValueError::below)),
            Value::Null => visitor.visit_unit(),
            Value::Number(number) => match (number.to_i64(), number.to_u64()) {
                (Some(integer), _) => visitor.visit_i64(integer),
                (None, Some(integer)) => visitor.visit_u64(integer),
                (None, None) => visitor.visit_f64(float(&number)?),
            },
            Value::String(text) => visitor.visit_string(text),
            Value::Unknown => Err(ValueError::new(
                "the value is not known yet, but is needed here",
            )),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match &self.0 {
            Value::Number(number) => visitor.visit_f64(float(number)?),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match &self.0 {
            Value::Number(number) => {
                #[allow(clippy::cast_possible_truncation, reason = "what is lost is looked at")]
                let narrow = float(number)? as f32;
                if !number.is_kept_by(narrow.into()) {
                    return Err(not_representable(32));
                }
                visitor.visit_f32(narrow)
            }
            _ => self.deserialize_any(visitor),
        }
    }

    /// An attribute that the model leaves out may be whatever it is, unknown included.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_unit()
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

/// The float nearest to the number; an error where that would be infinite or zero and the number is not.
fn float(number: &Number) -> Result<f64, ValueError> {
    let float = number.to_f64();
    if number.is_kept_by(float) {
        Ok(float)
    } else {
        Err(not_representable(64))
    }
}

fn not_representable(bits: u8) -> ValueError {
    ValueError::new(format!(
        "the number cannot be represented as a {bits}-bit floating point number"
    ))
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
