//! Running the checks that attributes declare.
//!
//! Terraform itself has checked types and block counts before.

use super::attribute::{Attribute, AttributeKind};
use super::block::{Block, BlockNesting, Schema};
use super::validator::Validator;
use super::visit::{each_block, each_element, each_object};
use crate::framework::diagnostic::{Diagnostic, Diagnostics};
use crate::framework::path::AttributePath;
use crate::framework::value::Value;

impl Schema {
    /// What the schema says of `config`: its [breaches](Self::breaches), and what the attributes'
    /// own checks find. The latter skip null and unknown values.
    pub fn validate(&self, config: &Value) -> Diagnostics {
        let mut diagnostics = self.breaches(config);
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
        if !attribute.element_validators.is_empty() {
            each_element(value, &path, &mut |element, path| {
                run(&attribute.element_validators, element, path, out);
            });
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
