//! Values from models, through serde.

use std::collections::BTreeMap;
use std::fmt;

use serde::ser::{
    Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple,
    SerializeTupleStruct, Serializer,
};

use super::attr::ATTR;
use super::model::{self, DYNAMIC, NUMBER};
use super::value::{Value, ValueError};
use super::{Number, Type};

/// Writes a model as a value of type `ty`.
///
/// Errors where the model does not fit the type; that is a mistake in the provider.
pub fn to_value<T: Serialize + ?Sized>(model: &T, ty: &Type) -> Result<Value, ValueError> {
    to_loose_value(model)?.conform(ty)
}

/// Writes a model as a value of no type yet: sets are lists.
pub(super) fn to_loose_value<T: Serialize + ?Sized>(model: &T) -> Result<Value, ValueError> {
    model.serialize(ValueSerializer)
}

impl serde::ser::Error for ValueError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }
}

struct ValueSerializer;

impl Serializer for ValueSerializer {
    type Error = ValueError;
    type Ok = Value;
    type SerializeMap = MapSerializer;
    type SerializeSeq = SeqSerializer;
    type SerializeStruct = MapSerializer;
    type SerializeStructVariant = Impossible<Value, ValueError>;
    type SerializeTuple = SeqSerializer;
    type SerializeTupleStruct = SeqSerializer;
    type SerializeTupleVariant = Impossible<Value, ValueError>;

    fn serialize_bool(self, v: bool) -> Result<Value, ValueError> {
        Ok(Value::Bool(v))
    }

    fn serialize_i8(self, v: i8) -> Result<Value, ValueError> {
        self.serialize_i64(v.into())
    }

    fn serialize_i16(self, v: i16) -> Result<Value, ValueError> {
        self.serialize_i64(v.into())
    }

    fn serialize_i32(self, v: i32) -> Result<Value, ValueError> {
        self.serialize_i64(v.into())
    }

    fn serialize_i64(self, v: i64) -> Result<Value, ValueError> {
        Ok(Value::Number(v.into()))
    }

    fn serialize_u8(self, v: u8) -> Result<Value, ValueError> {
        self.serialize_u64(v.into())
    }

    fn serialize_u16(self, v: u16) -> Result<Value, ValueError> {
        self.serialize_u64(v.into())
    }

    fn serialize_u32(self, v: u32) -> Result<Value, ValueError> {
        self.serialize_u64(v.into())
    }

    fn serialize_u64(self, v: u64) -> Result<Value, ValueError> {
        Ok(Value::Number(v.into()))
    }

    fn serialize_f32(self, v: f32) -> Result<Value, ValueError> {
        self.serialize_f64(v.into())
    }

    /// The number that the float's shortest text names: a model's 0.1 means one tenth.
    fn serialize_f64(self, v: f64) -> Result<Value, ValueError> {
        let number = if v.is_finite() {
            v.to_string().parse()
        } else {
            Number::try_from(v)
        };
        number
            .map(Value::Number)
            .map_err(|error| ValueError::new(error.to_string()))
    }

    fn serialize_char(self, v: char) -> Result<Value, ValueError> {
        Ok(Value::string(v))
    }

