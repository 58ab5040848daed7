//! The rules inside nested attributes and blocks.

use super::*;
use crate::framework::schema::{Attribute, Block, BlockNesting, NestedBlock, Nesting};
use crate::framework::value::Type;

/// The attributes of an object that has one of everything.
fn parts() -> Vec<Attribute> {
    vec![
        Attribute::string("name", "Name."),
        Attribute::string("zone", "Zone.").requires_replace(),
        Attribute::string("seen", "Computed anew.").computed(),
        Attribute::string("id", "Computed, kept.")
            .computed()
            .use_state_for_unknown(),
        Attribute::string("mode", "Default.").default(Value::string("auto")),
    ]
}

fn part(name: &str, zone: &str, seen: Value, id: Value, mode: Value) -> Value {
    Value::object([
        ("name", Value::string(name)),
        ("zone", Value::string(zone)),
        ("seen", seen),
        ("id", id),
        ("mode", mode),
    ])
}

fn written(name: &str, zone: &str) -> Value {
    part(name, zone, Value::Null, Value::Null, Value::Null)
}

fn made(name: &str, zone: &str) -> Value {
    let [seen, id, mode] = ["s", "i", "auto"].map(Value::string);
    part(name, zone, seen, id, mode)
}

fn changed(name: &str, zone: &str) -> Value {
    let [id, mode] = ["i", "auto"].map(Value::string);
    part(name, zone, Value::Unknown, id, mode)
}

fn new(name: &str, zone: &str) -> Value {
    let mode = Value::string("auto");
    part(name, zone, Value::Unknown, Value::Unknown, mode)
}

fn in_attribute(nesting: Nesting) -> Schema {
    let nested = Attribute::nested("parts", nesting, parts(), "Parts.");
    Schema::new("A thing.", vec![nested])
}

fn in_block(nesting: BlockNesting) -> Schema {
    let block = Block::new("Part.", parts());
    Schema::new("A thing.", vec![]).nested_block(NestedBlock::new("parts", nesting, block))
}

fn parts_are(value: Value) -> Value {
    Value::object([("parts", value)])
}

fn list(parts: Vec<Value>) -> Value {
    parts_are(Value::List(parts))
}

fn set(parts: Vec<Value>) -> Value {
    parts_are(Value::set(parts))
}

#[test]
fn a_change_inside_a_list_or_map_replaces_where_it_is() {
    for schema in [in_attribute(Nesting::List), in_block(BlockNesting::List)] {
        let config = list(vec![
            written("a", "z"),
            written("b", "y"),
            written("c", "z"),
        ]);
        let prior = list(vec![made("a", "z"), made("b", "z")]);
        let proposed = list(vec![made("a", "z"), made("b", "y"), written("c", "z")]);
        let plan = plan(&schema, &config, &prior, proposed.clone()).unwrap();
        let path = AttributePath::root("parts").index(1).attribute("zone");
        assert_eq!(plan.requires_replace, [path]);
        let expected = list(vec![changed("a", "z"), changed("b", "y"), new("c", "z")]);
        assert_eq!(plan.planned, expected);
    }
    let map = |part| parts_are(Value::Map([("k".to_owned(), part)].into()));
    for schema in [in_attribute(Nesting::Map), in_block(BlockNesting::Map)] {
        let (config, prior) = (map(written("a", "y")), map(made("a", "z")));
        let plan = plan(&schema, &config, &prior, map(made("a", "y"))).unwrap();
        let path = AttributePath::root("parts").key("k").attribute("zone");
        assert_eq!(plan.requires_replace, [path]);
        assert_eq!(plan.planned, map(changed("a", "y")));
    }
    for schema in [
        in_block(BlockNesting::Single),
        in_block(BlockNesting::Group),
    ] {
        let (config, prior) = (parts_are(written("a", "y")), parts_are(made("a", "z")));
        let plan = plan(&schema, &config, &prior, parts_are(made("a", "y"))).unwrap();
        let path = AttributePath::root("parts").attribute("zone");
        assert_eq!(plan.requires_replace, [path]);
    }
}

#[test]
fn elements_of_a_set_are_known_again_by_what_is_configured() {
    for schema in [in_attribute(Nesting::Set), in_block(BlockNesting::Set)] {
        let config = set(vec![written("a", "z"), written("b", "z")]);
        let prior = set(vec![made("a", "z")]);
        let proposed = set(vec![made("a", "z"), written("b", "z")]);
        let plan = plan(&schema, &config, &prior, proposed.clone()).unwrap();
        assert_eq!(
            plan.planned,
            set(vec![changed("a", "z"), new("b", "z")]),
            "computed values of an element that stays are planned as in a list"
        );
        assert_eq!(plan.requires_replace, [], "an element has come");
        let same = super::plan(
            &schema,
            &set(vec![written("a", "z")]),
            &prior,
            prior.clone(),
        )
        .unwrap();
        assert_eq!(same.planned, prior);
    }
}

#[test]
fn a_replaced_element_of_a_set_replaces_at_the_set() {
    let schema = in_attribute(Nesting::Set);
    let prior = set(vec![made("a", "z"), made("b", "z")]);
    for (parts, replaces) in [
        (vec![written("a", "y"), written("b", "z")], true),
        (
            vec![written("a", "y"), written("a", "z"), written("b", "z")],
            false,
        ),
        (vec![written("c", "z"), written("b", "z")], false),
        (vec![written("c", "z")], false),
        (vec![written("c", "y")], true),
    ] {
        let config = set(parts);
        let plan = plan(&schema, &config, &prior, config.clone()).unwrap();
        let paths = if replaces {
            vec![AttributePath::root("parts")]
        } else {
            vec![]
        };
        assert_eq!(plan.requires_replace, paths, "{config:?}");
    }
}

