//! Elements of a set that defaults or spelling have made equal. As one element they would be fewer
//! than were configured, which core takes for a mistake in the provider.

use crate::framework::diagnostic::{Diagnostic, Diagnostics};
use crate::framework::path::AttributePath;
use crate::framework::value::Value;

/// A set of all elements, equal ones included, for [`find`] to find.
pub(super) fn keep(mut elements: Vec<Value>) -> Value {
    elements.sort();
    Value::Set(elements)
}

/// An error at each set with elements that are equal and wholly known.
pub(super) fn find(value: &Value) -> Diagnostics {
    let mut out = Diagnostics::new();
    in_value(value, &AttributePath::default(), &mut out);
    out
}

fn in_value(value: &Value, path: &AttributePath, out: &mut Diagnostics) {
    match value {
        Value::Set(elements) => {
            let is_twice = |pair: &[Value]| pair[0] == pair[1] && pair[0].is_wholly_known();
            if elements.windows(2).any(is_twice) {
                out.push(duplicate(path));
            }
            let path = path.clone().element();
            for element in elements {
                in_value(element, &path, out);
            }
        }
        Value::Object(attributes) => {
            for (name, value) in attributes {
                in_value(value, &path.clone().attribute(name), out);
            }
        }
        Value::Map(entries) => {
            for (key, value) in entries {
                in_value(value, &path.clone().key(key), out);
            }
        }
        Value::List(elements) => {
            for (index, value) in elements.iter().enumerate() {
                in_value(value, &path.clone().index(index), out);
            }
        }
        Value::Dynamic(_, inner) => in_value(inner, path, out),
        Value::Bool(_) | Value::Null | Value::Number(_) | Value::String(_) | Value::Unknown => {}
    }
}

fn duplicate(path: &AttributePath) -> Diagnostic {
    Diagnostic::error(
        format!("duplicate set element in `{path}`"),
        "Two elements of this set are the same once default values are filled in. Remove one of \
         them, or write out the argument in which they are to differ.",
    )
    .at(path.clone())
}
