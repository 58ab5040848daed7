//! Where in a value something is.

use std::fmt;

use crate::framework::value::Value;
use crate::proto::tfplugin6 as pb;

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// An attribute or block of an object.
    Attribute(String),
    /// An element of a list or tuple.
    Index(i64),
    /// An element of a map.
    Key(String),
}

impl Step {
    /// The value this step leads to, if there is one.
    pub fn follow<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        match (self, value) {
            (_, Value::Dynamic(_, inner)) => self.follow(inner),
            (Self::Attribute(name), Value::Object(entries) | Value::Map(entries))
            | (Self::Key(name), Value::Map(entries)) => entries.get(name),
            (Self::Index(index), Value::List(elements)) => usize::try_from(*index)
                .ok()
                .and_then(|index| elements.get(index)),
            _ => None,
        }
    }
}

/// The way from a block to something inside. Terraform points at the line in the configuration
/// where the path leads; elements of sets cannot be addressed.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct AttributePath(Vec<Step>);

impl AttributePath {
    /// The path to an attribute of the block itself.
    pub fn root(attribute: impl Into<String>) -> Self {
        Self(vec![Step::Attribute(attribute.into())])
    }

    /// This path, then the attribute `name`.
    #[must_use]
    pub fn attribute(mut self, name: impl Into<String>) -> Self {
        self.0.push(Step::Attribute(name.into()));
        self
    }

    /// This path, then element `index` of a list.
    #[must_use]
    pub fn index(mut self, index: usize) -> Self {
        self.0
            .push(Step::Index(i64::try_from(index).unwrap_or(i64::MAX)));
        self
    }

    /// This path, then element `key` of a map.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.0.push(Step::Key(key.into()));
        self
    }

    /// This path, then `rest`.
    #[must_use]
    pub fn join(mut self, rest: Self) -> Self {
        self.0.extend(rest.0);
        self
    }

    /// The steps, outermost first.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Whether this is the block itself.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The protocol's form.
    pub fn to_proto(&self) -> pb::AttributePath {
        use pb::attribute_path::step::Selector;
        let steps = self.0.iter().map(|step| pb::attribute_path::Step {
            selector: Some(match step {
                Step::Attribute(name) => Selector::AttributeName(name.clone()),
                Step::Index(index) => Selector::ElementKeyInt(*index),
                Step::Key(key) => Selector::ElementKeyString(key.clone()),
            }),
        });
        pb::AttributePath {
            steps: steps.collect(),
        }
    }
}

/// As written in HCL: `shares["wx…"].status`.
impl fmt::Display for AttributePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.0.iter().enumerate() {
            match step {
                Step::Attribute(name) if i == 0 => f.write_str(name)?,
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
            }
        }
        Ok(())
    }
}
