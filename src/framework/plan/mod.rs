//! From proposed new state to planned state, as far as the schema decides it.
//!
//! The order is that of the Go framework (plugin protocol, "What the official framework does
//! inside PlanResourceChange"): defaults, write-only values out, computed values unknown if
//! anything changes, then what keeps its state and what forces a replacement.

mod duplicates;
#[cfg(test)]
mod nested_tests;
mod replace;
mod settle;
mod shape;

pub use settle::{configuration, keep_spelling, without_write_only};

use shape::{Rule, Shape, is_known};

use crate::framework::diagnostic::Diagnostics;
use crate::framework::path::AttributePath;
use crate::framework::schema::Schema;
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
///
/// Elements of a set that become equal are an error at the set.
pub fn plan(
    schema: &Schema,
    config: &Value,
    prior: &Value,
    proposed: Value,
) -> Result<SchemaPlan, Diagnostics> {
    let shape = Shape::from(&schema.block);
    let with_defaults = shape.apply(&APPLY_DEFAULT, config, proposed, prior);
    let settled = shape.apply(&KEEP_PRIOR_SPELLING, config, with_defaults, prior);
    let duplicates = duplicates::find(&settled);
    if !duplicates.is_empty() {
        return Err(duplicates);
    }
    let planned = if settled == *prior {
        settled
    } else {
        let with_unknowns = shape.apply(&MARK_UNKNOWN, config, settled, prior);
        shape.apply(&USE_STATE_FOR_UNKNOWN, config, with_unknowns, prior)
    };
    let mut requires_replace = Vec::new();
    if !prior.is_null() {
        replace::collect(shape, &planned, prior, &mut requires_replace);
    }
    Ok(SchemaPlan {
        planned,
        requires_replace,
    })
}

const APPLY_DEFAULT: Rule = Rule {
    is_about: |attribute| {
        attribute.default.is_some() || attribute.unset_means.is_some() || attribute.write_only
    },
    value: |attribute, config, planned, prior| match (&attribute.default, &attribute.unset_means) {
        _ if attribute.write_only => Value::Null,
        (Some(default), _) if config.is_null() => default.clone(),
        (_, Some(unset)) if config.is_null() && prior != unset => Value::Null,
        _ => planned,
    },
    set: duplicates::keep,
};

const KEEP_SPELLING: Rule = Rule {
    is_about: |attribute| attribute.semantic_equality.is_some(),
    value: |attribute, _, planned, prior| match &attribute.semantic_equality {
        Some(equality)
            if planned != *prior
                && is_known(&planned)
                && is_known(prior)
                && equality.holds(&planned, prior) =>
        {
            prior.clone()
        }
        _ => planned,
    },
    set: Value::set,
};

const KEEP_PRIOR_SPELLING: Rule = Rule {
    set: duplicates::keep,
    ..KEEP_SPELLING
};

const MARK_UNKNOWN: Rule = Rule {
    is_about: |attribute| {
        attribute.presence.is_computed()
            && attribute.default.is_none()
            && attribute.unset_means.is_none()
    },
    value: |_, config, planned, _| {
        if config.is_null() {
            Value::Unknown
        } else {
            planned
        }
    },
    set: Value::set,
};

const USE_STATE_FOR_UNKNOWN: Rule = Rule {
    is_about: |attribute| attribute.use_state_for_unknown,
    value: |_, config, planned, prior| {
        // A null prior value may be an element that did not exist; it is for the provider to decide.
        if planned.is_unknown() && config.is_null() && !prior.is_null() {
            prior.clone()
        } else {
            planned
        }
    },
    set: Value::set,
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::schema::{Attribute, Nesting};

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
                    .use_state_for_unknown(),
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
        let plan = plan(&schema(), &config, &Value::Null, config.clone()).unwrap();
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
            known("e", "n"),
        )
        .unwrap();
        assert_eq!(plan.planned, known("e", "n"));
    }

    #[test]
    fn an_update_keeps_what_is_declared_stable() {
        let plan = plan(
            &schema(),
            &config("e", "m"),
            &known("e", "n"),
            known("e", "m"),
        )
        .unwrap();
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
            known("f", "n"),
        )
        .unwrap();
        assert_eq!(plan.requires_replace, [AttributePath::root("env")]);
    }

    #[test]
    fn write_only_values_leave_the_plan() {
        let mut config = config("e", "n");
        if let Value::Object(attributes) = &mut config {
            attributes.insert("secret".to_owned(), Value::string("hush"));
        }
        let plan = plan(&schema(), &config, &Value::Null, config.clone()).unwrap();
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
                    Attribute::string("id", "Id.")
                        .computed()
                        .use_state_for_unknown(),
                ],
                "Items.",
            )],
        );
        let item = |name: &str, id| Value::object([("name", Value::string(name)), ("id", id)]);
        let items = |items: Vec<Value>| Value::object([("items", Value::List(items))]);
        let prior = items(vec![item("a", Value::string("1"))]);
        let config = items(vec![item("a", Value::Null), item("b", Value::Null)]);
        let proposed = items(vec![item("a", Value::string("1")), item("b", Value::Null)]);
        let plan = plan(&schema, &config, &prior, proposed).unwrap();
        // The new element has no prior one, so that its null state is what is kept: unknown is
        // what it has to be, since the provider has yet to decide.
        let expected = items(vec![
            item("a", Value::string("1")),
            item("b", Value::Unknown),
        ]);
        assert_eq!(plan.planned, expected);
    }
}
