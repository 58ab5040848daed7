//! Write-only attributes: in the configuration only, never in plan or state.
//!
//! Source: plugin protocol, "Write-only attributes". One that is left in a new state makes core
//! save nothing of it, so that no provider is trusted to take them out itself.

use std::collections::BTreeMap;

use super::attribute::{Attribute, AttributeKind};
use super::block::{Block, Schema};
use crate::framework::path::AttributePath;
use crate::framework::value::Value;

impl Schema {
    /// The same value with every write-only attribute null.
    pub fn without_write_only(&self, value: Value) -> Value {
        strip_block(&self.block, value)
    }

    /// The write-only attributes that have a value in `config`.
    pub fn write_only_in(&self, config: &Value) -> Vec<AttributePath> {
        let mut found = Vec::new();
        find_in_block(
            &self.block,
            config,
            &AttributePath::default(),
            &mut |path| found.push(path),
        );
        found
    }
}

fn strip_block(block: &Block, value: Value) -> Value {
    each_object(value, &|mut object| {
        strip_attributes(&block.attributes, &mut object);
        for nested in &block.blocks {
            if let Some(value) = object.get_mut(nested.name) {
                *value = strip_block(&nested.block, std::mem::replace(value, Value::Null));
            }
        }
        object
    })
}

fn strip_attributes(attributes: &[Attribute], object: &mut BTreeMap<String, Value>) {
    for attribute in attributes {
        let Some(value) = object.get_mut(attribute.name) else {
            continue;
        };
        if attribute.write_only {
            *value = Value::Null;
        } else if let AttributeKind::Nested(_, attributes) = &attribute.kind {
            *value = each_object(std::mem::replace(value, Value::Null), &|mut object| {
                strip_attributes(attributes, &mut object);
                object
            });
        }
    }
}

/// Applies `change` to every object in `value`.
fn each_object(
    value: Value,
    change: &dyn Fn(BTreeMap<String, Value>) -> BTreeMap<String, Value>,
) -> Value {
    let each = |elements: Vec<Value>| {
        elements
            .into_iter()
            .map(|v| each_object(v, change))
            .collect()
    };
    match value {
        Value::Object(object) => Value::Object(change(object)),
        Value::List(elements) => Value::List(each(elements)),
        // Sets have no write-only attributes inside, but objects that have been looked at.
        Value::Set(elements) => Value::set(each(elements)),
        Value::Map(entries) => Value::Map(
            entries
                .into_iter()
                .map(|(key, value)| (key, each_object(value, change)))
                .collect(),
        ),
        Value::Dynamic(ty, inner) => Value::Dynamic(ty, Box::new(each_object(*inner, change))),
        other => other,
    }
}

type Found<'a> = dyn FnMut(AttributePath) + 'a;

fn find_in_block(block: &Block, value: &Value, path: &AttributePath, found: &mut Found<'_>) {
    find_in_attributes(&block.attributes, value, path, found);
    for nested in &block.blocks {
        let path = path.clone().attribute(nested.name);
        at_each_object(value.attribute(nested.name), &path, &mut |value, path| {
            find_in_block(&nested.block, value, path, found);
        });
    }
}

fn find_in_attributes(
    attributes: &[Attribute],
    value: &Value,
    path: &AttributePath,
    found: &mut Found<'_>,
) {
    for attribute in attributes {
        let value = value.attribute(attribute.name);
        let path = path.clone().attribute(attribute.name);
        if let AttributeKind::Nested(_, attributes) = &attribute.kind {
            at_each_object(value, &path, &mut |value, path| {
                find_in_attributes(attributes, value, path, found);
            });
        }
        if attribute.write_only && !value.is_null() {
            found(path);
        }
    }
}

fn at_each_object(
    value: &Value,
    path: &AttributePath,
    visit: &mut dyn FnMut(&Value, &AttributePath),
) {
    match value {
        Value::Object(_) => visit(value, path),
        Value::Dynamic(_, inner) => at_each_object(inner, path, visit),
        Value::List(elements) => {
            for (i, element) in elements.iter().enumerate() {
                at_each_object(element, &path.clone().index(i), visit);
            }
        }
        Value::Map(entries) => {
            for (key, element) in entries {
                at_each_object(element, &path.clone().key(key), visit);
            }
        }
        // A set has no write-only attributes inside.
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::schema::{BlockNesting, NestedBlock, Nesting};

    #[test]
    fn they_are_found_and_taken_out_wherever_they_are() {
        let attributes = || {
            vec![
                Attribute::string("kept", "Kept."),
                Attribute::string("secret", "Taken out.").write_only(),
            ]
        };
        let schema = Schema::new(
            "A thing.",
            [
                attributes(),
                vec![
                    Attribute::nested("list", Nesting::List, attributes(), "List."),
                    Attribute::nested("map", Nesting::Map, attributes(), "Map."),
                ],
            ]
            .concat(),
        )
        .nested_block(NestedBlock::new(
            "block",
            BlockNesting::Group,
            Block::new("Block.", attributes()),
        ));
        let value = |secret: &Value| {
            let object =
                || Value::object([("kept", Value::string("k")), ("secret", secret.clone())]);
            Value::object([
                ("kept", Value::string("k")),
                ("secret", secret.clone()),
                ("list", Value::List(vec![object()])),
                ("map", Value::Map([("m".to_owned(), object())].into())),
                ("block", object()),
            ])
        };
        let with = value(&Value::string("hush"));
        let found: Vec<_> = schema
            .write_only_in(&with)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            found,
            [
                "secret",
                "list[0].secret",
                "map[\"m\"].secret",
                "block.secret"
            ]
        );
        let without = schema.without_write_only(with);
        assert_eq!(without, value(&Value::Null));
        assert_eq!(schema.write_only_in(&without), []);
        assert_eq!(schema.without_write_only(Value::Null), Value::Null);
    }
}
