//! Finding the elements of a collection, and the objects of a nested attribute or block, with the
//! path to each.

use super::block::BlockNesting;
use crate::framework::path::AttributePath;
use crate::framework::value::Value;

/// What is called with a value and the path to it.
pub(super) type Visit<'a> = dyn FnMut(&Value, &AttributePath) + 'a;

/// Calls `visit` with each block in `value`.
pub(super) fn each_block(
    nesting: BlockNesting,
    value: &Value,
    path: &AttributePath,
    visit: &mut Visit<'_>,
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

/// Calls `visit` with each object in `value`; what is null or unknown is none.
pub(super) fn each_object(value: &Value, path: &AttributePath, visit: &mut Visit<'_>) {
    match value {
        Value::Object(_) => visit(value, path),
        Value::Dynamic(_, inner) => each_object(inner, path, visit),
        _ => each_element(value, path, &mut |element, path| {
            each_object(element, path, visit);
        }),
    }
}

/// Calls `visit` with each element of a list, set or map.
pub(super) fn each_element(value: &Value, path: &AttributePath, visit: &mut Visit<'_>) {
    match value {
        Value::List(elements) => {
            for (i, element) in elements.iter().enumerate() {
                visit(element, &path.clone().index(i));
            }
        }
        Value::Set(elements) => {
            let path = path.clone().element();
            for element in elements {
                visit(element, &path);
            }
        }
        Value::Map(entries) => {
            for (key, element) in entries {
                visit(element, &path.clone().key(key));
            }
        }
        _ => {}
    }
}
