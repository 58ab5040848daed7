//! What a plan may say.

use super::*;

// Values are made at each call, and read better without borrows.
#[allow(clippy::needless_pass_by_value)]
fn violations(schema: &Block, prior: Value, config: Value, planned: Value) -> usize {
    plan_violations(schema, &prior, &config, &planned).len()
}

#[test]
fn configured_values_stand_and_computed_ones_are_free() {
    let schema = flat();
    let config = with(&schema, vec![("name", text("a"))]);
    let planned = with(
        &schema,
        vec![
            ("name", text("a")),
            ("id", Value::Unknown),
            ("size", Value::integer(1)),
        ],
    );
    assert_eq!(violations(&schema, Value::Null, config.clone(), planned), 0);
    for wrong in [
        ("name", text("b")),
        ("name", Value::Unknown),
        ("name", Value::Null),
        ("note", text("from nowhere")),
        ("note", Value::Unknown),
        tags(vec![text("x")]),
        ("token", text("kept")),
    ] {
        let planned = with(&schema, vec![("name", text("a")), wrong.clone()]);
        assert_eq!(
            violations(&schema, Value::Null, config.clone(), planned),
            1,
            "{wrong:?}"
        );
    }
}

#[test]
fn a_configured_value_may_stay_as_it_was() {
    let schema = flat();
    let value = |name: &str| with(&schema, vec![("name", text(name))]);
    assert_eq!(violations(&schema, value("A"), value("a"), value("A")), 0);
    assert_eq!(violations(&schema, value("B"), value("a"), value("A")), 1);
}

#[test]
fn unknown_configuration_stays_unknown() {
    let schema = flat();
    let value = |name: Value| with(&schema, vec![("name", name)]);
    let config = value(Value::Unknown);
    assert_eq!(
        violations(&schema, Value::Null, config.clone(), config.clone()),
        0
    );
    assert_eq!(
        violations(&schema, Value::Null, config, value(text("guess"))),
        1
    );
}

#[test]
fn an_object_is_there_in_both_or_in_neither() {
    let schema = flat();
    let there = with(&schema, vec![("name", text("a"))]);
    assert_eq!(
        violations(&schema, Value::Null, there.clone(), Value::Null),
        1
    );
    assert_eq!(violations(&schema, there.clone(), Value::Null, there), 1);
}

#[test]
fn sensitive_values_are_not_repeated() {
    let schema = flat();
    let value = |secret| with(&schema, vec![("name", text("a")), ("secret", text(secret))]);
    let said = plan_violations(&schema, &Value::Null, &value("hush"), &value("hushed"));
    assert_eq!(said.len(), 1);
    assert!(!said[0].contains("hush"), "{said:?}");
}

#[test]
fn nested_objects_are_as_many_as_configured() {
    for schema in [
        rules(ObjectMode::List),
        rules(ObjectMode::Set),
        rule_blocks(BlockMode::List),
        rule_blocks(BlockMode::Set),
    ] {
        let config = with_rules(&schema, vec![rule(1, Value::Null)]);
        let planned = |rules| with_rules(&schema, rules);
        let check = |planned| violations(&schema, Value::Null, config.clone(), planned);
        assert_eq!(check(planned(vec![rule(1, Value::Unknown)])), 0);
        assert_eq!(check(planned(vec![])), 1);
        assert_eq!(
            check(planned(vec![rule(1, Value::Null), rule(2, Value::Null)])),
            1
        );
        assert_eq!(check(with(&schema, vec![("rules", Value::Unknown)])), 1);
        assert_eq!(check(with(&schema, vec![("rules", Value::Null)])), 1);
    }
}

#[test]
fn what_is_in_nested_objects_is_checked_too() {
    for schema in [rules(ObjectMode::List), rule_blocks(BlockMode::List)] {
        let config = with_rules(&schema, vec![rule(1, Value::Null)]);
        let planned = with_rules(&schema, vec![rule(2, Value::Null)]);
        assert_eq!(violations(&schema, Value::Null, config, planned), 1);
    }
    let schema = rule_blocks(BlockMode::List);
    let config = with_rules(&schema, vec![rule(1, Value::Null)]);
    let planned = with_rules(&schema, vec![Value::Unknown]);
    assert_eq!(violations(&schema, Value::Null, config, planned), 1);
}

#[test]
fn an_unknown_dynamic_block_is_echoed() {
    let schema = rule_blocks(BlockMode::List);
    let config = with(&schema, vec![("rules", Value::Unknown)]);
    assert_eq!(
        violations(&schema, Value::Null, config.clone(), config.clone()),
        0
    );
    let planned = with_rules(&schema, vec![]);
    assert_eq!(violations(&schema, Value::Null, config, planned), 1);
}
