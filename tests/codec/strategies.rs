//! Arbitrary types, and arbitrary values of a type.

use std::collections::BTreeMap;

use cloudbase::framework::value::{Number, Type, Value};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

/// What a generated value may hold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holes {
    /// Unknown values and infinities too.
    Any,
    /// Only what JSON has: everything known and finite.
    None,
}

/// Any type, a few levels deep.
pub(crate) fn any_type() -> impl Strategy<Value = Type> {
    let leaf = prop_oneof![
        Just(Type::Bool),
        Just(Type::Dynamic),
        Just(Type::Number),
        Just(Type::String),
    ];
    leaf.prop_recursive(4, 16, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(Type::list),
            inner.clone().prop_map(Type::map),
            inner.clone().prop_map(Type::set),
            vec(inner.clone(), 0..4).prop_map(Type::Tuple),
            btree_map("[a-z_]{1,6}", inner, 0..4).prop_map(Type::Object),
        ]
    })
}

/// Any number: integers of 64 bits and more, floats, decimal text.
pub(crate) fn any_number(holes: Holes) -> BoxedStrategy<Number> {
    let text = "-?(0|[1-9][0-9]{0,60})(\\.[0-9]{1,40})?(e-?[0-9]{1,3})?";
    let finite = prop_oneof![
        any::<i64>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        prop_oneof![Just(i64::MIN), Just(i64::MAX), Just(0)].prop_map(Number::from),
        any_float().prop_map(|float| Number::try_from(float).expect("it is finite")),
        text.prop_map(|text| text.parse().expect("it is decimal")),
    ];
    if holes == Holes::None {
        return finite.boxed();
    }
    let infinite = prop_oneof![Just(f64::INFINITY), Just(f64::NEG_INFINITY)];
    let infinite = infinite.prop_map(|float| Number::try_from(float).expect("not a NaN"));
    prop_oneof![20 => finite, 1 => infinite].boxed()
}

/// Any float but infinities and NaN, very small ones included.
pub(crate) fn any_float() -> impl Strategy<Value = f64> {
    use proptest::num::f64::{NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
    NORMAL | SUBNORMAL | ZERO | POSITIVE | NEGATIVE
}

/// Any value of type `ty`, in the form that the codec gives it.
pub(crate) fn value_of(ty: &Type, holes: Holes) -> BoxedStrategy<Value> {
    let known = known_value_of(ty, holes);
    match holes {
        Holes::Any => prop_oneof![1 => Just(Value::Null), 1 => Just(Value::Unknown), 8 => known],
        Holes::None => prop_oneof![1 => Just(Value::Null), 0 => Just(Value::Null), 8 => known],
    }
    .boxed()
}

fn known_value_of(ty: &Type, holes: Holes) -> BoxedStrategy<Value> {
    match ty {
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::Number => any_number(holes).prop_map(Value::Number).boxed(),
        Type::String => any::<String>().prop_map(Value::String).boxed(),
        Type::List(element) => vec(value_of(element, holes), 0..4)
            .prop_map(Value::List)
            .boxed(),
        Type::Set(element) => vec(value_of(element, holes), 0..5)
            .prop_map(Value::set)
            .boxed(),
        Type::Map(element) => btree_map(any::<String>(), value_of(element, holes), 0..4)
            .prop_map(Value::Map)
            .boxed(),
        Type::Tuple(types) => {
            let all: Vec<_> = types.iter().map(|ty| value_of(ty, holes)).collect();
            all.prop_map(Value::List).boxed()
        }
        Type::Object(types) => {
            let names: Vec<_> = types.keys().cloned().collect();
            let all: Vec<_> = types.values().map(|ty| value_of(ty, holes)).collect();
            all.prop_map(move |values| {
                let object: BTreeMap<_, _> = names.iter().cloned().zip(values).collect();
                Value::Object(object)
            })
            .boxed()
        }
        // What is inside has a type of its own; two levels of that are enough.
        Type::Dynamic => plain_type()
            .prop_flat_map(move |ty| {
                let value = value_of(&ty, holes);
                value.prop_map(move |value| Value::Dynamic(Box::new(ty.clone()), Box::new(value)))
            })
            .boxed(),
    }
}

/// A type without dynamic parts, so that values of dynamic types end somewhere.
fn plain_type() -> impl Strategy<Value = Type> {
    let leaf = prop_oneof![Just(Type::Bool), Just(Type::Number), Just(Type::String)];
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(Type::list),
            inner.clone().prop_map(Type::set),
            inner.clone().prop_map(Type::map),
            vec(inner.clone(), 0..3).prop_map(Type::Tuple),
            btree_map("[a-z]{1,3}", inner, 0..3).prop_map(Type::Object),
        ]
    })
}

/// A type and a value of it.
pub(crate) fn typed_value(holes: Holes) -> impl Strategy<Value = (Type, Value)> {
    any_type().prop_flat_map(move |ty| {
        let value = value_of(&ty, holes);
        (Just(ty), value)
    })
}
