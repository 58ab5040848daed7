//! Checks of every object.

use super::*;

#[test]
fn unknown_values_are_found_wherever_they_are() {
    let schema = rules(ObjectMode::List);
    let value = with_rules(&schema, vec![rule(1, text("i")), rule(2, Value::Unknown)]);
    assert_eq!(unknown_paths(&value), [".rules[1].id"]);
    assert_eq!(unknown_paths(&Value::Unknown), [""]);
    assert_eq!(unknown_paths(&with_rules(&schema, vec![])), [""; 0]);
    let inside = Value::Dynamic(Box::new(Type::String), Box::new(Value::Unknown));
    assert_eq!(unknown_paths(&inside).len(), 1);
}

#[test]
fn write_only_values_are_found() {
    let schema = flat();
    let value = |token| with(&schema, vec![("token", token)]);
    assert_eq!(write_only_violations(&schema, &value(Value::Null)), [""; 0]);
    assert_eq!(
        write_only_violations(&schema, &value(text("x"))),
        [".token"]
    );
    let inner = vec![attribute("token", &Type::String, "ow")];
    let schema = read(vec![nested("n", ObjectMode::List, "o", inner)], vec![]).unwrap();
    let objects = Value::List(vec![Value::object([("token", text("x"))])]);
    let value = with(&schema, vec![("n", objects)]);
    assert_eq!(write_only_violations(&schema, &value), [".n[0].token"]);
}

#[test]
fn paths_lead_somewhere_or_nowhere() {
    let path = |steps: Vec<Selector>| pb::AttributePath {
        steps: steps
            .into_iter()
            .map(|selector| Step {
                selector: Some(selector),
            })
            .collect(),
    };
    let name = |name: &str| Selector::AttributeName(name.to_owned());
    let schema = rules(ObjectMode::List);
    let value = with_rules(&schema, vec![rule(1, text("i"))]);
    let id = |index| {
        path(vec![
            name("rules"),
            Selector::ElementKeyInt(index),
            name("id"),
        ])
    };
    assert_eq!(at_path(&value, &id(0)), Some(text("i")));
    assert_eq!(at_path(&value, &id(1)), None);
    assert_eq!(at_path(&value, &path(vec![name("nowhere")])), None);
    let open = with(&schema, vec![("rules", Value::Unknown)]);
    assert_eq!(at_path(&open, &id(7)), Some(Value::Unknown));
}
