//! Walking a value along its schema, with configuration and prior value beside it.

use std::collections::BTreeMap;

use crate::framework::schema::{
    Attribute, AttributeKind, Block, BlockNesting, NestedBlock, Nesting,
};
use crate::framework::value::Value;
use crate::ordered::Ordered as _;

/// What an object is made of: that of a block, or that of a nested attribute, which has no blocks.
#[derive(Clone, Copy)]
pub(super) struct Shape<'a> {
    pub(super) attributes: &'a [Attribute],
    pub(super) blocks: &'a [NestedBlock],
}

/// What becomes of the planned values of some attributes.
pub(super) struct Rule {
    /// The attributes that it is about. Where a schema has none, no tree is built.
    pub(super) is_about: fn(&Attribute) -> bool,
    /// The planned value of one of them, from its configured, planned and prior values.
    pub(super) value: fn(&Attribute, &Value, Value, &Value) -> Value,
    /// What makes a set of the elements that come out.
    pub(super) set: fn(Vec<Value>) -> Value,
}

impl<'a> From<&'a Block> for Shape<'a> {
    fn from(block: &'a Block) -> Self {
        Self {
            attributes: &block.attributes,
            blocks: &block.blocks,
        }
    }
}

impl<'a> Shape<'a> {
    /// The objects of a nested attribute, and how they occur.
    pub(super) fn nested(attribute: &'a Attribute) -> Option<(Self, Nesting)> {
        match &attribute.kind {
            AttributeKind::Nested(nesting, attributes) => {
                let shape = Self {
                    attributes,
                    blocks: &[],
                };
                Some((shape, *nesting))
            }
            AttributeKind::Plain(_) => None,
        }
    }

    /// The objects of a nested block, and how they occur.
    pub(super) fn block(nested: &'a NestedBlock) -> (Self, Nesting) {
        let nesting = match nested.nesting {
            BlockNesting::Group | BlockNesting::Single => Nesting::Single,
            BlockNesting::List => Nesting::List,
            BlockNesting::Map => Nesting::Map,
            BlockNesting::Set => Nesting::Set,
        };
        (Self::from(&nested.block), nesting)
    }

    /// Applies `rule` to every attribute of `planned` that it is about, innermost first.
    pub(super) fn apply(self, rule: &Rule, config: &Value, planned: Value, prior: &Value) -> Value {
        let has_any = self
            .attributes
            .iter()
            .any(|a| a.has_attribute(rule.is_about))
            || self
                .blocks
                .iter()
                .any(|b| b.block.has_attribute(rule.is_about));
        if has_any {
            self.walk(config, &planned, prior, rule)
        } else {
            planned
        }
    }

    fn walk(self, config: &Value, planned: &Value, prior: &Value, rule: &Rule) -> Value {
        let Value::Object(planned) = planned else {
            return planned.clone();
        };
        let mut out = BTreeMap::new();
        for attribute in self.attributes {
            let name = attribute.name;
            let (config, prior) = (config.attribute(name), prior.attribute(name));
            let planned = planned.get(name).unwrap_or(&Value::Null);
            let value = match Self::nested(attribute) {
                // Inside an object that the user did not write there is nothing of theirs to keep.
                Some((shape, nesting)) if !config.is_null() => {
                    shape.walk_objects(nesting, config, planned, prior, rule)
                }
                _ => planned.clone(),
            };
            let value = if (rule.is_about)(attribute) {
                (rule.value)(attribute, config, value, prior)
            } else {
                value
            };
            out.insert(name.to_owned(), value);
        }
        for nested in self.blocks {
            let name = nested.name;
            let planned = planned.get(name).unwrap_or(&Value::Null);
            let (shape, nesting) = Self::block(nested);
            let (config, prior) = (config.attribute(name), prior.attribute(name));
            let value = shape.walk_objects(nesting, config, planned, prior, rule);
            out.insert(name.to_owned(), value);
        }
        Value::Object(out)
    }

    /// Walks each object in `planned`, with the configured and prior object beside it: those at the
    /// same index or key, and in a set those that differ only in what the provider decides.
    fn walk_objects(
        self,
        nesting: Nesting,
        config: &Value,
        planned: &Value,
        prior: &Value,
        rule: &Rule,
    ) -> Value {
        let by_key = |entries: &BTreeMap<String, Value>| {
            let walk = |(key, element): (&String, &Value)| {
                let (config, prior) = (at_key(config, key), at_key(prior, key));
                (key.clone(), self.walk(config, element, prior, rule))
            };
            entries.iter().map(walk).into_map()
        };
        match (nesting, planned) {
            (_, Value::Dynamic(ty, inner)) => {
                let (config, prior) = (undynamic(config), undynamic(prior));
                let inner = self.walk_objects(nesting, config, inner, prior, rule);
                Value::Dynamic(ty.clone(), Box::new(inner))
            }
            (Nesting::Single, object) => self.walk(config, object, prior, rule),
            (Nesting::List, Value::List(elements)) => {
                let walk = |(i, element)| {
                    self.walk(at_index(config, i), element, at_index(prior, i), rule)
                };
                Value::List(elements.iter().enumerate().map(walk).collect())
            }
            (Nesting::Map, Value::Map(entries)) => Value::Map(by_key(entries)),
            // Blocks by key whose attributes are of dynamic types are an object of objects.
            (Nesting::Map, Value::Object(entries)) => Value::Object(by_key(entries)),
            (Nesting::Set, Value::Set(elements)) => self.walk_set(config, elements, prior, rule),
            (_, other) => other.clone(),
        }
    }

