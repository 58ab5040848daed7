//! What the remote system makes of values that the provider has to decide.

use std::collections::BTreeMap;

use cloudbase::framework::value::{Number, Type, Value};

/// What is known of the object that is being written.
pub(crate) struct Made<'a> {
    pub(crate) id: &'a str,
    pub(crate) revision: i64,
}

impl Made<'_> {
    /// The value with every unknown part decided.
    pub(crate) fn fill(&self, value: Value, ty: &Type) -> Value {
        self.fill_named("", value, ty)
    }

    fn fill_named(&self, name: &str, value: Value, ty: &Type) -> Value {
        let all = |values: Vec<Value>, ty: &dyn Fn(usize) -> Type| -> Vec<Value> {
            let fill = |(i, value)| self.fill_named("", value, &ty(i));
            values.into_iter().enumerate().map(fill).collect()
        };
        match (value, ty) {
            (Value::Unknown, ty) => self.decide(name, ty),
            (Value::Dynamic(own, value), _) => {
                let value = self.fill_named(name, *value, &own);
                Value::Dynamic(own, Box::new(value))
            }
            (Value::List(values), Type::List(element)) => {
                Value::List(all(values, &|_| (**element).clone()))
            }
            (Value::List(values), Type::Tuple(types)) => {
                Value::List(all(values, &|i| types[i].clone()))
            }
            (Value::Set(values), Type::Set(element)) => {
                Value::set(all(values, &|_| (**element).clone()))
            }
            (Value::Map(entries), Type::Map(element)) => {
                let fill = |(key, value)| (key, self.fill_named("", value, element));
                Value::Map(entries.into_iter().map(fill).collect())
            }
            (Value::Object(entries), Type::Object(types)) => {
                let fill = |(key, value): (String, Value)| {
                    let value = self.fill_named(&key, value, &types[&key]);
                    (key, value)
                };
                Value::Object(entries.into_iter().map(fill).collect())
            }
            (value, _) => value,
        }
    }

    fn decide(&self, name: &str, ty: &Type) -> Value {
        match ty {
            Type::Bool => Value::Bool(true),
            Type::Dynamic => {
                let ty = Type::object([("made", Type::list(Type::Number))]);
                let value = self.decide(name, &ty);
                Value::Dynamic(Box::new(ty), Box::new(value))
            }
            Type::List(element) => Value::List(vec![self.decide("", element)]),
            Type::Map(element) => Value::Map(BTreeMap::from([(
                "made".to_owned(),
                self.decide("", element),
            )])),
            Type::Number if name == "revision" => Value::integer(self.revision),
            // One that no binary float is.
            Type::Number => Value::Number(awkward()),
            Type::Object(types) => Value::Object(
                types
                    .iter()
                    .map(|(name, ty)| (name.clone(), self.decide(name, ty)))
                    .collect(),
            ),
            Type::Set(element) => Value::set(vec![self.decide("", element)]),
            Type::String if name == "id" => Value::string(self.id),
            Type::String => Value::string(format!("made {name}")),
            Type::Tuple(types) => Value::List(types.iter().map(|ty| self.decide("", ty)).collect()),
        }
    }
}

fn awkward() -> Number {
    "12345678901234567890.1".parse().expect("a number")
}
