//! What may become of a plan.

use super::*;

#[test]
fn known_values_stand_and_unknown_ones_become_anything() {
    let schema = flat();
    let planned = with(
        &schema,
        vec![
            ("name", text("a")),
            ("id", Value::Unknown),
            tags(vec![text("x")]),
        ],
    );
    let actual = |values: Vec<(&'static str, Value)>| {
        let mut all = vec![
            ("name", text("a")),
            ("id", text("i")),
            tags(vec![text("x")]),
        ];
        all.extend(values);
        with(&schema, all)
    };
    let check = |actual| incompatibilities(&schema, &planned, &actual);
    assert_eq!(check(actual(vec![])), [""; 0]);
    assert_eq!(check(actual(vec![("id", Value::Null)])), [""; 0]);
    for wrong in [
        ("name", text("A")),
        ("name", Value::Null),
        ("name", Value::Unknown),
        ("size", Value::integer(0)),
        ("tags", Value::Null),
    ] {
        assert_eq!(check(actual(vec![wrong.clone()])).len(), 1, "{wrong:?}");
    }
    assert_eq!(check(Value::Null).len(), 1);
    assert_eq!(incompatibilities(&schema, &Value::Null, &planned).len(), 1);
    assert_eq!(
        incompatibilities(&schema, &Value::Null, &Value::Null),
        [""; 0]
    );
}

#[test]
fn sets_correlate_both_ways_and_do_not_grow() {
    let schema = flat();
    let value = |elements| with(&schema, vec![("name", text("a")), tags(elements)]);
    let fits =
        |planned, actual| incompatibilities(&schema, &value(planned), &value(actual)).is_empty();
    let (x, y) = (text("x"), text("y"));
    assert!(fits(vec![x.clone(), y.clone()], vec![y.clone(), x.clone()]));
    assert!(fits(
        vec![x.clone(), Value::Unknown],
        vec![x.clone(), y.clone()]
    ));
    // Two that were unknown may turn out equal.
    assert!(fits(vec![Value::Unknown, Value::Unknown], vec![x.clone()]));
    assert!(!fits(vec![x.clone()], vec![y.clone()]));
    assert!(!fits(vec![x.clone()], vec![x.clone(), y.clone()]));
    assert!(!fits(vec![x.clone(), y.clone()], vec![x.clone()]));
    assert!(!fits(vec![Value::Unknown], vec![x, y]));
}

#[test]
fn sensitive_values_are_not_repeated() {
    let schema = flat();
    let value = |secret| with(&schema, vec![("name", text("a")), ("secret", text(secret))]);
    let said = incompatibilities(&schema, &value("hush"), &value("hushed"));
    assert_eq!(said.len(), 1);
    assert!(!said[0].contains("hush"), "{said:?}");
}

#[test]
fn elements_neither_vanish_nor_appear() {
    for schema in [
        rules(ObjectMode::List),
        rules(ObjectMode::Set),
        rule_blocks(BlockMode::List),
        rule_blocks(BlockMode::Set),
    ] {
        let planned = with_rules(&schema, vec![rule(1, Value::Unknown)]);
        let check = |rules| incompatibilities(&schema, &planned, &with_rules(&schema, rules));
        assert!(check(vec![rule(1, text("i"))]).is_empty());
        assert!(!check(vec![]).is_empty());
        assert!(!check(vec![rule(2, text("i"))]).is_empty());
        assert!(!check(vec![rule(1, text("i")), rule(1, text("j"))]).is_empty());
    }
}

#[test]
fn keys_of_maps_are_those_planned() {
    let ty = Type::map(Type::String);
    let schema = read(vec![attribute("m", &ty, "c")], vec![]).unwrap();
    let map = |keys: &[&str], value: &Value| {
        let entries = keys.iter().map(|key| ((*key).to_owned(), value.clone()));
        with(&schema, vec![("m", Value::Map(entries.collect()))])
    };
    let planned = map(&["a"], &Value::Unknown);
    let check = |keys: &[&str]| incompatibilities(&schema, &planned, &map(keys, &text("x")));
    assert_eq!(check(&["a"]).len(), 0);
    assert_eq!(check(&[]).len(), 1);
    assert_eq!(check(&["a", "b"]).len(), 1);
    assert_eq!(check(&["b"]).len(), 2);
}

#[test]
fn dynamic_values_keep_their_type() {
    let schema = read(vec![attribute("d", &Type::Dynamic, "oc")], vec![]).unwrap();
    let value = |ty: Type, value| {
        let dynamic = Value::Dynamic(Box::new(ty), Box::new(value));
        with(&schema, vec![("d", dynamic)])
    };
    let planned = value(Type::String, text("1"));
    let check = |planned: &Value, actual: &Value| incompatibilities(&schema, planned, actual).len();
    assert_eq!(check(&planned, &planned), 0);
    assert_eq!(check(&planned, &value(Type::String, text("2"))), 1);
    assert_eq!(check(&planned, &value(Type::Number, Value::integer(1))), 1);
    let open = with(&schema, vec![("d", Value::Unknown)]);
    assert_eq!(check(&open, &planned), 0);
}
