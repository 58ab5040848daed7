//! Where in a value something is.

use std::fmt;

use crate::proto::tfplugin6 as pb;

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// An attribute or block of an object.
    Attribute(String),
    /// Some element of a set: which one cannot be said.
    Element,
    /// An element of a list or tuple.
    Index(i64),
    /// An element of a map.
    Key(String),
}

/// The way from a block to something inside. Terraform points at the line in the configuration
/// where the path leads; elements of sets cannot be addressed, so that of a path into one it is
/// told the way to the set.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

    /// This path, then some element of a set.
    #[must_use]
    pub fn element(mut self) -> Self {
        self.0.push(Step::Element);
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
        let selectors = self.0.iter().map_while(|step| match step {
            Step::Attribute(name) => Some(Selector::AttributeName(name.clone())),
            Step::Element => None,
            Step::Index(index) => Some(Selector::ElementKeyInt(*index)),
            Step::Key(key) => Some(Selector::ElementKeyString(key.clone())),
        });
        let steps = selectors.map(|selector| pb::attribute_path::Step {
            selector: Some(selector),
        });
        pb::AttributePath {
            steps: steps.collect(),
        }
    }
}

impl From<Vec<Step>> for AttributePath {
    fn from(steps: Vec<Step>) -> Self {
        Self(steps)
    }
}

/// As written in HCL: `shares["wx…"].status`. An element of a set is `[…]`.
impl fmt::Display for AttributePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.0.iter().enumerate() {
            match step {
                Step::Attribute(name) if i == 0 => f.write_str(name)?,
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Element => f.write_str("[…]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_path_into_a_set_terraform_is_told_the_way_to_the_set() {
        let set = AttributePath::root("list").index(1).attribute("set");
        let inside = set.clone().element().attribute("name");
        assert_eq!(inside.to_string(), "list[1].set[…].name");
        assert_eq!(inside.to_proto(), set.to_proto());
        assert_eq!(set.to_proto().steps.len(), 3);
    }
}
