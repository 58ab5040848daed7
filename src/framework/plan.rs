//! From proposed new state to planned state, as far as the schema decides it.
//!
//! The order is that of the Go framework (plugin protocol, "What the official framework does
//! inside PlanResourceChange"): defaults, write-only values out, computed values unknown if
//! anything changes, then what keeps its state and what forces a replacement.

use std::collections::BTreeMap;

use crate::framework::path::AttributePath;
use crate::framework::replacements::replacements;
use crate::framework::schema::{Attribute, AttributeKind, Block, BlockNesting, Nesting, Schema};
use crate::framework::value::Value;

/// A planned state, and what in it forces a replacement.
#[derive(Clone, Debug, PartialEq)]
pub struct SchemaPlan {
    /// The planned state.
    pub planned: Value,
    /// Paths whose change forces a replacement.
    pub requires_replace: Vec<AttributePath>,
}

/// Plans a create (`prior` null) or an update, from what the schema says of each attribute.
pub fn plan(schema: &Schema, config: &Value, prior: &Value, proposed: &Value) -> SchemaPlan {
    let block = &schema.block;
    let with_defaults = walk_block(block, config, Some(proposed), prior, &apply_default);
    let changed = with_defaults != *prior;
    let planned = if changed {
        let with_unknowns = walk_block(block, config, Some(&with_defaults), prior, &mark_unknown);
        if prior.is_null() {
            with_unknowns
        } else {
            walk_block(block, config, Some(&with_unknowns), prior, &keep_state)
        }
    } else {
        with_defaults
    };
    let requires_replace = replacements(block, &planned, prior);
    SchemaPlan {
        planned,
        requires_replace,
    }
}

/// What becomes of one attribute's planned value, from its configured, planned and prior values.
type Rule = dyn Fn(&Attribute, &Value, Value, &Value) -> Value;

fn apply_default(attribute: &Attribute, config: &Value, planned: Value, _: &Value) -> Value {
    match &attribute.default {
        _ if attribute.write_only => Value::Null,
        Some(default) if config.is_null() => default.clone(),
        _ => planned,
    }
}

fn mark_unknown(attribute: &Attribute, config: &Value, planned: Value, _: &Value) -> Value {
    let decided = attribute.default.is_some() || !config.is_null();
    if attribute.presence.is_computed() && !decided {
        Value::Unknown
    } else {
        planned
    }
}

fn keep_state(attribute: &Attribute, config: &Value, planned: Value, prior: &Value) -> Value {
    // A null prior value may be an element that did not exist; it is for the provider to decide.
    let kept = attribute.keeps_state && !prior.is_null();
    if kept && planned.is_unknown() && config.is_null() {
        prior.clone()
    } else {
        planned
    }
}

/// Applies `rule` to every attribute of `planned`, innermost first.
fn walk_block(
    block: &Block,
    config: &Value,
    planned: Option<&Value>,
    prior: &Value,
    rule: &Rule,
) -> Value {
    let Some(Value::Object(planned)) = planned else {
        return planned.cloned().unwrap_or(Value::Null);
    };
    let mut out = walk_attributes(&block.attributes, config, planned, prior, rule);
    for nested in &block.blocks {
        let (config, prior) = (config.attribute(nested.name), prior.attribute(nested.name));
        let planned = planned.get(nested.name).unwrap_or(&Value::Null);
        let in_set = nested.nesting == BlockNesting::Set;
        let value = walk_collection(config, planned, prior, in_set, &|config, planned, prior| {
            walk_block(&nested.block, config, Some(planned), prior, rule)
        });
        out.insert(nested.name.to_owned(), value);
    }
    Value::Object(out)
}

fn walk_attributes(
    attributes: &[Attribute],
    config: &Value,
    planned: &BTreeMap<String, Value>,
    prior: &Value,
    rule: &Rule,
) -> BTreeMap<String, Value> {
    let mut out = BTreeMap::new();
    for attribute in attributes {
        let (config, prior) = (
            config.attribute(attribute.name),
            prior.attribute(attribute.name),
        );
        let planned = planned.get(attribute.name).unwrap_or(&Value::Null);
        let value = match &attribute.kind {
            // Inside an object that the user did not write there is nothing of theirs to keep.
            AttributeKind::Nested(nesting, attributes) if !config.is_null() => {
                let in_set = *nesting == Nesting::Set;
                walk_collection(config, planned, prior, in_set, &|config, planned, prior| {
                    match planned {
                        Value::Object(planned) => {
                            Value::Object(walk_attributes(attributes, config, planned, prior, rule))
                        }
                        other => other.clone(),
                    }
                })
            }
            _ => planned.clone(),
        };
        out.insert(
            attribute.name.to_owned(),
            rule(attribute, config, value, prior),
        );
    }
    out
}

