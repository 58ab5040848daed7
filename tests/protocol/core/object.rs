//! Checks that hold for every object a provider hands over.

use cloudbase::framework::value::Value;
use cloudbase::proto::tfplugin6 as pb;
use cloudbase::proto::tfplugin6::attribute_path::step::Selector;

use super::schema::{Block, elements, find};

/// Where `value` is unknown.
pub(crate) fn unknown_paths(value: &Value) -> Vec<String> {
    fn walk(value: &Value, path: &str, out: &mut Vec<String>) {
        if value.is_unknown() {
            out.push(path.to_owned());
        }
        for (step, element) in elements(value) {
            walk(element, &format!("{path}{step}"), out);
        }
    }
    let mut out = Vec::new();
    walk(value, "", &mut out);
    out
}

/// Write-only attributes that are not null, which they must be everywhere but in configuration.
pub(crate) fn write_only_violations(schema: &Block, value: &Value) -> Vec<String> {
    fn walk(schema: &Block, value: &Value, path: &str, out: &mut Vec<String>) {
        let Value::Object(object) = value else {
            for (step, element) in elements(value) {
                walk(schema, element, &format!("{path}{step}"), out);
            }
            return;
        };
        for (name, attribute) in &schema.attributes {
            let path = format!("{path}.{name}");
            match (object.get(name), &attribute.nested) {
                (Some(value), _) if attribute.write_only && !value.is_null() => out.push(path),
                (Some(value), Some((_, block))) => walk(block, value, &path, out),
                _ => {}
            }
        }
        for (name, nested) in &schema.blocks {
            if let Some(value) = object.get(name) {
                walk(&nested.block, value, &format!("{path}.{name}"), out);
            }
        }
    }
    let mut out = Vec::new();
    walk(schema, value, "", &mut out);
    out
}

/// The value at a path of the protocol; `None` where it leads nowhere. What is below an unknown
/// value is unknown.
pub(crate) fn at_path(value: &Value, path: &pb::AttributePath) -> Option<Value> {
    let mut at = value;
    for step in &path.steps {
        if at.is_unknown() {
            return Some(Value::Unknown);
        }
        let step = match step.selector.as_ref()? {
            Selector::AttributeName(name) => format!(".{name}"),
            Selector::ElementKeyString(key) => format!("[{key:?}]"),
            Selector::ElementKeyInt(index) => format!("[{index}]"),
        };
        at = find(at, &step)?;
    }
    Some(at.clone())
}
