//! Arguments that several types share.

use super::validators;
use crate::framework::Type;
use crate::framework::schema::Attribute;

/// `env`, required.
pub(super) fn env() -> Attribute {
    Attribute::string("env", "Id of the environment.")
        .required()
        .validate(validators::env_id())
}

/// `appids`, required and not empty; `otherwise` says what to do about an empty one.
pub(super) fn appids(description: &'static str, otherwise: &'static str) -> Attribute {
    Attribute::new("appids", Type::set(Type::String), description)
        .required()
        .validate(validators::not_empty(otherwise))
        .validate_each(validators::appid())
}

/// `source_type`, optional.
pub(super) fn source_type() -> Attribute {
    Attribute::integer(
        "source_type",
        "Kind of environment: `1` for cloud hosting; leave it out for cloud development.",
    )
    .validate(validators::source_type())
}

/// `token`: whose access token converts an environment.
pub(super) fn conversion_token() -> Attribute {
    Attribute::string(
        "token",
        "Whose access token to use: `component` (the default) for batch cloud development, \
         `authorizer` for ordinary cloud development.",
    )
    .validate(validators::one_of(&["component", "authorizer"]))
}
