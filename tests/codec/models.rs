//! Models of every shape come back from their values.

use std::collections::{BTreeMap, BTreeSet};

use cloudbase::framework::value::{Attr, Type, Value, from_value, json, msgpack, to_value};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use crate::strategies::any_float;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Model {
    flag: bool,
    count: i64,
    size: u64,
    ratio: f64,
    name: String,
    newtype: Id,
    kind: Kind,
    note: Option<String>,
    maybe: Attr<u64>,
    list: Vec<Attr<String>>,
    set: BTreeSet<String>,
    map: BTreeMap<String, Attr<Inner>>,
    pair: (bool, String),
    inner: Option<Inner>,
    open: Attr<Vec<Attr<Inner>>>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Id(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    First,
    SecondOne,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Inner {
    id: Attr<String>,
    weight: Option<u32>,
}

fn inner_type() -> Type {
    Type::object([("id", Type::String), ("weight", Type::Number)])
}

fn model_type() -> Type {
    Type::object([
        ("flag", Type::Bool),
        ("count", Type::Number),
        ("size", Type::Number),
        ("ratio", Type::Number),
        ("name", Type::String),
        ("newtype", Type::String),
        ("kind", Type::String),
        ("note", Type::String),
        ("maybe", Type::Number),
        ("list", Type::list(Type::String)),
        ("set", Type::set(Type::String)),
        ("map", Type::map(inner_type())),
        ("pair", Type::Tuple(vec![Type::Bool, Type::String])),
        ("inner", inner_type()),
        ("open", Type::list(inner_type())),
    ])
}

fn attr<S: Strategy>(known: S) -> impl Strategy<Value = Attr<S::Value>>
where
    S::Value: Clone + 'static,
{
    prop_oneof![
        1 => Just(Attr::Null),
        1 => Just(Attr::Unknown),
        3 => known.prop_map(Attr::Known),
    ]
}

fn inner() -> impl Strategy<Value = Inner> {
    (attr(any::<String>()), any::<Option<u32>>()).prop_map(|(id, weight)| Inner { id, weight })
}

fn model() -> impl Strategy<Value = Model> {
    let plain = (
        any::<bool>(),
        any::<i64>(),
        any::<u64>(),
        any_float(),
        any::<String>(),
        any::<String>().prop_map(Id),
        prop_oneof![Just(Kind::First), Just(Kind::SecondOne)],
        any::<Option<String>>(),
    );
    let deep = (
        attr(any::<u64>()),
        vec(attr(any::<String>()), 0..4),
        btree_set(any::<String>(), 0..4),
        btree_map(any::<String>(), attr(inner()), 0..4),
        any::<(bool, String)>(),
        option::of(inner()),
        attr(vec(attr(inner()), 0..3)),
    );
    (plain, deep).prop_map(|(plain, deep)| {
        let (flag, count, size, ratio, name, newtype, kind, note) = plain;
        let (maybe, list, set, map, pair, inner, open) = deep;
        Model {
            flag,
            count,
            size,
            ratio,
            name,
            newtype,
            kind,
            note,
            maybe,
            list,
            set,
            map,
            pair,
            inner,
            open,
        }
    })
}

proptest! {
    #[test]
    fn models_survive_their_values_and_the_wire(model in model()) {
        let ty = model_type();
        let value = to_value(&model, &ty).unwrap();
        prop_assert_eq!(from_value::<Model>(value.clone()), Ok(model.clone()));

        let bytes = msgpack::encode(&value, &ty).unwrap();
        let back = msgpack::decode(&bytes, &ty).unwrap();
        prop_assert_eq!(from_value::<Model>(back), Ok(model.clone()));

        if value.is_wholly_known() {
            let text = json::encode(&value, &ty).unwrap();
            let back = json::decode(&text, &ty).unwrap();
            prop_assert_eq!(from_value::<Model>(back), Ok(model));
        }
    }

    #[test]
    fn an_attribute_is_what_its_value_is(attr in attr(any::<i64>())) {
        let value = to_value(&attr, &Type::Number).unwrap();
        let expected = match &attr {
            Attr::Known(number) => Value::integer(*number),
            Attr::Null => Value::Null,
            Attr::Unknown => Value::Unknown,
        };
        prop_assert_eq!(value, expected);
    }
}

#[derive(Debug, Deserialize)]
struct Outer {
    #[allow(dead_code)] // Only the way to an error is looked at.
    inners: BTreeMap<String, Vec<Inner>>,
    #[allow(dead_code)]
    ids: Option<BTreeSet<Id>>,
}

#[test]
fn a_misfit_says_where() {
    let wrong = Value::object([("id", Value::Null), ("weight", Value::integer(-1))]);
    let fine = Value::object([("id", Value::Null), ("weight", Value::Null)]);
    let inners = Value::Map([("k".to_owned(), Value::List(vec![fine, wrong]))].into());
    let error = from_value::<Outer>(Value::object([("inners", inners)])).unwrap_err();
    assert_eq!(error.path.to_string(), "inners[\"k\"][1].weight");

    // Elements of sets cannot be addressed.
    let ids = Value::set(vec![Value::string("a"), Value::Unknown]);
    let inners = Value::Map(BTreeMap::new());
    let outer = Value::object([("inners", inners), ("ids", ids)]);
    let error = from_value::<Outer>(outer).unwrap_err();
    assert_eq!(error.path.to_string(), "ids");
}
