//! One argument or result of a block.

use super::comparison::{RequiresReplace, SemanticEquality};
use crate::ordered::Ordered as _;

use super::relation::Relation;
use super::validator::Validator;
use crate::framework::value::{Type, Value};

/// Who sets an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The provider.
    Computed,
    /// The user, if they like.
    Optional,
    /// The user if they like, else the provider.
    OptionalComputed,
    /// The user, always.
    Required,
}

impl Presence {
    /// Whether the provider may set it.
    pub fn is_computed(self) -> bool {
        matches!(self, Self::Computed | Self::OptionalComputed)
    }

    /// Whether the user may set it.
    pub fn is_configurable(self) -> bool {
        !matches!(self, Self::Computed)
    }
}

/// How often the object of a nested attribute occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// Any number of times, in order.
    List,
    /// Any number of times, by key.
    Map,
    /// Any number of times, without order.
    Set,
    /// Once.
    Single,
}

/// What an attribute holds.
#[derive(Clone, Debug)]
pub enum AttributeKind {
    /// Objects whose attributes have a presence and a description of their own.
    Nested(Nesting, Vec<Attribute>),
    /// A value of a type.
    Plain(Type),
}

/// One argument or result, with everything that is known about it.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its name in HCL.
    pub name: &'static str,
    /// What it holds.
    pub kind: AttributeKind,
    /// Who sets it.
    pub presence: Presence,
    /// What it means, in Markdown.
    pub description: String,
    /// Why not to use it any more.
    pub deprecated: Option<String>,
    /// Whether Terraform hides it.
    pub sensitive: bool,
    /// Whether it is in the configuration only, never in plan or state.
    pub write_only: bool,
    /// Whether its number is a whole one of 64 bits.
    pub whole: bool,
    /// Whether elements of its collections may be null.
    pub null_elements: bool,
    /// Its value where the user gives none.
    pub default: Option<Value>,
    /// The value that it means to leave the attribute out; see [`Attribute::unset_means`].
    pub unset_means: Option<Value>,
    /// Which changes force a replacement.
    pub requires_replace: Option<RequiresReplace>,
    /// Whether a computed value stays as it is in an update, instead of becoming unknown.
    pub use_state_for_unknown: bool,
    /// Which spellings of its value mean the same; see [`Attribute::semantically_equal`].
    pub semantic_equality: Option<SemanticEquality>,
    /// Checks of the whole value.
    pub validators: Vec<Validator>,
    /// Checks of each element of a list, set or map.
    pub element_validators: Vec<Validator>,
    /// Rules over this and others beside it.
    pub relations: Vec<Relation>,
}

impl Attribute {
    /// An optional attribute of a plain type, with its description in Markdown.
    pub fn new(name: &'static str, ty: Type, description: impl Into<String>) -> Self {
        Self {
            name,
            kind: AttributeKind::Plain(ty),
            presence: Presence::Optional,
            description: description.into(),
            deprecated: None,
            sensitive: false,
            write_only: false,
            whole: false,
            null_elements: false,
            default: None,
            unset_means: None,
            requires_replace: None,
            use_state_for_unknown: false,
            semantic_equality: None,
            validators: Vec::new(),
            element_validators: Vec::new(),
            relations: Vec::new(),
        }
    }

    /// Optional text.
    pub fn string(name: &'static str, description: impl Into<String>) -> Self {
        Self::new(name, Type::String, description)
    }

    /// An optional number.
    pub fn number(name: &'static str, description: impl Into<String>) -> Self {
        Self::new(name, Type::Number, description)
    }

    /// An optional whole number of 64 bits. Terraform has only numbers: that this one is whole is
    /// for the provider to check.
    pub fn integer(name: &'static str, description: impl Into<String>) -> Self {
        Self {
            whole: true,
            ..Self::number(name, description)
        }
    }

    /// An optional boolean.
    pub fn bool(name: &'static str, description: impl Into<String>) -> Self {
        Self::new(name, Type::Bool, description)
    }

    /// An optional nested attribute.
    pub fn nested(
        name: &'static str,
        nesting: Nesting,
        attributes: Vec<Self>,
        description: impl Into<String>,
    ) -> Self {
        let kind = AttributeKind::Nested(nesting, attributes);
        Self {
            kind,
            ..Self::new(name, Type::Dynamic, description)
        }
    }

    /// The user has to set it.
    #[must_use]
    pub fn required(self) -> Self {
        Self {
            presence: Presence::Required,
            ..self
        }
    }

    /// The provider sets it; after `optional_computed`, only where the user does not.
    #[must_use]
    pub fn computed(self) -> Self {
        Self {
            presence: Presence::Computed,
            ..self
        }
    }

