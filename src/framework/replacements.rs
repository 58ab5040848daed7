//! Which changes in a plan force a replacement.

use crate::framework::path::AttributePath;
use crate::framework::schema::{Attribute, AttributeKind, Block};
use crate::framework::value::Value;

/// The paths of attributes that force a replacement and change, wherever they are nested. A create
/// (`prior` null) replaces nothing.
pub(super) fn replacements(block: &Block, planned: &Value, prior: &Value) -> Vec<AttributePath> {
    let mut out = Vec::new();
    if !prior.is_null() {
        collect_in_block(block, planned, prior, &AttributePath::default(), &mut out);
    }
    out
}

/// What an element of a collection is, beside what it was, and where.
type Visit<'a> = dyn FnMut(&Value, &Value, &AttributePath) + 'a;

fn collect_in_block(
    block: &Block,
    planned: &Value,
    prior: &Value,
    path: &AttributePath,
    out: &mut Vec<AttributePath>,
) {
    collect_in_attributes(&block.attributes, planned, prior, path, out);
    for nested in &block.blocks {
        let (planned, prior) = (planned.attribute(nested.name), prior.attribute(nested.name));
        let path = path.clone().attribute(nested.name);
        each_object(planned, prior, &path, &mut |planned, prior, path| {
            collect_in_block(&nested.block, planned, prior, path, out);
        });
    }
}

fn collect_in_attributes(
    attributes: &[Attribute],
    planned: &Value,
    prior: &Value,
    path: &AttributePath,
    out: &mut Vec<AttributePath>,
) {
    for attribute in attributes {
        let (planned, prior) = (
            planned.attribute(attribute.name),
            prior.attribute(attribute.name),
        );
        let path = path.clone().attribute(attribute.name);
        if attribute.requires_replace && planned != prior {
            out.push(path.clone());
        }
        if let AttributeKind::Nested(_, attributes) = &attribute.kind {
            each_object(planned, prior, &path, &mut |planned, prior, path| {
                collect_in_attributes(attributes, planned, prior, path, out);
            });
        }
    }
}

/// Calls `visit` with each object that was there before, at the same index or key. An element of a
/// set has no place at which it was before.
fn each_object(planned: &Value, prior: &Value, path: &AttributePath, visit: &mut Visit<'_>) {
    match (planned, prior) {
        (Value::Object(_), Value::Object(_)) => visit(planned, prior, path),
        (Value::Dynamic(_, planned), Value::Dynamic(_, prior)) => {
            each_object(planned, prior, path, visit);
        }
        (Value::List(planned), Value::List(prior)) => {
            for (i, (planned, prior)) in planned.iter().zip(prior).enumerate() {
                each_object(planned, prior, &path.clone().index(i), visit);
            }
        }
        (Value::Map(planned), Value::Map(prior)) => {
            for (key, planned) in planned {
                if let Some(prior) = prior.get(key) {
                    each_object(planned, prior, &path.clone().key(key), visit);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::schema::{BlockNesting, NestedBlock, Nesting, Schema};

    #[test]
    fn a_replacing_attribute_is_named_wherever_it_is() {
        let attributes = || vec![Attribute::string("a", "Replaces.").requires_replace()];
        let nested = |name, nesting| Attribute::nested(name, nesting, attributes(), "Nested.");
        let block =
            |name, nesting| NestedBlock::new(name, nesting, Block::new("Block.", attributes()));
        let schema = Schema::new(
            "A thing.",
            vec![
                nested("list", Nesting::List),
                nested("map", Nesting::Map),
                nested("single", Nesting::Single),
            ],
        )
        .nested_block(block("blocks", BlockNesting::List))
        .nested_block(block("group", BlockNesting::Group));
        let value = |text: &str| {
            let object = || Value::object([("a", Value::string(text))]);
            Value::object([
                ("list", Value::List(vec![object()])),
                ("map", Value::Map([("k".to_owned(), object())].into())),
                ("single", object()),
                ("blocks", Value::List(vec![object()])),
                ("group", object()),
            ])
        };
        let found = replacements(&schema.block, &value("new"), &value("old"));
        let paths: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert_eq!(
            paths,
            [
                "list[0].a",
                "map[\"k\"].a",
                "single.a",
                "blocks[0].a",
                "group.a"
            ]
        );
    }
}