    fn walk_set(self, config: &Value, planned: &[Value], prior: &Value, rule: &Rule) -> Value {
        let mut configured = set_elements(config);
        let mut priors = set_elements(prior);
        let walk = |element: &Value| {
            // What nobody configured stands for its own configuration.
            let config = take(&mut configured, |config| element == config)
                .or_else(|| {
                    take(&mut configured, |config| {
                        self.is_derived_from(element, config)
                    })
                })
                .unwrap_or(element);
            let prior = take(&mut priors, |prior| self.is_derived_from(prior, config));
            self.walk(config, element, prior.unwrap_or(&Value::Null), rule)
        };
        (rule.set)(planned.iter().map(walk).collect())
    }

    /// Whether `value` can be what became of the configured object: they differ only in what is
    /// computed and not configured, and in spelling.
    fn is_derived_from(self, value: &Value, config: &Value) -> bool {
        let attributes = self.attributes.iter().all(|attribute| {
            let (value, config) = (
                value.attribute(attribute.name),
                config.attribute(attribute.name),
            );
            value == config
                || attribute.presence.is_computed() && config.is_null()
                || attribute
                    .semantic_equality
                    .as_ref()
                    .is_some_and(|equality| {
                        is_known(value) && is_known(config) && equality.holds(value, config)
                    })
                || Self::nested(attribute)
                    .is_some_and(|(shape, nesting)| shape.are_derived_from(nesting, value, config))
        });
        let blocks = self.blocks.iter().all(|nested| {
            let (value, config) = (value.attribute(nested.name), config.attribute(nested.name));
            let (shape, nesting) = Self::block(nested);
            value == config || shape.are_derived_from(nesting, value, config)
        });
        attributes && blocks
    }

    fn are_derived_from(self, nesting: Nesting, values: &Value, configs: &Value) -> bool {
        match (nesting, undynamic(values), undynamic(configs)) {
            (Nesting::Single, values @ Value::Object(_), configs @ Value::Object(_)) => {
                self.is_derived_from(values, configs)
            }
            (Nesting::List, Value::List(values), Value::List(configs)) => {
                values.len() == configs.len()
                    && std::iter::zip(values, configs).all(|(v, c)| self.is_derived_from(v, c))
            }
            (Nesting::Map, Value::Map(values), Value::Map(configs))
            | (Nesting::Map, Value::Object(values), Value::Object(configs)) => {
                values.keys().eq(configs.keys())
                    && std::iter::zip(values.values(), configs.values())
                        .all(|(v, c)| self.is_derived_from(v, c))
            }
            (Nesting::Set, Value::Set(values), Value::Set(configs)) => {
                let mut left: Vec<_> = values.iter().collect();
                values.len() == configs.len()
                    && configs.iter().all(|config| {
                        take(&mut left, |value| self.is_derived_from(value, config)).is_some()
                    })
            }
            _ => false,
        }
    }
}

/// Takes the first of `elements` that fits.
fn take<'v>(elements: &mut Vec<&'v Value>, fits: impl Fn(&Value) -> bool) -> Option<&'v Value> {
    let at = elements.iter().position(|element| fits(element))?;
    Some(elements.remove(at))
}

/// The value without what says that it is of a dynamic type.
pub(super) fn undynamic(value: &Value) -> &Value {
    match value {
        Value::Dynamic(_, inner) => inner,
        other => other,
    }
}

/// Whether there is a value, known as a whole.
pub(super) fn is_known(value: &Value) -> bool {
    !value.is_null() && value.is_wholly_known()
}

/// The element of a list; null where there is none.
pub(super) fn at_index(value: &Value, index: usize) -> &Value {
    match undynamic(value) {
        Value::List(elements) => elements.get(index).unwrap_or(&Value::Null),
        _ => &Value::Null,
    }
}

/// The element of a map; null where there is none.
pub(super) fn at_key<'v>(value: &'v Value, key: &str) -> &'v Value {
    match undynamic(value) {
        Value::Map(entries) | Value::Object(entries) => entries.get(key).unwrap_or(&Value::Null),
        _ => &Value::Null,
    }
}

/// The elements of a set.
pub(super) fn set_elements(value: &Value) -> Vec<&Value> {
    match value {
        Value::Set(elements) => elements.iter().collect(),
        _ => Vec::new(),
    }
}
