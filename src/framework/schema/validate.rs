//! Running the checks that attributes declare.
//!
//! Terraform itself has checked types, required attributes and block counts before.

use super::attribute::{Attribute, AttributeKind, Validator};
use super::block::{Block, Schema};
use crate::framework::diagnostic::Diagnostics;
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
}

fn validate_block(block: &Block, value: &Value, path: &AttributePath, out: &mut Diagnostics) {
    validate_attributes(&block.attributes, value, path, out);
    for nested in &block.blocks {
        let path = path.clone().attribute(nested.name);
        each_object(value.attribute(nested.name), &path, &mut |value, path| {
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

fn run(validators: &[Validator], value: &Value, path: &AttributePath, out: &mut Diagnostics) {
    if !value.is_null() && !value.is_unknown() {
        out.extend(
            validators
                .iter()
                .flat_map(|validator| validator.check(value, path)),
        );
    }
}

/// Calls `visit` with each object in `value` and its path.
fn each_object(
    value: &Value,
    path: &AttributePath,
    visit: &mut impl FnMut(&Value, &AttributePath),
) {
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