    fn serialize_str(self, v: &str) -> Result<Value, ValueError> {
        Ok(Value::string(v))
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Value, ValueError> {
        Err(ValueError::new("Terraform has no byte strings"))
    }

    fn serialize_none(self) -> Result<Value, ValueError> {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, ValueError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value, ValueError> {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value, ValueError> {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Value, ValueError> {
        if name == ATTR {
            Ok(Value::Unknown)
        } else {
            Ok(Value::string(variant))
        }
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<Value, ValueError> {
        let value = value.serialize(self)?;
        match (name, value) {
            (NUMBER, Value::String(text)) => model::number(&text)
                .map(Value::Number)
                .map_err(|error| ValueError::new(error.to_string())),
            (DYNAMIC, parts) => model::dynamic(parts)
                .ok_or_else(|| ValueError::new("a dynamic value does not fit its own type")),
            (_, value) => Ok(value),
        }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Value, ValueError> {
        Err(ValueError::new(format!(
            "Terraform has no tagged unions such as {name}"
        )))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<SeqSerializer, ValueError> {
        Ok(SeqSerializer(Vec::new()))
    }

    fn serialize_tuple(self, _: usize) -> Result<SeqSerializer, ValueError> {
        Ok(SeqSerializer(Vec::new()))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<SeqSerializer, ValueError> {
        Ok(SeqSerializer(Vec::new()))
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, ValueError> {
        Err(ValueError::new(format!(
            "Terraform has no tagged unions such as {name}"
        )))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<MapSerializer, ValueError> {
        Ok(MapSerializer::default())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<MapSerializer, ValueError> {
        Ok(MapSerializer::default())
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, ValueError> {
        Err(ValueError::new(format!(
            "Terraform has no tagged unions such as {name}"
        )))
    }
}

struct SeqSerializer(Vec<Value>);

impl SerializeSeq for SeqSerializer {
    type Error = ValueError;
    type Ok = Value;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ValueError> {
        let index = self.0.len();
        self.0.push(
            value
                .serialize(ValueSerializer)
                .map_err(|e| e.below_index(index))?,
        );
        Ok(())
    }

    fn end(self) -> Result<Value, ValueError> {
        Ok(Value::List(self.0))
    }
}

impl SerializeTuple for SeqSerializer {
    type Error = ValueError;
    type Ok = Value;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ValueError> {
        SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Result<Value, ValueError> {
        SerializeSeq::end(self)
    }
}

impl SerializeTupleStruct for SeqSerializer {
    type Error = ValueError;
    type Ok = Value;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ValueError> {
        SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Result<Value, ValueError> {
        SerializeSeq::end(self)
    }
}

#[derive(Default)]
struct MapSerializer {
    entries: BTreeMap<String, Value>,
    key: Option<String>,
}

impl SerializeMap for MapSerializer {
    type Error = ValueError;
    type Ok = Value;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), ValueError> {
        match key.serialize(ValueSerializer)? {
            Value::String(key) => {
                self.key = Some(key);
                Ok(())
            }
            other => Err(ValueError::new(format!(
                "map keys are text, not {}",
                other.kind_name()
            ))),
        }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ValueError> {
        let key = self
            .key
            .take()
            .ok_or_else(|| ValueError::new("a map value without a key"))?;
        let value = value
            .serialize(ValueSerializer)
            .map_err(|error| error.below_key(&key))?;
        self.entries.insert(key, value);
        Ok(())
    }

    fn end(self) -> Result<Value, ValueError> {
        Ok(Value::Map(self.entries))
    }
}

impl SerializeStruct for MapSerializer {
    type Error = ValueError;
    type Ok = Value;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), ValueError> {
        let value = value
            .serialize(ValueSerializer)
            .map_err(|error| error.below(name))?;
        self.entries.insert(name.to_owned(), value);
        Ok(())
    }

    fn end(self) -> Result<Value, ValueError> {
        Ok(Value::Object(self.entries))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::super::{Attr, from_value};
    use super::*;

    #[derive(Debug, PartialEq, serde::Serialize, Deserialize)]
    struct Model {
        name: String,
        tags: BTreeMap<String, Attr<i64>>,
        note: Attr<String>,
        parent: Option<String>,
        ids: Vec<String>,
        ratio: Option<f64>,
    }

    fn model_type() -> Type {
        Type::object([
            ("name", Type::String),
            ("tags", Type::map(Type::Number)),
            ("note", Type::String),
            ("parent", Type::String),
            ("ids", Type::set(Type::String)),
            ("ratio", Type::Number),
        ])
    }

    #[test]
    fn models_round_trip_with_nulls_and_unknowns() {
        let model = Model {
            name: "x".to_owned(),
            tags: BTreeMap::from([
                ("a".to_owned(), Attr::Known(1)),
                ("b".to_owned(), Attr::Unknown),
                ("c".to_owned(), Attr::Null),
            ]),
            note: Attr::Unknown,
            parent: None,
            ids: vec!["a".to_owned(), "b".to_owned()],
            ratio: Some(0.1),
        };
        let value = to_value(&model, &model_type()).unwrap();
        assert_eq!(value.attribute("note"), &Value::Unknown);
        assert_eq!(
            value.attribute("ratio"),
            &Value::Number("0.1".parse().unwrap())
        );
        assert_eq!(from_value::<Model>(value), Ok(model));
    }

    #[test]
    fn an_unknown_does_not_fit_a_plain_field() {
        let ty = model_type();
        let value = Value::object([
            ("name", Value::Unknown),
            ("ids", Value::List(vec![])),
            ("tags", Value::Map(BTreeMap::new())),
        ])
        .conform(&ty)
        .unwrap();
        assert!(
            from_value::<Model>(value)
                .unwrap_err()
                .message
                .contains("not known yet")
        );
    }

    #[test]
    fn what_the_model_leaves_out_may_be_unknown() {
        #[derive(Debug, PartialEq, Deserialize)]
        struct Part {
            name: String,
        }
        let value = Value::object([("name", Value::string("n")), ("other", Value::Unknown)]);
        let name = "n".to_owned();
        assert_eq!(from_value::<Part>(value), Ok(Part { name }));
    }

    #[test]
    fn errors_do_not_repeat_the_value() {
        let error = from_value::<bool>(Value::string("canary")).unwrap_err();
        assert!(!error.message.contains("canary"), "{error}");
    }
}
