//! Which changes force a replacement.

use super::shape::{Shape, at_index, at_key, set_elements, undynamic};
use crate::framework::path::AttributePath;
use crate::framework::schema::{Attribute, Nesting};
use crate::framework::value::Value;

/// Adds the paths of attributes that differ and force a replacement. Inside a collection only
/// objects that are in both count: that one comes or goes is a change of the collection.
pub(super) fn collect(
    shape: Shape<'_>,
    planned: &Value,
    prior: &Value,
    out: &mut Vec<AttributePath>,
) {
    in_object(shape, planned, prior, &AttributePath::default(), out);
}

fn in_object(
    shape: Shape<'_>,
    planned: &Value,
    prior: &Value,
    path: &AttributePath,
    out: &mut Vec<AttributePath>,
) {
    if !matches!((planned, prior), (Value::Object(_), Value::Object(_))) {
        return;
    }
    for attribute in shape.attributes {
        let (planned, prior) = (
            planned.attribute(attribute.name),
            prior.attribute(attribute.name),
        );
        let path = path.clone().attribute(attribute.name);
        if let Some(requires_replace) = &attribute.requires_replace
            && !means_the_same(attribute, planned, prior)
            && requires_replace.holds(planned, prior)
        {
            out.push(path.clone());
        }
        if let Some((shape, nesting)) = Shape::nested(attribute) {
            in_objects(shape, nesting, planned, prior, &path, out);
        }
    }
    for nested in shape.blocks {
        let (planned, prior) = (planned.attribute(nested.name), prior.attribute(nested.name));
        let path = path.clone().attribute(nested.name);
        let (shape, nesting) = Shape::block(nested);
        in_objects(shape, nesting, planned, prior, &path, out);
    }
}

/// Whether two values of the attribute are the same, or one is what it means to leave it out.
fn means_the_same(attribute: &Attribute, one: &Value, other: &Value) -> bool {
    let meaning = |value: &'_ Value| match &attribute.unset_means {
        Some(unset) if value.is_null() => unset.clone(),
        _ => value.clone(),
    };
    one == other || meaning(one) == meaning(other)
}

fn in_objects(
    shape: Shape<'_>,
    nesting: Nesting,
    planned: &Value,
    prior: &Value,
    path: &AttributePath,
    out: &mut Vec<AttributePath>,
) {
    match (nesting, undynamic(planned)) {
        (Nesting::Single, planned) => in_object(shape, planned, undynamic(prior), path, out),
        (Nesting::List, Value::List(elements)) => {
            for (i, element) in elements.iter().enumerate() {
                let path = path.clone().index(i);
                in_object(shape, element, at_index(prior, i), &path, out);
            }
        }
        (Nesting::Map, Value::Map(entries)) => {
            for (key, element) in entries {
                let path = path.clone().key(key);
                in_object(shape, element, at_key(prior, key), &path, out);
            }
        }
        // Labels of blocks whose attributes are of dynamic types are attributes of an object.
        (Nesting::Map, Value::Object(entries)) => {
            for (key, element) in entries {
                let path = path.clone().attribute(key);
                in_object(shape, element, at_key(prior, key), &path, out);
            }
        }
        (Nesting::Set, Value::Set(_))
            if has_replaced(shape, &set_elements(planned), &set_elements(prior)) =>
        {
            out.push(path.clone());
        }
        _ => {}
    }
}

/// Whether a set has got elements whose replacing attributes no prior element had, and has lost
/// some in exchange: elements of sets have no place at which to compare them.
fn has_replaced(shape: Shape<'_>, planned: &[&Value], prior: &[&Value]) -> bool {
    let same = |one: &Value, other: &Value| {
        let mut paths = Vec::new();
        collect(shape, one, other, &mut paths);
        paths.is_empty()
    };
    let mut lost = prior.to_vec();
    let mut got = false;
    for one in planned {
        match lost.iter().position(|other| same(one, other)) {
            Some(at) => {
                lost.remove(at);
            }
            None => got = true,
        }
    }
    got && !lost.is_empty()
}
