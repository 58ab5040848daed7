//! Running the checks that attributes declare.
//!
//! Terraform itself has checked types, required attributes and block counts before.

use super::attribute::{Attribute, AttributeKind, Validator};
use super::block::{Block, BlockNesting, Schema};
use crate::framework::diagnostic::{Diagnostic, Diagnostics};
use crate::framework::path::AttributePath;
use crate::framework::value::Value;

impl Schema {
    /// What the attributes' own checks say of `config`. Null and unknown values are skipped.
    pub fn validate(&self, config: &Value) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        validate_block(
            &self.block,
            config,
            &AttributePath::default(),
            &mut diagnostics,
        );
        diagnostics
    }

    /// Where `config` sets write-only attributes.
    pub fn write_only_paths(&self, config: &Value) -> Vec<AttributePath> {
        let mut out = Vec::new();
        let root = AttributePath::default();
        write_only_in_block(&self.block, config, &root, &mut out);
        out
    }
}

fn write_only_in_block(
    block: &Block,
    value: &Value,
    path: &AttributePath,
    out: &mut Vec<AttributePath>,
) {
    write_only_in_attributes(&block.attributes, value, path, out);
    for nested in &block.blocks {
        let path = path.clone().attribute(nested.name);
        let value = value.attribute(nested.name);
        each_block(nested.nesting, value, &path, &mut |value, path| {
            write_only_in_block(&nested.block, value, path, out);
        });
    }
}

fn write_only_in_attributes(
    attributes: &[Attribute],
    value: &Value,
    path: &AttributePath,
    out: &mut Vec<AttributePath>,
) {
    for attribute in attributes {
        let value = value.attribute(attribute.name);
        let path = path.clone().attribute(attribute.name);
        match &attribute.kind {
            _ if attribute.write_only => {
                if !value.is_null() {
                    out.push(path);
                }
            }
            AttributeKind::Nested(_, attributes) => {
                each_object(value, &path, &mut |value, path| {
                    write_only_in_attributes(attributes, value, path, out);
                });
            }
            AttributeKind::Plain(_) => {}
        }
    }
}

fn validate_block(block: &Block, value: &Value, path: &AttributePath, out: &mut Diagnostics) {
    validate_attributes(&block.attributes, value, path, out);
    for nested in &block.blocks {
        let path = path.clone().attribute(nested.name);
        let value = value.attribute(nested.name);
        each_block(nested.nesting, value, &path, &mut |value, path| {
            // A group is there even if nobody wrote it.
            if let Some(instead) = &nested.block.deprecated
                && nested.nesting != BlockNesting::Group
            {
                out.push(deprecated("block", instead, path));
            }
            validate_block(&nested.block, value, path, out);
        });
    }
}

fn validate_attributes(
    attributes: &[Attribute],
    value: &Value,
    path: &AttributePath,
    out: &mut Diagnostics,
) {
    for attribute in attributes {
        let value = value.attribute(attribute.name);
        let path = path.clone().attribute(attribute.name);
        if let Some(instead) = &attribute.deprecated
            && !value.is_null()
        {
            out.push(deprecated("attribute", instead, &path));
        }
        run(&attribute.validators, value, &path, out);
        match value {
            Value::List(elements) => {
                for (i, element) in elements.iter().enumerate() {
                    run(
                        &attribute.element_validators,
                        element,
                        &path.clone().index(i),
                        out,
                    );
                }
            }
            // Elements of sets cannot be addressed, so their path is the set's.
            Value::Set(elements) => {
                for element in elements {
                    run(&attribute.element_validators, element, &path, out);
                }
            }
            Value::Map(entries) => {
                for (key, element) in entries {
                    run(
                        &attribute.element_validators,
                        element,
                        &path.clone().key(key),
                        out,
                    );
                }
            }
            _ => {}
        }
        if let AttributeKind::Nested(_, attributes) = &attribute.kind {
            each_object(value, &path, &mut |value, path| {
                validate_attributes(attributes, value, path, out);
            });
        }
    }
}

