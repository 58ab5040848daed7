//! Provider functions: pure, and called without a configured provider (Terraform 1.8 and later).

use crate::framework::diagnostic::Diagnostic;
use crate::framework::path::AttributePath;
use crate::framework::schema::Validator;
use crate::framework::value::{Type, Value};
use crate::proto::tfplugin6 as pb;

/// One parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name, a valid identifier.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
    /// What it means, in Markdown.
    pub description: &'static str,
    /// Whether null is passed on; otherwise Terraform refuses it.
    pub allow_null: bool,
    /// Whether unknown values are passed on; otherwise Terraform answers unknown by itself.
    pub allow_unknown: bool,
    /// Checks of the argument, before the function is called.
    pub validators: Vec<Validator>,
}

impl Parameter {
    /// A parameter that is never null or unknown.
    pub fn new(name: &'static str, ty: Type, description: &'static str) -> Self {
        Self {
            name,
            ty,
            description,
            allow_null: false,
            allow_unknown: false,
            validators: Vec::new(),
        }
    }

    /// Null is passed on.
    #[must_use]
    pub fn take_null(mut self) -> Self {
        self.allow_null = true;
        self
    }

    /// Values that are unknown, as a whole or in part, are passed on.
    #[must_use]
    pub fn take_unknown(mut self) -> Self {
        self.allow_unknown = true;
        self
    }

    /// Adds a check of the argument.
    #[must_use]
    pub fn validate(mut self, validator: Validator) -> Self {
        self.validators.push(validator);
        self
    }

    /// The first thing that the checks say of `argument`; null and unknown ones are not checked.
    pub(super) fn check(&self, argument: &Value) -> Option<String> {
        if argument.is_null() || argument.is_unknown() {
            return None;
        }
        let path = AttributePath::root(self.name);
        let found = self
            .validators
            .iter()
            .flat_map(|validator| validator.check(argument, &path));
        let text = |found: Diagnostic| format!("{}. {}", found.summary, found.detail);
        found.map(text).next()
    }

    fn to_proto(&self) -> pb::function::Parameter {
        pb::function::Parameter {
            name: self.name.to_owned(),
            r#type: self.ty.to_json_bytes(),
            allow_null_value: self.allow_null,
            allow_unknown_values: self.allow_unknown,
            description: self.description.to_owned(),
            description_kind: pb::StringKind::Markdown.into(),
        }
    }
}

/// What a function takes and returns.
#[derive(Clone, Debug)]
pub struct Signature {
    /// The parameters, in order.
    pub parameters: Vec<Parameter>,
    /// A last parameter that may be given any number of times.
    pub variadic: Option<Parameter>,
    /// The type of the result.
    pub returns: Type,
    /// What it does, in one line.
    pub summary: &'static str,
    /// What it does, in Markdown.
    pub description: &'static str,
    /// What to use instead, if it should not be used any more.
    pub deprecated: Option<&'static str>,
}

impl Signature {
    /// The protocol's form.
    pub fn to_proto(&self) -> pb::Function {
        pb::Function {
            parameters: self.parameters.iter().map(Parameter::to_proto).collect(),
            variadic_parameter: self.variadic.as_ref().map(Parameter::to_proto),
            r#return: Some(pb::function::Return {
                r#type: self.returns.to_json_bytes(),
            }),
            summary: self.summary.to_owned(),
            description: self.description.to_owned(),
            description_kind: pb::StringKind::Markdown.into(),
            deprecation_message: self.deprecated.unwrap_or_default().to_owned(),
        }
    }

    /// The parameter that argument `index` is for.
    pub fn parameter(&self, index: usize) -> Option<&Parameter> {
        self.parameters.get(index).or(self.variadic.as_ref())
    }
}

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionError {
    /// What is wrong, and what to do.
    pub text: String,
    /// The argument to blame, from 0.
    pub argument: Option<usize>,
}

impl FunctionError {
    /// Argument `index` is to blame.
    pub fn argument(index: usize, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            argument: Some(index),
        }
    }
}

/// A provider function. The same arguments have to give the same result, always.
pub trait Function: Send + Sync + 'static {
    /// Its name, as in `provider::cloudbase::NAME`.
    fn name(&self) -> &'static str;

    /// What it takes and returns.
    fn signature(&self) -> Signature;

    /// Calls it. The arguments are of the types of the parameters.
    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError>;
}
