//! What holds of every state that leaves the provider: write-only values are not in it, and values
//! that mean the same as before are spelled as before.

use super::shape::Shape;
use super::spell_as_before;
use crate::framework::schema::{Attribute, Schema};
use crate::framework::value::Value;

/// The value with every write-only attribute null, as it has to be everywhere but in a
/// configuration (plugin protocol, "Write-only attributes").
#[must_use]
pub fn without_write_only(schema: &Schema, value: &Value) -> Value {
    let forget = |attribute: &Attribute, _: &Value, value: Value, _: &Value| {
        if attribute.write_only {
            Value::Null
        } else {
            value
        }
    };
    Shape::from(&schema.block).walk(value, value, &Value::Null, &forget)
}

/// The value with the spelling of `before` wherever the two mean the same; see
/// [`Attribute::semantically_equal`].
#[must_use]
pub fn keep_spelling(schema: &Schema, value: &Value, before: &Value) -> Value {
    Shape::from(&schema.block).walk(value, value, before, &spell_as_before)
}
