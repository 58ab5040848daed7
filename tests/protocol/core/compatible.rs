//! What core demands of what became of a plan (Terraform `internal/plans/objchange/compatible.go`):
//! every value that was known stands.

use cloudbase::framework::value::Value;

use super::schema::{Block, Nesting, elements, find};

/// Where `actual` is not what `planned` promised; nothing if core would take it.
pub(crate) fn incompatibilities(schema: &Block, planned: &Value, actual: &Value) -> Vec<String> {
    let mut out = Vec::new();
    check_block(schema, planned, actual, "", &mut out);
    out
}

fn check_block(schema: &Block, planned: &Value, actual: &Value, path: &str, out: &mut Vec<String>) {
    match (planned.is_null(), actual.is_null()) {
        (true, false) => return out.push(format!("{path}: was absent, but now present")),
        (false, true) => return out.push(format!("{path}: was present, but now absent")),
        (true, true) => return,
        (false, false) => {}
    }
    for (name, attribute) in &schema.attributes {
        let mut own = Vec::new();
        let path = format!("{path}.{name}");
        check_value(
            planned.attribute(name),
            actual.attribute(name),
            &path,
            &mut own,
        );
        if attribute.sensitive && !own.is_empty() {
            own = vec![format!(
                "{path}: inconsistent values for sensitive attribute"
            )];
        }
        out.extend(own);
    }
    for (name, nested) in &schema.blocks {
        let (planned, actual) = (planned.attribute(name), actual.attribute(name));
        let path = format!("{path}.{name}");
        if planned.is_unknown() {
            continue;
        }
        if matches!(nested.nesting, Nesting::Single | Nesting::Group) {
            check_block(&nested.block, planned, actual, &path, out);
            continue;
        }
        if actual.is_null() {
            out.push(format!("{path}: blocks have become null"));
            continue;
        }
        let compatible = |planned: &Value, actual: &Value| {
            incompatibilities(&nested.block, planned, actual).is_empty()
        };
        if nested.nesting == Nesting::Set {
            check_set(planned, actual, &path, &compatible, out);
            continue;
        }
        same_steps(planned, actual, &path, out);
        for (step, planned) in elements(planned) {
            if let Some(actual) = find(actual, &step) {
                check_block(
                    &nested.block,
                    planned,
                    actual,
                    &format!("{path}{step}"),
                    out,
                );
            }
        }
    }
}

fn check_value(planned: &Value, actual: &Value, path: &str, out: &mut Vec<String>) {
    match (planned, actual) {
        (Value::Unknown, _) | (Value::Null, Value::Null) => {}
        (Value::Null, _) => out.push(format!("{path}: was null, but now {actual:?}")),
        (_, Value::Null) => out.push(format!("{path}: was {planned:?}, but now null")),
        (_, Value::Unknown) => out.push(format!("{path}: was known, but now unknown")),
        (Value::Set(_), Value::Set(_)) => {
            let compatible = |planned: &Value, actual: &Value| {
                let mut own = Vec::new();
                check_value(planned, actual, "", &mut own);
                own.is_empty()
            };
            check_set(planned, actual, path, &compatible, out);
        }
        (Value::Dynamic(planned_type, _), Value::Dynamic(actual_type, _))
            if planned_type != actual_type =>
        {
            out.push(format!("{path}: was {planned_type}, but now {actual_type}"));
        }
        (Value::List(_) | Value::Map(_) | Value::Object(_) | Value::Dynamic(..), _)
            if !matches!(
                planned,
                Value::Dynamic(_, inner) if elements(inner).is_empty()
            ) =>
        {
            same_steps(planned, actual, path, out);
            for (step, planned) in elements(planned) {
                if let Some(actual) = find(actual, &step) {
                    check_value(planned, actual, &format!("{path}{step}"), out);
                }
            }
        }
        (Value::Dynamic(_, planned), Value::Dynamic(_, actual)) => {
            check_value(planned, actual, path, out);
        }
        (planned, actual) if planned == actual => {}
        (planned, actual) => out.push(format!("{path}: was {planned:?}, but now {actual:?}")),
    }
}

/// Every element correlates with one on the other side, and there are not more than planned: there
/// may be fewer, since elements that were unknown can turn out equal.
fn check_set(
    planned: &Value,
    actual: &Value,
    path: &str,
    compatible: &dyn Fn(&Value, &Value) -> bool,
    out: &mut Vec<String>,
) {
    let (planned, actual) = (elements(planned), elements(actual));
    for (_, one) in &planned {
        if !actual.iter().any(|(_, other)| compatible(one, other)) {
            out.push(format!("{path}: planned element {one:?} has vanished"));
        }
    }
    for (_, other) in &actual {
        if !planned.iter().any(|(_, one)| compatible(one, other)) {
            out.push(format!("{path}: element {other:?} was not planned"));
        }
    }
    if actual.len() > planned.len() {
        out.push(format!("{path}: the set has grown"));
    }
}

fn same_steps(planned: &Value, actual: &Value, path: &str, out: &mut Vec<String>) {
    for (step, _) in elements(planned) {
        if find(actual, &step).is_none() {
            out.push(format!("{path}{step}: has vanished"));
        }
    }
    for (step, _) in elements(actual) {
        if find(planned, &step).is_none() {
            out.push(format!("{path}{step}: has appeared"));
        }
    }
}