#[test]
fn labelled_blocks_of_dynamic_types_are_walked_by_label() {
    let mut attributes = parts();
    attributes.push(Attribute::new("any", Type::Dynamic, "Anything."));
    let block = Block::new("Part.", attributes);
    let schema = Schema::new("A thing.", vec![]).nested_block(NestedBlock::new(
        "parts",
        BlockNesting::Map,
        block,
    ));
    let labelled = |part: Value| {
        let Value::Object(mut part) = part else {
            panic!("not an object")
        };
        part.insert("any".to_owned(), Value::Bool(true));
        let part_type = Type::Object(
            part.keys()
                .map(|name| match name.as_str() {
                    "any" => (name.clone(), Type::Bool),
                    _ => (name.clone(), Type::String),
                })
                .collect(),
        );
        parts_are(Value::Dynamic(
            Box::new(Type::object([("k", part_type)])),
            Box::new(Value::object([("k", Value::Object(part))])),
        ))
    };
    let config = labelled(written("a", "z"));
    let created = plan(&schema, &config, &Value::Null, config.clone()).unwrap();
    assert_eq!(created.planned, labelled(new("a", "z")));
    let prior = labelled(made("a", "y"));
    let updated = plan(&schema, &config, &prior, labelled(made("a", "z"))).unwrap();
    let path = AttributePath::root("parts")
        .attribute("k")
        .attribute("zone");
    assert_eq!(updated.requires_replace, [path]);
    assert_eq!(updated.planned, labelled(changed("a", "z")));
}

#[test]
fn what_means_the_same_is_no_change() {
    let same = |one: &Value, other: &Value| {
        let lower = |value: &Value| value.as_str().map(str::to_lowercase);
        lower(one) == lower(other)
    };
    let schema = Schema::new(
        "A thing.",
        vec![
            Attribute::string("name", "Name.").semantically_equal(same),
            Attribute::string("seen", "Computed.").computed(),
            Attribute::nested(
                "parts",
                Nesting::Set,
                vec![Attribute::string("name", "Name.").semantically_equal(same)],
                "Parts.",
            ),
        ],
    );
    let thing = |name: &str, seen: Value, part: &str| {
        let part = Value::object([("name", Value::string(part))]);
        Value::object([
            ("name", Value::string(name)),
            ("seen", seen),
            ("parts", Value::set(vec![part])),
        ])
    };
    let prior = thing("Name", Value::string("s"), "Part");
    let config = thing("NAME", Value::Null, "PART");
    let proposed = thing("NAME", Value::string("s"), "PART");
    let plan = plan(&schema, &config, &prior, proposed.clone()).unwrap();
    assert_eq!(plan.planned, prior);
    assert_eq!(keep_spelling(&schema, proposed, &prior), prior);
    let other = thing("other", Value::string("s"), "part");
    let kept = thing("other", Value::string("s"), "Part");
    assert_eq!(keep_spelling(&schema, other, &prior), kept);
}

#[test]
fn write_only_values_leave_every_depth() {
    let secret = || Attribute::string("secret", "Secret.").write_only();
    let block = Block::new("Part.", vec![secret()]);
    let schema = Schema::new(
        "A thing.",
        vec![Attribute::nested(
            "list",
            Nesting::List,
            vec![secret()],
            "List.",
        )],
    )
    .nested_block(NestedBlock::new("map", BlockNesting::Map, block));
    let thing = |secret: Value| {
        let part = Value::object([("secret", secret)]);
        Value::object([
            ("list", Value::List(vec![part.clone()])),
            ("map", Value::Map([("k".to_owned(), part)].into())),
        ])
    };
    let told = thing(Value::string("hush"));
    assert_eq!(
        without_write_only(&schema, told.clone()),
        thing(Value::Null)
    );
    let planned = plan(&schema, &told, &Value::Null, told.clone())
        .unwrap()
        .planned;
    assert_eq!(planned, thing(Value::Null));
    let paths: Vec<_> = schema
        .write_only_paths(&told)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(paths, ["list[0].secret", "map[\"k\"].secret"]);
}

#[test]
fn elements_of_a_set_that_defaults_make_equal_are_an_error_at_the_set() {
    let given = |mode: Value| {
        let mut part = written("a", "z");
        if let Value::Object(attributes) = &mut part {
            attributes.insert("mode".to_owned(), mode);
        }
        part
    };
    for schema in [in_attribute(Nesting::Set), in_block(BlockNesting::Set)] {
        let config = set(vec![given(Value::Null), given(Value::string("auto"))]);
        let errors = plan(&schema, &config, &Value::Null, config.clone()).unwrap_err();
        let [error] = errors.iter().collect::<Vec<_>>()[..] else {
            panic!("{errors:?}")
        };
        assert_eq!(error.summary, "duplicate set element in `parts`");
        assert_eq!(error.attribute, Some(AttributePath::root("parts")));

        // What is not known yet may turn out to differ.
        let config = set(vec![given(Value::Unknown), given(Value::string("auto"))]);
        assert!(plan(&schema, &config, &Value::Null, config.clone()).is_ok());
        let config = set(vec![given(Value::Null), given(Value::string("manual"))]);
        assert!(plan(&schema, &config, &Value::Null, config.clone()).is_ok());
    }
}
