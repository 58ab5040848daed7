//! The value itself.

use std::collections::BTreeMap;

use super::{Number, Type};
use crate::framework::path::{AttributePath, Step};
use crate::ordered::Ordered as _;

/// Values and types nested deeper than this are refused, so that no input can exhaust the stack.
pub const MAX_DEPTH: usize = 100;

/// A value of some [`Type`], or a hole where one will be known later.
///
/// Equality is Terraform's: sets compare without order, numbers by value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// A boolean.
    Bool(bool),
    /// A value of a dynamic type, with the type it has.
    Dynamic(Box<Type>, Box<Self>),
    /// A list, or a tuple.
    List(Vec<Self>),
    /// A map.
    Map(BTreeMap<String, Self>),
    /// Nothing; an argument that was left out.
    Null,
    /// A number.
    Number(Number),
    /// An object, with every attribute of its type.
    Object(BTreeMap<String, Self>),
    /// A set, in the order that [`Value::set`] gives it.
    Set(Vec<Self>),
    /// Text.
    String(String),
    /// Something that will be known after apply.
    Unknown,
}

/// A value that does not fit its type, or a form that is not a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ValueError {
    /// Where in the value.
    pub path: AttributePath,
    /// What is wrong there. Never holds the value itself, which may be secret.
    pub message: String,
}

impl ValueError {
    /// An error at the root; callers on the way up add their step with [`Self::below`].
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            path: AttributePath::default(),
            message: message.into(),
        }
    }

    /// The same error, seen from one level up.
    #[must_use]
    pub fn below(mut self, attribute: &str) -> Self {
        self.path = AttributePath::root(attribute).join(self.path);
        self
    }

    /// The same error, seen from the collection that holds element `index`.
    #[must_use]
    pub fn below_index(mut self, index: usize) -> Self {
        self.path = AttributePath::default().index(index).join(self.path);
        self
    }

    /// The same error, seen from the map that holds element `key`.
    #[must_use]
    pub fn below_key(mut self, key: &str) -> Self {
        self.path = AttributePath::default().key(key).join(self.path);
        self
    }
}

impl Value {
    /// Text.
    pub fn string(text: impl Into<String>) -> Self {
        Self::String(text.into())
    }

    /// An integer.
    pub fn integer(integer: i64) -> Self {
        Self::Number(Number::from(integer))
    }

    /// A set: sorted, and each wholly known element once. Elements with unknown parts are all
    /// kept, since they may turn out to differ.
    pub fn set(mut elements: Vec<Self>) -> Self {
        elements.sort();
        elements.dedup_by(|a, b| a == b && a.is_wholly_known());
        Self::Set(elements)
    }

