//! The rules catch what they are for, and let pass what core lets pass.

mod applying;
mod objects;
mod planning;
mod proposing;
mod schemas;

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