/// Applies `walk` to each object in `planned`, with the configured and prior object beside it: at
/// the same index or key. Elements of a set have no such thing; the planned element itself stands
/// in for its configuration, and there is no prior one.
fn walk_collection(
    config: &Value,
    planned: &Value,
    prior: &Value,
    in_set: bool,
    walk: &dyn Fn(&Value, &Value, &Value) -> Value,
) -> Value {
    let element = |value: &Value, i: usize| match value {
        Value::List(elements) => elements.get(i).cloned().unwrap_or(Value::Null),
        _ => Value::Null,
    };
    let entry = |value: &Value, key: &str| match value {
        Value::Map(entries) => entries.get(key).cloned().unwrap_or(Value::Null),
        _ => Value::Null,
    };
    match planned {
        Value::Object(_) => walk(config, planned, prior),
        Value::Dynamic(ty, inner) => {
            let strip = |value: &Value| match value {
                Value::Dynamic(_, inner) => (**inner).clone(),
                other => other.clone(),
            };
            let inner = walk_collection(&strip(config), inner, &strip(prior), in_set, walk);
            Value::Dynamic(ty.clone(), Box::new(inner))
        }
        Value::List(elements) => Value::List(
            elements
                .iter()
                .enumerate()
                .map(|(i, value)| walk(&element(config, i), value, &element(prior, i)))
                .collect(),
        ),
        Value::Map(entries) => Value::Map(
            entries
                .iter()
                .map(|(key, value)| {
                    (
                        key.clone(),
                        walk(&entry(config, key), value, &entry(prior, key)),
                    )
                })
                .collect(),
        ),
        Value::Set(elements) if in_set => Value::set(
            elements
                .iter()
                .map(|value| walk(value, value, &Value::Null))
                .collect(),
        ),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Schema {
        Schema::new(
            "A thing.",
            vec![
                Attribute::string("env", "Replaces.")
                    .required()
                    .requires_replace(),
                Attribute::string("name", "In place."),
                Attribute::string("id", "Computed, kept.")
                    .computed()
                    .keeps_state(),
                Attribute::string("seen", "Computed, anew.").computed(),
                Attribute::number("size", "Default.").default(Value::integer(7)),
                Attribute::string("secret", "Write-only.").write_only(),
            ],
        )
    }

    fn value(env: &str, name: &str, id: Value, seen: Value, size: Value) -> Value {
        Value::object([
            ("env", Value::string(env)),
            ("name", Value::string(name)),
            ("id", id),
            ("seen", seen),
            ("size", size),
            ("secret", Value::Null),
        ])
    }

    fn known(env: &str, name: &str) -> Value {
        value(
            env,
            name,
            Value::string("i"),
            Value::string("s"),
            Value::integer(7),
        )
    }

    fn config(env: &str, name: &str) -> Value {
        value(env, name, Value::Null, Value::Null, Value::Null)
    }

    #[test]
    fn create_makes_computed_unknown_and_fills_defaults() {
        let config = config("e", "n");
        let plan = plan(&schema(), &config, &Value::Null, &config);
        assert_eq!(
            plan.planned,
            value("e", "n", Value::Unknown, Value::Unknown, Value::integer(7))
        );
        assert_eq!(plan.requires_replace, []);
    }

    #[test]
    fn nothing_changes_when_nothing_changed() {
        // What Terraform proposes: configured values, and prior ones where computed.
        let plan = plan(
            &schema(),
            &config("e", "n"),
            &known("e", "n"),
            &known("e", "n"),
        );
        assert_eq!(plan.planned, known("e", "n"));
    }

    #[test]
    fn an_update_keeps_what_is_declared_stable() {
        let plan = plan(
            &schema(),
            &config("e", "m"),
            &known("e", "n"),
            &known("e", "m"),
        );
        let expected = value(
            "e",
            "m",
            Value::string("i"),
            Value::Unknown,
            Value::integer(7),
        );
        assert_eq!(plan.planned, expected);
        assert_eq!(plan.requires_replace, []);
    }

    #[test]
    fn a_replacing_attribute_is_named() {
        let plan = plan(
            &schema(),
            &config("f", "n"),
            &known("e", "n"),
            &known("f", "n"),
        );
        assert_eq!(plan.requires_replace, [AttributePath::root("env")]);
    }

    #[test]
    fn write_only_values_leave_the_plan() {
        let mut config = config("e", "n");
        if let Value::Object(attributes) = &mut config {
            attributes.insert("secret".to_owned(), Value::string("hush"));
        }
        let plan = plan(&schema(), &config, &Value::Null, &config);
        assert_eq!(plan.planned.attribute("secret"), &Value::Null);
    }

    #[test]
    fn computed_attributes_inside_nested_ones_follow_the_same_rules() {
        let schema = Schema::new(
            "A thing.",
            vec![Attribute::nested(
                "items",
                Nesting::List,
                vec![
                    Attribute::string("name", "Name.").required(),
                    Attribute::string("id", "Id.").computed().keeps_state(),
                ],
                "Items.",
            )],
        );
        let item = |name: &str, id| Value::object([("name", Value::string(name)), ("id", id)]);
        let items = |items: Vec<Value>| Value::object([("items", Value::List(items))]);
        let prior = items(vec![item("a", Value::string("1"))]);
        let config = items(vec![item("a", Value::Null), item("b", Value::Null)]);
        let proposed = items(vec![item("a", Value::string("1")), item("b", Value::Null)]);
        let plan = plan(&schema, &config, &prior, &proposed);
        // The new element has no prior one, so that its null state is what is kept: unknown is
        // what it has to be, since the provider has yet to decide.
        let expected = items(vec![
            item("a", Value::string("1")),
            item("b", Value::Unknown),
        ]);
        assert_eq!(plan.planned, expected);
    }
}