/// The warning about something that should not be used any more. Terraform before 1.15 does not give
/// it by itself.
fn deprecated(kind: &str, instead: &str, path: &AttributePath) -> Diagnostic {
    Diagnostic::warning(format!("the {kind} `{path}` is deprecated"), instead).at(path.clone())
}

fn run(validators: &[Validator], value: &Value, path: &AttributePath, out: &mut Diagnostics) {
    if !value.is_null() && !value.is_unknown() {
        out.extend(
            validators
                .iter()
                .flat_map(|validator| validator.check(value, path)),
        );
    }
}

/// Calls `visit` with each block in `value` and its path.
fn each_block(
    nesting: BlockNesting,
    value: &Value,
    path: &AttributePath,
    visit: &mut dyn FnMut(&Value, &AttributePath),
) {
    match (nesting, value) {
        (_, Value::Dynamic(_, inner)) => each_block(nesting, inner, path, visit),
        // Labelled blocks whose attributes are of dynamic types are an object of objects.
        (BlockNesting::Map, Value::Object(entries)) => {
            for (label, block) in entries {
                each_object(block, &path.clone().attribute(label), visit);
            }
        }
        _ => each_object(value, path, visit),
    }
}

/// Calls `visit` with each object in `value` and its path.
fn each_object(value: &Value, path: &AttributePath, visit: &mut dyn FnMut(&Value, &AttributePath)) {
    match value {
        Value::Object(_) => visit(value, path),
        Value::Dynamic(_, inner) => each_object(inner, path, visit),
        Value::List(elements) => {
            for (i, element) in elements.iter().enumerate() {
                each_object(element, &path.clone().index(i), visit);
            }
        }
        Value::Set(elements) => elements.iter().for_each(|e| each_object(e, path, visit)),
        Value::Map(entries) => {
            for (key, element) in entries {
                each_object(element, &path.clone().key(key), visit);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::schema::{NestedBlock, Nesting};
    use crate::framework::value::Type;

    /// The places that a check of every attribute visits, and the warnings.
    #[test]
    fn checks_reach_every_depth_and_what_is_deprecated_warns() {
        let found = |value: &Value, path: &AttributePath| {
            vec![Diagnostic::error(value.kind_name(), "").at(path.clone())]
        };
        let checked = || Attribute::string("name", "Name.").validate(Validator::new(found));
        let labelled = Block {
            deprecated: Some("Use list.".to_owned()),
            ..Block::new(
                "Part.",
                vec![checked(), Attribute::new("any", Type::Dynamic, "Any.")],
            )
        };
        let schema = Schema::new(
            "A thing.",
            vec![
                Attribute::nested("list", Nesting::List, vec![checked()], "List."),
                Attribute::string("old", "Old.").deprecated("Use list."),
            ],
        )
        .nested_block(NestedBlock::new("labelled", BlockNesting::Map, labelled));
        let part = Value::object([("name", Value::string("n")), ("any", Value::Null)]);
        let ty = Type::object([("name", Type::String), ("any", Type::Dynamic)]);
        let labelled = Value::Dynamic(
            Box::new(Type::object([("k", ty)])),
            Box::new(Value::object([("k", part)])),
        );
        let element = Value::object([("name", Value::string("n"))]);
        let config = Value::object([
            ("list", Value::List(vec![Value::Unknown, element])),
            ("old", Value::Unknown),
            ("labelled", labelled),
        ]);
        let said: Vec<_> = schema
            .validate(&config)
            .iter()
            .map(|d| format!("{} {}", d.summary, d.attribute.clone().unwrap_or_default()))
            .collect();
        assert_eq!(
            said,
            [
                "string list[1].name",
                "the attribute `old` is deprecated old",
                "the block `labelled.k` is deprecated labelled.k",
                "string labelled.k.name",
            ]
        );
    }
}
