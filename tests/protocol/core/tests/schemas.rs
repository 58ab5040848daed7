//! Loading schemas.

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
