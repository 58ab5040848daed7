//! Reads what an answer holds into a type, without a tree of it in between.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeOwned, DeserializeSeed, IntoDeserializer as _, MapAccess, SeqAccess, Visitor,
        value::MapDeserializer,
    },
    forward_to_deserialize_any,
};
use serde_json::{Error, value::RawValue};

/// Reads JSON into a type, whose fields say which of them may be missing. A field that is sent twice counts as it was
/// sent last, which `derive(Deserialize)` by itself refuses.
pub(in crate::wechat) fn decode<P: DeserializeOwned>(text: &str) -> Result<P, Error> {
    P::deserialize(Json(serde_json::from_str(text)?))
}

/// For `#[serde(default, deserialize_with)]`: null reads as the default, as a missing field does.
pub(in crate::wechat) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// One value, as its text. What nobody asks for is skipped in it however deep it goes, and never held.
///
/// Numbers are read by [`Integer`](super::Integer) only.
#[derive(Clone, Copy)]
struct Json<'de>(&'de RawValue);

impl<'de> Deserializer<'de> for Json<'de> {
    type Error = Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let mut text = serde_json::Deserializer::from_str(self.0.get());
        let sent = text.deserialize_map(Last { fields })?;
        let sent = fields
            .iter()
            .zip(sent)
            .filter_map(|(field, value)| Some((*field, value?)));
        visitor.visit_map(MapDeserializer::new(sent))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let mut text = serde_json::Deserializer::from_str(self.0.get());
        text.deserialize_seq(Elements(visitor))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.get() == "null" {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        serde_json::Deserializer::from_str(self.0.get()).deserialize_newtype_struct(name, visitor)
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        serde_json::Deserializer::from_str(self.0.get()).deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct tuple
        tuple_struct map enum identifier ignored_any
    }
}

impl<'de> serde::de::IntoDeserializer<'de, Error> for Json<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Of each field what was sent last.
struct Last {
    fields: &'static [&'static str],
}

impl<'de> Visitor<'de> for Last {
    type Value = Vec<Option<Json<'de>>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut sent = vec![None; self.fields.len()];
        while let Some(key) = map.next_key::<String>()? {
            let value = map.next_value::<&RawValue>()?;
            if let Some(at) = self.fields.iter().position(|field| *field == key) {
                sent[at] = Some(Json(value));
            }
        }
        Ok(sent)
    }
}

/// Hands each element of a list on as a [`Json`].
struct Elements<T>(T);

impl<'de, V: Visitor<'de>> Visitor<'de> for Elements<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        self.0.visit_seq(Elements(list))
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Elements<A> {
    type Error = A::Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, A::Error> {
        let Some(element) = self.0.next_element::<&RawValue>()? else {
            return Ok(None);
        };
        seed.deserialize(Json(element).into_deserializer())
            .map(Some)
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wechat::http::{Integer, Rows};

    #[derive(Debug, Default, PartialEq, Deserialize)]
    struct Row {
        #[serde(default, deserialize_with = "null_as_default")]
        name: String,
        #[serde(default)]
        alias: Option<String>,
        #[serde(default)]
        count: Integer,
    }

    #[derive(Debug, Deserialize)]
    struct Payload {
        #[serde(default)]
        list: Rows<Row>,
        #[serde(default, deserialize_with = "null_as_default")]
        one: Row,
    }

    fn decoded(text: &str) -> Result<(Vec<Row>, Row), String> {
        decode::<Payload>(text)
            .map(|payload| (payload.list.into_iter().collect(), payload.one))
            .map_err(|error| error.to_string())
    }

    fn row(name: &str) -> Row {
        Row {
            name: name.to_owned(),
            ..Row::default()
        }
    }

    #[test]
    fn what_is_missing_or_null_is_empty() {
        for text in [
            "{}",
            r#"{"list":null,"one":null,"other":[1,{"x":2}]}"#,
            r#"{"list":[],"one":{"name":null,"alias":null,"count":null}}"#,
        ] {
            assert_eq!(decoded(text), Ok((vec![], Row::default())), "{text}");
        }
    }

    #[test]
    fn the_last_of_several_counts_at_every_level() {
        let text = r#"{"list":[{"name":"x"}],"one":7,"list":[{"name":7,"count":"1","n\u0061me":"a","count":2.0}],
            "one":{"alias":null,"alias":"b"}}"#;
        let (list, one) = decoded(text).unwrap();
        let count: Integer = serde_json::from_str("2").unwrap();
        assert_eq!(list, [Row { count, ..row("a") }]);
        assert_eq!(one.alias.as_deref(), Some("b"));
    }

    #[test]
    fn a_value_of_another_type_is_an_error() {
        for text in [
            "[]",
            "7",
            r#"{"list":"canary"}"#,
            r#"{"list":["canary"]}"#,
            r#"{"list":[["canary"]]}"#,
            r#"{"list":[null]}"#,
            r#"{"one":{"name":["canary"]}}"#,
            r#"{"one":{"name":"\ud800"}}"#,
        ] {
            assert!(decoded(text).is_err(), "{text}");
        }
    }

    #[test]
    fn depth_and_huge_numbers_do_no_harm() {
        let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        for value in [deep(100), deep(200_000), "9".repeat(200_000)] {
            let text = format!(r#"{{"other":{value},"one":{{"count":{value},"x":{value}}}}}"#);
            assert_eq!(decoded(&text), Ok((vec![], Row::default())));
            let text = format!(r#"{{"list":[{value}]}}"#);
            assert!(decoded(&text).is_err());
            let text = format!(r#"{{"one":{{"name":{value}}}}}"#);
            assert!(decoded(&text).is_err());
        }
    }
}
