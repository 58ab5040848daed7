//! The proposed new state.

use super::*;

#[test]
fn computed_values_stay_and_all_others_are_as_configured() {
    let schema = flat();
    let prior = with(
        &schema,
        vec![
            ("name", text("a")),
            ("note", text("n")),
            ("id", text("i")),
            ("size", Value::integer(7)),
        ],
    );
    let config = with(&schema, vec![("name", text("b"))]);
    let expected = with(
        &schema,
        vec![
            ("name", text("b")),
            ("id", text("i")),
            ("size", Value::integer(7)),
        ],
    );
    assert_eq!(proposed_new(&schema, &prior, &config), expected);
    assert_eq!(proposed_new(&schema, &Value::Null, &config), config);
    assert_eq!(
        proposed_new(&schema, &Value::Null, &Value::Null),
        Value::Null
    );
}

#[test]
fn elements_are_matched_by_index_key_or_likeness() {
    let (a, b) = (rule(1, text("one")), rule(2, text("two")));
    for (schema, matched) in [
        (rules(ObjectMode::List), false),
        (rule_blocks(BlockMode::List), false),
        (rules(ObjectMode::Set), true),
        (rule_blocks(BlockMode::Set), true),
    ] {
        let prior = with_rules(&schema, vec![a.clone(), b.clone()]);
        // The first one is gone, a third one is new.
        let config = with_rules(&schema, vec![rule(2, Value::Null), rule(3, Value::Null)]);
        let expected = if matched {
            vec![b.clone(), rule(3, Value::Null)]
        } else {
            // By index the ids of both are kept, as core does.
            vec![rule(2, text("one")), rule(3, text("two"))]
        };
        assert_eq!(
            proposed_new(&schema, &prior, &config),
            with_rules(&schema, expected)
        );
    }
}

#[test]
fn a_computed_map_that_is_not_configured_stays() {
    let inner = vec![attribute("id", &Type::String, "c")];
    let schema = read(vec![nested("m", ObjectMode::Map, "c", inner)], vec![]).unwrap();
    let entry = Value::object([("id", text("i"))]);
    let prior = with(
        &schema,
        vec![("m", Value::Map([("k".to_owned(), entry)].into()))],
    );
    let config = with(&schema, vec![]);
    assert_eq!(proposed_new(&schema, &prior, &config), prior);
}
