//! Whether a model and its schema name the same attributes. Serde leaves out what a model does not name, so
//! that a mistake would show as a value that is lost.

use std::cell::Cell;

use serde::de::{DeserializeOwned, Deserializer, Error as _, Visitor};
use serde::{Serialize, forward_to_deserialize_any};

use crate::framework::schema::Schema;
use crate::framework::value::{Value, ValueError, from_value, to_value};

/// What is wrong with a model of `schema`; nothing with one that takes any value.
pub fn model_mistakes<M: DeserializeOwned>(schema: &Schema) -> Vec<String> {
    let attributes = schema.block.attributes.iter().map(|a| a.name);
    let blocks = schema.block.blocks.iter().map(|b| b.name);
    name_mistakes::<M>(&attributes.chain(blocks).collect::<Vec<_>>())
}

/// The same of a model of something that has attributes of these names.
pub(super) fn name_mistakes<M: DeserializeOwned>(names: &[&str]) -> Vec<String> {
    let model = std::any::type_name::<M>();
    let fields = fields::<M>().unwrap_or(names);
    let missing = names.iter().filter(|name| !fields.contains(name));
    let strange = fields.iter().filter(|field| !names.contains(field));
    missing
        .map(|name| format!("{model} lacks `{name}`"))
        .chain(strange.map(|field| format!("{model} has `{field}`, which the schema has not")))
        .collect()
}

/// The same of a model of configuration and plan, which also has to take every attribute as null and as
/// unknown, and to give it back.
pub(super) fn config_mistakes<M: Serialize + DeserializeOwned>(schema: &Schema) -> Vec<String> {
    let mut mistakes = model_mistakes::<M>(schema);
    let ty = schema.ty();
    for hole in [Value::Null, Value::Unknown] {
        let attributes = schema.block.attributes.iter();
        let value = Value::object(attributes.map(|attribute| (attribute.name, hole.clone())));
        let back = value.clone().conform(&ty).and_then(|value| {
            let model: M = from_value(value.clone())?;
            Ok(to_value(&model, &ty)? == value)
        });
        let model = std::any::type_name::<M>();
        match back {
            Ok(true) => {}
            Ok(false) => mistakes.push(format!("{model} does not keep {hole:?}")),
            Err(error) => {
                mistakes.push(format!("{model} at `{}`: {}", error.path, error.message));
            }
        }
    }
    mistakes
}

/// The fields that `M` asks for; `None` if it is no struct.
fn fields<M: DeserializeOwned>() -> Option<&'static [&'static str]> {
    let fields = Cell::new(None);
    // It fails whatever it is: the names are all that is wanted.
    let _: Result<M, _> = M::deserialize(FieldNames(&fields));
    fields.get()
}

struct FieldNames<'a>(&'a Cell<Option<&'static [&'static str]>>);

impl<'de> Deserializer<'de> for FieldNames<'_> {
    type Error = ValueError;

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, ValueError> {
        Err(ValueError::custom("nothing is read"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        self.0.set(Some(fields));
        self.deserialize_any(visitor)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::framework::Attr;
    use crate::framework::schema::Attribute;

    #[derive(Debug, Serialize, Deserialize)]
    struct Model {
        env: Attr<String>,
        size: Option<i64>,
    }

    fn schema(names: &[&'static str]) -> Schema {
        let attributes = names.iter().map(|name| Attribute::string(name, "One."));
        Schema::new("A thing.", attributes.collect())
    }

    #[test]
    fn names_that_differ_are_told_both_ways() {
        let says = |schema, words: &[&str]| {
            let mistakes = model_mistakes::<Model>(&schema);
            assert_eq!(mistakes.len(), words.len(), "{mistakes:?}");
            for (mistake, words) in mistakes.iter().zip(words) {
                assert!(mistake.ends_with(words), "{mistake}");
            }
        };
        says(schema(&["env", "size"]), &[]);
        says(schema(&["env", "size", "more"]), &["lacks `more`"]);
        says(schema(&["env"]), &["has `size`, which the schema has not"]);
        assert!(model_mistakes::<Value>(&schema(&["env"])).is_empty());
    }

    #[test]
    fn what_may_be_unknown_has_to_be_so_in_the_model() {
        let mistakes = config_mistakes::<Model>(&schema(&["env", "size"]));
        let [only] = mistakes.as_slice() else {
            panic!("{mistakes:?}")
        };
        assert!(only.contains("at `size`"), "{only}");
    }
}