    /// The user may set it; otherwise the provider does.
    #[must_use]
    pub fn optional_computed(self) -> Self {
        Self {
            presence: Presence::OptionalComputed,
            ..self
        }
    }

    /// Its value where the user gives none, which makes it a computed one too.
    #[must_use]
    pub fn default(self, value: Value) -> Self {
        Self {
            presence: Presence::OptionalComputed,
            default: Some(value),
            ..self
        }
    }

    /// Terraform hides it.
    #[must_use]
    pub fn sensitive(self) -> Self {
        Self {
            sensitive: true,
            ..self
        }
    }

    /// It is never in plan or state.
    #[must_use]
    pub fn write_only(self) -> Self {
        Self {
            write_only: true,
            ..self
        }
    }

    /// Elements of its lists, sets and maps may be null. Otherwise a null one in a configuration is
    /// an error.
    #[must_use]
    pub fn null_elements(self) -> Self {
        Self {
            null_elements: true,
            ..self
        }
    }

    /// It should not be used any more; `instead` says what to do.
    #[must_use]
    pub fn deprecated(self, instead: impl Into<String>) -> Self {
        Self {
            deprecated: Some(instead.into()),
            ..self
        }
    }

    /// To leave it out means the same as to write `value`. The state keeps whichever was written;
    /// one that is left out keeps a prior `value`, so that nothing changes. To go from one to the
    /// other is no replacement.
    #[must_use]
    pub fn unset_means(self, value: Value) -> Self {
        Self {
            presence: Presence::OptionalComputed,
            unset_means: Some(value),
            ..self
        }
    }

    /// A change forces a replacement.
    #[must_use]
    pub fn requires_replace(self) -> Self {
        self.requires_replace_if(|_, _| true)
    }

    /// A change to another value forces a replacement; one to a value that is not known yet does
    /// not: it may turn out to be the same.
    #[must_use]
    pub fn requires_replace_if_known(self) -> Self {
        self.requires_replace_if(|planned, _| planned.is_wholly_known())
    }

    /// Changes for which `decides` holds force a replacement. It is called with the planned and
    /// the prior value, which differ.
    #[must_use]
    pub fn requires_replace_if(
        self,
        decides: impl Fn(&Value, &Value) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self {
            requires_replace: Some(RequiresReplace::new(decides)),
            ..self
        }
    }

    /// A computed value that an update does not change.
    #[must_use]
    pub fn use_state_for_unknown(self) -> Self {
        Self {
            use_state_for_unknown: true,
            ..self
        }
    }

    /// Values for which `equal` holds mean the same. The spelling that is there already stays: the
    /// prior one in a plan, the planned one in an apply, the stored one in a read, and that of the
    /// configuration in what a data source or ephemeral resource found.
    #[must_use]
    pub fn semantically_equal(
        self,
        equal: impl Fn(&Value, &Value) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self {
            semantic_equality: Some(SemanticEquality::new(equal)),
            ..self
        }
    }

    /// Adds a rule over this and other attributes or blocks of the same object.
    #[must_use]
    pub fn relation(mut self, relation: Relation) -> Self {
        self.relations.push(relation);
        self
    }

    /// Adds a check of the whole value.
    #[must_use]
    pub fn validate(mut self, validator: Validator) -> Self {
        self.validators.push(validator);
        self
    }

    /// Adds a check of each known element.
    #[must_use]
    pub fn validate_each(mut self, validator: Validator) -> Self {
        self.element_validators.push(validator);
        self
    }

    /// Whether `holds` for it, or for one nested in it at any depth.
    pub fn has_attribute(&self, holds: fn(&Self) -> bool) -> bool {
        let nested: &[Self] = match &self.kind {
            AttributeKind::Nested(_, attributes) => attributes,
            AttributeKind::Plain(_) => &[],
        };
        holds(self)
            || nested
                .iter()
                .any(|attribute| attribute.has_attribute(holds))
    }

    /// The type of its values.
    pub fn ty(&self) -> Type {
        match &self.kind {
            AttributeKind::Plain(ty) => ty.clone(),
            AttributeKind::Nested(nesting, attributes) => {
                let object = object_type(attributes);
                match nesting {
                    Nesting::List => Type::list(object),
                    Nesting::Map => Type::map(object),
                    Nesting::Set => Type::set(object),
                    Nesting::Single => object,
                }
            }
        }
    }
}

fn object_type(attributes: &[Attribute]) -> Type {
    let attributes = attributes
        .iter()
        .map(|attribute| (attribute.name.to_owned(), attribute.ty()));
    Type::Object(attributes.into_map())
}