    /// An object with these attributes.
    pub fn object<'a>(attributes: impl IntoIterator<Item = (&'a str, Self)>) -> Self {
        Self::Object(
            attributes
                .into_iter()
                .map(|(name, v)| (name.to_owned(), v))
                .into_map(),
        )
    }

    /// Whether this is null, of whatever type: Terraform writes a null of a known type into a
    /// dynamic attribute with that type.
    pub fn is_null(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Dynamic(_, value) => value.is_null(),
            _ => false,
        }
    }

    /// Whether this is unknown as a whole, of whatever type.
    pub fn is_unknown(&self) -> bool {
        match self {
            Self::Unknown => true,
            Self::Dynamic(_, value) => value.is_unknown(),
            _ => false,
        }
    }

    /// Whether no part is unknown.
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Self::Unknown => false,
            Self::Dynamic(_, value) => value.is_wholly_known(),
            Self::List(elements) | Self::Set(elements) => {
                elements.iter().all(Self::is_wholly_known)
            }
            Self::Map(entries) | Self::Object(entries) => {
                entries.values().all(Self::is_wholly_known)
            }
            Self::Bool(_) | Self::Null | Self::Number(_) | Self::String(_) => true,
        }
    }

    /// The attributes of an object.
    pub fn as_object(&self) -> Option<&BTreeMap<String, Self>> {
        match self {
            Self::Object(attributes) => Some(attributes),
            _ => None,
        }
    }

    /// The attribute `name` of an object; null where the object or the attribute is missing.
    pub fn attribute(&self, name: &str) -> &Self {
        self.as_object()
            .and_then(|attributes| attributes.get(name))
            .unwrap_or(&Self::Null)
    }

    /// The text, if this is text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value at `path`, or `None` where a step leads nowhere.
    pub fn at(&self, path: &AttributePath) -> Option<&Self> {
        path.steps()
            .iter()
            .try_fold(self, |value, step| value.follow(step))
    }

    /// The value that a step leads to, if there is one.
    fn follow(&self, step: &Step) -> Option<&Self> {
        match (step, self) {
            (_, Self::Dynamic(_, inner)) => inner.follow(step),
            (Step::Attribute(name), Self::Object(entries) | Self::Map(entries))
            | (Step::Key(name), Self::Map(entries)) => entries.get(name),
            (Step::Index(index), Self::List(elements)) => usize::try_from(*index)
                .ok()
                .and_then(|index| elements.get(index)),
            _ => None,
        }
    }

    /// Makes a loosely built value fit `ty`: lists become sets or tuples, maps become objects
    /// with missing attributes null, and a plain value of a dynamic type gets its own type.
    ///
    /// Errors where the value cannot be of that type.
    pub fn conform(self, ty: &Type) -> Result<Self, ValueError> {
        match (ty, self) {
            (_, Self::Null) => Ok(Self::Null),
            (_, Self::Unknown) => Ok(Self::Unknown),
            (Type::Bool, value @ Self::Bool(_))
            | (Type::Dynamic, value @ Self::Dynamic(..))
            | (Type::Number, value @ Self::Number(_))
            | (Type::String, value @ Self::String(_)) => Ok(value),
            (Type::Dynamic, value) => {
                let ty = value.natural_type();
                let value = value.conform(&ty)?;
                Ok(Self::Dynamic(Box::new(ty), Box::new(value)))
            }
            (Type::List(element), Self::List(elements) | Self::Set(elements)) => {
                Ok(Self::List(conform_elements(elements, element)?))
            }
            (Type::Set(element), Self::List(elements) | Self::Set(elements)) => {
                Ok(Self::set(conform_elements(elements, element)?))
            }
            (Type::Tuple(types), Self::List(elements)) if types.len() == elements.len() => {
                let elements = elements
                    .into_iter()
                    .zip(types)
                    .enumerate()
                    .map(|(i, (value, ty))| value.conform(ty).map_err(|e| e.below_index(i)))
                    .collect::<Result<_, _>>()?;
                Ok(Self::List(elements))
            }
            (Type::Map(element), Self::Map(entries) | Self::Object(entries)) => {
                let entries = entries
                    .into_iter()
                    .map(|(key, value)| match value.conform(element) {
                        Ok(value) => Ok((key, value)),
                        Err(error) => Err(error.below_key(&key)),
                    })
                    .try_into_map()?;
                Ok(Self::Map(entries))
            }
            (Type::Object(types), Self::Map(mut entries) | Self::Object(mut entries)) => {
                let mut attributes = BTreeMap::new();
                for (name, ty) in types {
                    let value = entries.remove(name).unwrap_or(Self::Null);
                    let value = value.conform(ty).map_err(|error| error.below(name))?;
                    attributes.insert(name.clone(), value);
                }
                match entries.keys().next() {
                    None => Ok(Self::Object(attributes)),
                    Some(name) => Err(ValueError::new(format!(
                        "the type has no attribute `{name}`"
                    ))),
                }
            }
            (ty, value) => Err(ValueError::new(format!(
                "{ty} is required, not {}",
                value.kind_name()
            ))),
        }
    }

    /// The type a value has by its own shape.
    fn natural_type(&self) -> Type {
        match self {
            Self::Bool(_) => Type::Bool,
            Self::Null | Self::Unknown | Self::Dynamic(..) => Type::Dynamic,
            Self::Number(_) => Type::Number,
            Self::String(_) => Type::String,
            Self::List(elements) | Self::Set(elements) => {
                Type::Tuple(elements.iter().map(Self::natural_type).collect())
            }
            Self::Map(entries) | Self::Object(entries) => Type::Object(
                entries
                    .iter()
                    .map(|(name, v)| (name.clone(), v.natural_type()))
                    .into_map(),
            ),
        }
    }

    /// What sort of value this is, in a word, for messages.
    pub fn kind_name(&self) -> &'static str {
        match self {
            Self::Bool(_) => "bool",
            Self::Dynamic(..) => "dynamic",
            Self::List(_) => "list",
            Self::Map(_) => "map",
            Self::Null => "null",
            Self::Number(_) => "number",
            Self::Object(_) => "object",
            Self::Set(_) => "set",
            Self::String(_) => "string",
            Self::Unknown => "unknown",
        }
    }
}

fn conform_elements(elements: Vec<Value>, ty: &Type) -> Result<Vec<Value>, ValueError> {
    elements
        .into_iter()
        .enumerate()
        .map(|(i, value)| value.conform(ty).map_err(|error| error.below_index(i)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_have_no_order_and_keep_unknowns_apart() {
        let a = Value::set(vec![
            Value::string("b"),
            Value::string("a"),
            Value::string("b"),
        ]);
        let b = Value::set(vec![Value::string("a"), Value::string("b")]);
        assert_eq!(a, b);
        let Value::Set(holes) = Value::set(vec![Value::Unknown, Value::Unknown]) else {
            panic!()
        };
        assert_eq!(holes.len(), 2);
    }

    #[test]
    fn conform_fills_missing_attributes_and_refuses_strange_ones() {
        let ty = Type::object([("a", Type::set(Type::String)), ("b", Type::Number)]);
        let loose = Value::Map(BTreeMap::from([(
            "a".to_owned(),
            Value::List(vec![Value::string("x"), Value::string("x")]),
        )]));
        assert_eq!(
            loose.conform(&ty),
            Ok(Value::object([
                ("a", Value::set(vec![Value::string("x")])),
                ("b", Value::Null)
            ]))
        );
        let strange = Value::object([("c", Value::Null)]);
        assert!(strange.conform(&ty).is_err());
        let wrong = Value::object([("a", Value::List(vec![Value::Bool(true)]))]).conform(&ty);
        assert_eq!(wrong.unwrap_err().path, AttributePath::root("a").index(0));
    }
}
