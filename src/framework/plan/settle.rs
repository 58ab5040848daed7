//! What holds of every state that leaves the provider: write-only values are not in it, and values
//! that mean the same as before are spelled as before.

use super::KEEP_SPELLING;
use super::shape::{Rule, Shape};
use crate::framework::schema::{Presence, Schema};
use crate::framework::value::Value;

const FORGET_WRITE_ONLY: Rule = Rule {
    is_about: |attribute| attribute.write_only,
    value: |_, _, _, _| Value::Null,
    set: Value::set,
};

const AS_CONFIGURED: Rule = Rule {
    is_about: |_| true,
    value: |attribute, state, written, _| {
        let left_out = !attribute.presence.is_configurable()
            || attribute.write_only
            || attribute.deprecated.is_some() && attribute.presence != Presence::Required
            || attribute.default.as_ref() == Some(state);
        if left_out { Value::Null } else { written }
    },
    set: Value::set,
};

/// The value with every write-only attribute null, as it has to be everywhere but in a
/// configuration (plugin protocol, "Write-only attributes").
#[must_use]
pub fn without_write_only(schema: &Schema, value: Value) -> Value {
    settled(schema, &FORGET_WRITE_ONLY, value, &Value::Null)
}

/// The value with the spelling of `before` wherever the two mean the same; see
/// [`Attribute::semantically_equal`](crate::framework::schema::Attribute::semantically_equal).
#[must_use]
pub fn keep_spelling(schema: &Schema, value: Value, before: &Value) -> Value {
    settled(schema, &KEEP_SPELLING, value, before)
}

/// What a user would have written to get `state`: nothing for what the provider decides, for what
/// is the default anyway, and for what should not be used any more unless it has to be.
#[must_use]
pub fn configuration(schema: &Schema, state: Value) -> Value {
    settled(schema, &AS_CONFIGURED, state, &Value::Null)
}

/// What comes of a value that stands for its own configuration.
fn settled(schema: &Schema, rule: &Rule, value: Value, before: &Value) -> Value {
    if !schema.block.has_attribute(rule.is_about) {
        return value;
    }
    let config = value.clone();
    Shape::from(&schema.block).apply(rule, &config, value, before)
}
