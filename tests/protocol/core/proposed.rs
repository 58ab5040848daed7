//! What core proposes as the new state (Terraform `internal/plans/objchange/objchange.go`).

use cloudbase::framework::value::Value;

use super::schema::{Attribute, Block, Nesting, element, elements, find};

/// The configuration, with prior values where an attribute is computed and not configured.
pub(crate) fn proposed_new(schema: &Block, prior: &Value, config: &Value) -> Value {
    if config.is_null() && prior.is_null() {
        return Value::Null;
    }
    let empty = schema.empty();
    let prior = if prior.is_null() { &empty } else { prior };
    merge_block(schema, prior, config)
}

fn merge_block(schema: &Block, prior: &Value, config: &Value) -> Value {
    if config.is_null() || config.is_unknown() {
        return prior.clone();
    }
    let attributes = schema.attributes.iter().map(|(name, attribute)| {
        let value = merge_attribute(attribute, prior.attribute(name), config.attribute(name));
        (name.clone(), value)
    });
    let blocks = schema.blocks.iter().map(|(name, nested)| {
        let (prior, config) = (prior.attribute(name), config.attribute(name));
        let value = match nested.nesting {
            _ if config.is_unknown() => config.clone(),
            Nesting::Single if config.is_null() => Value::Null,
            Nesting::Single | Nesting::Group => proposed_new(&nested.block, prior, config),
            nesting => merge_elements(nesting, &nested.block, prior, config),
        };
        (name.clone(), value)
    });
    Value::Object(attributes.chain(blocks).collect())
}

fn merge_attribute(attribute: &Attribute, prior: &Value, config: &Value) -> Value {
    match &attribute.nested {
        _ if attribute.computed && config.is_null() => {
            // A prior value that only a user can have written was configured, and is not any more.
            match &attribute.nested {
                Some((_, block)) if attribute.optional && has_configured(block, prior) => {
                    Value::Null
                }
                _ => prior.clone(),
            }
        }
        Some(_) if config.is_null() || config.is_unknown() => config.clone(),
        Some((Nesting::Single | Nesting::Group, block)) if prior.is_null() => {
            merge_block(block, &block.empty(), config)
        }
        Some((Nesting::Single | Nesting::Group, block)) => merge_block(block, prior, config),
        Some((nesting, block)) => merge_elements(*nesting, block, prior, config),
        None => config.clone(),
    }
}

fn has_configured(block: &Block, value: &Value) -> bool {
    match value {
        Value::Object(attributes) => attributes.iter().any(|(name, value)| {
            let attribute = &block.attributes[name];
            match &attribute.nested {
                _ if value.is_null() => false,
                _ if !attribute.computed => true,
                Some((_, block)) => has_configured(block, value),
                None => false,
            }
        }),
        other => elements(other)
            .iter()
            .any(|(_, element)| has_configured(block, element)),
    }
}

fn merge_elements(nesting: Nesting, schema: &Block, prior: &Value, config: &Value) -> Value {
    match config {
        Value::Set(all) if nesting == Nesting::Set => {
            let mut left: Vec<&Value> = elements(prior).into_iter().map(|(_, e)| e).collect();
            let merged = all.iter().map(|config| {
                let same = |prior: &&Value| came_from(schema, prior, config);
                match left.iter().position(same) {
                    Some(at) => merge_block(schema, left.remove(at), config),
                    None => config.clone(),
                }
            });
            Value::set(merged.collect())
        }
        Value::List(all) => {
            let merged = all.iter().enumerate().map(|(i, config)| {
                find(prior, &format!("[{i}]")).map_or_else(
                    || config.clone(),
                    |prior| merge_block(schema, prior, config),
                )
            });
            Value::List(merged.collect())
        }
        Value::Map(all) => {
            let merged = all.iter().map(|(key, config)| {
                let value = find(prior, &format!("[{key:?}]")).map_or_else(
                    || config.clone(),
                    |prior| merge_block(schema, prior, config),
                );
                (key.clone(), value)
            });
            Value::Map(merged.collect())
        }
        Value::Dynamic(ty, inner) => {
            let merged = merge_elements(nesting, schema, prior, inner);
            Value::Dynamic(ty.clone(), Box::new(merged))
        }
        other => other.clone(),
    }
}

/// Whether the prior element can be what became of the configured one: they differ in computed
/// attributes only, and those are not configured.
fn came_from(schema: &Block, prior: &Value, config: &Value) -> bool {
    let attributes = schema.attributes.iter().all(|(name, attribute)| {
        let (prior, config) = (prior.attribute(name), config.attribute(name));
        match &attribute.nested {
            _ if prior == config => true,
            _ if attribute.computed && config.is_null() => true,
            Some((Nesting::Set, _)) | None => false,
            Some((_, block)) => elements_came_from(block, prior, config),
        }
    });
    let blocks = schema.blocks.iter().all(|(name, nested)| {
        let (prior, config) = (prior.attribute(name), config.attribute(name));
        prior == config
            || nested.nesting != Nesting::Set && elements_came_from(&nested.block, prior, config)
    });
    attributes && blocks
}

fn elements_came_from(schema: &Block, prior: &Value, config: &Value) -> bool {
    if matches!((prior, config), (Value::Object(_), Value::Object(_))) {
        return came_from(schema, prior, config);
    }
    let (own, others) = (elements(prior), elements(config));
    own.len() == others.len()
        && own
            .iter()
            .all(|(step, prior)| came_from(schema, prior, element(config, step)))
}
