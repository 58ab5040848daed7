//! What core demands of a planned state (Terraform `internal/plans/objchange/plan_valid.go`):
//! configured values stand, and only computed ones are the provider's to decide.

use cloudbase::framework::value::Value;

use super::schema::{Attribute, Block, Nesting, element, elements};

/// What is wrong with the planned state; nothing if core would take it.
pub(crate) fn plan_violations(
    schema: &Block,
    prior: &Value,
    config: &Value,
    planned: &Value,
) -> Vec<String> {
    let mut out = Vec::new();
    check_block(schema, prior, config, planned, "", &mut out);
    out
}

/// Whether only one of configuration and plan is null. Says so, too.
fn existence_differs(config: &Value, planned: &Value, path: &str, out: &mut Vec<String>) -> bool {
    let complaint = match (config.is_null(), planned.is_null()) {
        (false, true) => "planned for absence but config wants existence",
        (true, false) => "planned for existence but config wants absence",
        _ => return false,
    };
    out.push(format!("{path}: {complaint}"));
    true
}

fn check_block(
    schema: &Block,
    prior: &Value,
    config: &Value,
    planned: &Value,
    path: &str,
    out: &mut Vec<String>,
) {
    if existence_differs(config, planned, path, out) || planned.is_null() {
        return;
    }
    check_attributes(schema, prior, config, planned, path, out);
    for (name, nested) in &schema.blocks {
        let (prior, config, planned) = (
            prior.attribute(name),
            config.attribute(name),
            planned.attribute(name),
        );
        let path = format!("{path}.{name}");
        if planned == config {
            continue;
        }
        if config.is_unknown() {
            out.push(format!(
                "{path}: planned a value for an unknown dynamic block"
            ));
        } else if planned.is_unknown() {
            out.push(format!("{path}: a block must not be unknown itself"));
        } else if matches!(nested.nesting, Nesting::Single | Nesting::Group) {
            check_block(&nested.block, prior, config, planned, &path, out);
        } else if planned.is_null() {
            out.push(format!(
                "{path}: no blocks are an empty collection, not null"
            ));
        } else if same_steps(config, planned, nested.nesting, &path, out) {
            for (step, planned) in elements(planned) {
                let path = format!("{path}{step}");
                if planned.is_unknown() {
                    out.push(format!("{path}: a block must not be unknown itself"));
                } else if nested.nesting != Nesting::Set {
                    let (prior, config) = (element(prior, &step), element(config, &step));
                    check_block(&nested.block, prior, config, planned, &path, out);
                }
            }
        }
    }
}

fn check_attributes(
    schema: &Block,
    prior: &Value,
    config: &Value,
    planned: &Value,
    path: &str,
    out: &mut Vec<String>,
) {
    for (name, attribute) in &schema.attributes {
        check_attribute(
            attribute,
            prior.attribute(name),
            config.attribute(name),
            planned.attribute(name),
            &format!("{path}.{name}"),
            out,
        );
    }
}

fn check_attribute(
    attribute: &Attribute,
    prior: &Value,
    config: &Value,
    planned: &Value,
    path: &str,
    out: &mut Vec<String>,
) {
    let hidden = attribute.sensitive;
    let show = |value: &Value| {
        if hidden {
            "(sensitive)".to_owned()
        } else {
            format!("{value:?}")
        }
    };
    if attribute.write_only {
        if !planned.is_null() {
            out.push(format!("{path}: a write-only attribute is planned"));
        }
        return;
    }
    if planned == config {
        return;
    }
    if planned == prior && !prior.is_null() && !config.is_null() {
        return;
    }
    if config.is_null() {
        if !attribute.computed {
            out.push(format!(
                "{path}: planned {} for an attribute that is not computed",
                show(planned)
            ));
        }
        return;
    }
    let Some((nesting, block)) = &attribute.nested else {
        out.push(format!(
            "{path}: planned {} is neither config {} nor prior {}",
            show(planned),
            show(config),
            show(prior)
        ));
        return;
    };
    if existence_differs(config, planned, path, out) {
        return;
    }
    if planned.is_unknown() || config.is_unknown() {
        out.push(format!("{path}: planned and config are not unknown alike"));
        return;
    }
    match nesting {
        Nesting::Single | Nesting::Group => {
            check_attributes(block, prior, config, planned, path, out);
        }
        nesting => {
            if same_steps(config, planned, *nesting, path, out) && *nesting != Nesting::Set {
                for (step, planned) in elements(planned) {
                    let path = format!("{path}{step}");
                    let (prior, config) = (element(prior, &step), element(config, &step));
                    check_attributes(block, prior, config, planned, &path, out);
                }
            }
        }
    }
}

/// Whether plan and configuration have elements at the same steps; of sets, as many.
fn same_steps(
    config: &Value,
    planned: &Value,
    nesting: Nesting,
    path: &str,
    out: &mut Vec<String>,
) -> bool {
    let steps = |value| -> Vec<String> { elements(value).into_iter().map(|(s, _)| s).collect() };
    let (config, planned) = (steps(config), steps(planned));
    let same = match nesting {
        Nesting::Set => config.len() == planned.len(),
        _ => config == planned,
    };
    if !same {
        out.push(format!(
            "{path}: planned elements {planned:?}, configured {config:?}"
        ));
    }
    same
}
