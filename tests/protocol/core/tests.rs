//! The rules catch what they are for, and let pass what core lets pass.

use cloudbase::framework::value::{Type, Value};
use cloudbase::proto::tfplugin6 as pb;
use cloudbase::proto::tfplugin6::attribute_path::{Step, step::Selector};
use cloudbase::proto::tfplugin6::schema as pbs;
use cloudbase::proto::tfplugin6::schema::nested_block::NestingMode as BlockMode;
use cloudbase::proto::tfplugin6::schema::object::NestingMode as ObjectMode;

use super::*;

fn attribute(name: &str, ty: &Type, flags: &str) -> pbs::Attribute {
    pbs::Attribute {
        name: name.to_owned(),
        r#type: ty.to_json_bytes(),
        required: flags.contains('r'),
        optional: flags.contains('o'),
        computed: flags.contains('c'),
        sensitive: flags.contains('s'),
        write_only: flags.contains('w'),
        ..Default::default()
    }
}

fn nested(name: &str, mode: ObjectMode, flags: &str, inner: Vec<pbs::Attribute>) -> pbs::Attribute {
    pbs::Attribute {
        r#type: Vec::new(),
        nested_type: Some(pbs::Object {
            attributes: inner,
            nesting: mode.into(),
            ..Default::default()
        }),
        ..attribute(name, &Type::Bool, flags)
    }
}

fn nested_block(name: &str, mode: BlockMode, inner: Vec<pbs::Attribute>) -> pbs::NestedBlock {
    pbs::NestedBlock {
        type_name: name.to_owned(),
        block: Some(pbs::Block {
            attributes: inner,
            ..Default::default()
        }),
        nesting: mode.into(),
        ..Default::default()
    }
}

fn read(attributes: Vec<pbs::Attribute>, blocks: Vec<pbs::NestedBlock>) -> Result<Block, String> {
    Block::read(&pbs::Block {
        attributes,
        block_types: blocks,
        ..Default::default()
    })
}

/// A required `name`, an optional `note`, a computed `id`, an optional and computed `size`.
fn flat() -> Block {
    let text = Type::String;
    let attributes = vec![
        attribute("name", &text, "r"),
        attribute("note", &text, "o"),
        attribute("id", &text, "c"),
        attribute("size", &Type::Number, "oc"),
        attribute("secret", &text, "os"),
        attribute("token", &text, "ow"),
        attribute("tags", &Type::set(text.clone()), "o"),
    ];
    read(attributes, vec![]).unwrap()
}

/// A `rules` of objects with a required `port` and a computed `id`.
fn rules(mode: ObjectMode) -> Block {
    let inner = vec![
        attribute("port", &Type::Number, "r"),
        attribute("id", &Type::String, "c"),
    ];
    read(vec![nested("rules", mode, "o", inner)], vec![]).unwrap()
}

fn rule_blocks(mode: BlockMode) -> Block {
    let inner = vec![
        attribute("port", &Type::Number, "r"),
        attribute("id", &Type::String, "c"),
    ];
    read(vec![], vec![nested_block("rules", mode, inner)]).unwrap()
}

fn text(text: &str) -> Value {
    Value::string(text)
}

fn rule(port: i64, id: Value) -> Value {
    Value::object([("port", Value::integer(port)), ("id", id)])
}

fn with(schema: &Block, values: Vec<(&str, Value)>) -> Value {
    schema.config(values)
}

fn with_rules(schema: &Block, rules: Vec<Value>) -> Value {
    with(schema, vec![("rules", Value::List(rules))])
}

fn tags(tags: Vec<Value>) -> (&'static str, Value) {
    ("tags", Value::set(tags))
}

mod schemas {
    use super::*;

    #[test]
    fn what_core_refuses_to_load_is_refused() {
        let text = Type::String;
        let refused = [
            read(vec![attribute("a", &text, "")], vec![]),
            read(vec![attribute("a", &text, "ro")], vec![]),
            read(vec![attribute("a", &text, "rc")], vec![]),
            read(vec![attribute("a", &text, "cw")], vec![]),
            read(
                vec![attribute("a", &text, "o"), attribute("a", &text, "o")],
                vec![],
            ),
            read(
                vec![pbs::Attribute {
                    r#type: b"\"text\"".to_vec(),
                    ..attribute("a", &text, "o")
                }],
                vec![],
            ),
            read(vec![nested("a", ObjectMode::Invalid, "o", vec![])], vec![]),
            read(
                vec![pbs::Attribute {
                    r#type: b"\"bool\"".to_vec(),
                    ..nested("a", ObjectMode::List, "o", vec![])
                }],
                vec![],
            ),
            read(
                vec![nested(
                    "a",
                    ObjectMode::Set,
                    "o",
                    vec![attribute("b", &Type::Dynamic, "o")],
                )],
                vec![],
            ),
            read(vec![], vec![nested_block("A", BlockMode::List, vec![])]),
            read(
                vec![attribute("a", &text, "o")],
                vec![nested_block("a", BlockMode::List, vec![])],
            ),
            read(
                vec![],
                vec![pbs::NestedBlock {
                    min_items: 2,
                    max_items: 1,
                    ..nested_block("a", BlockMode::List, vec![])
                }],
            ),
            // Core wants both alike: 0 where the block is optional, 1 where it is required.
            read(
                vec![],
                vec![pbs::NestedBlock {
                    max_items: 1,
                    ..nested_block("a", BlockMode::Single, vec![])
                }],
            ),
        ];
        for (i, schema) in refused.iter().enumerate() {
            assert!(schema.is_err(), "number {i}");
        }
    }

    #[test]
    fn blocks_are_never_null_but_single_ones() {
        for (mode, empty) in [
            (BlockMode::Single, Value::Null),
            (BlockMode::List, Value::List(vec![])),
            (BlockMode::Set, Value::set(vec![])),
            (BlockMode::Group, rule(1, Value::Null)),
        ] {
            let block = rule_blocks(mode).empty();
            let rules = block.attribute("rules");
            match mode {
                BlockMode::Group => assert!(rules.as_object().is_some()),
                _ => assert_eq!(*rules, empty),
            }
        }
    }
}

mod proposing {
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
}

mod planning {
    use super::*;

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
}

mod applying {
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
        let fits = |planned, actual| {
            incompatibilities(&schema, &value(planned), &value(actual)).is_empty()
        };
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
        let check =
            |planned: &Value, actual: &Value| incompatibilities(&schema, planned, actual).len();
        assert_eq!(check(&planned, &planned), 0);
        assert_eq!(check(&planned, &value(Type::String, text("2"))), 1);
        assert_eq!(check(&planned, &value(Type::Number, Value::integer(1))), 1);
        let open = with(&schema, vec![("d", Value::Unknown)]);
        assert_eq!(check(&open, &planned), 0);
    }
}

mod objects {
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
}
