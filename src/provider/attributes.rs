//! Arguments that several types share.

use super::validators;
use crate::framework::schema::Attribute;
use crate::framework::{Type, Value};
use crate::wechat::SourceType;

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

/// `source_type`, optional. To leave it out is the same as 0.
pub(super) fn source_type() -> Attribute {
    Attribute::integer(
        "source_type",
        "Kind of environment: `1` for cloud hosting; leave it out for cloud development, or write \
         `0`, which is the same.",
    )
    .validate(validators::source_type())
}

/// `source_type` of a resource: the state keeps what was written, and to go from nothing to 0 or back
/// changes nothing.
pub(super) fn source_type_of_resource() -> Attribute {
    source_type().unset_means(Value::integer(SourceType::CLOUD_DEVELOPMENT.get()))
}
