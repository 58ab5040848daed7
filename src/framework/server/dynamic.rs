//! Values in and out of the protocol's `DynamicValue`.

use crate::framework::diagnostic::Diagnostic;
use crate::framework::value::{Type, Value, ValueError, json, msgpack};
use crate::proto::tfplugin6 as pb;

/// Reads a value that Terraform sent. `what` names it for the error.
pub(super) fn decode(
    dynamic: Option<&pb::DynamicValue>,
    ty: &Type,
    what: &str,
) -> Result<Value, Diagnostic> {
    let value = match dynamic {
        None => Ok(Value::Null),
        Some(dynamic) if dynamic.msgpack.is_empty() && !dynamic.json.is_empty() => {
            json::decode(&dynamic.json, ty)
        }
        Some(dynamic) => msgpack::decode(&dynamic.msgpack, ty),
    };
    value.map_err(|error| malformed(what, &error))
}

/// The value, if all of it is known.
pub(super) fn known(value: Value, what: &str) -> Result<Value, Diagnostic> {
    if value.is_wholly_known() {
        return Ok(value);
    }
    Err(Diagnostic::error(
        format!("{what} is not fully known"),
        "Some of its values come from something that is still to be created or read. Apply that \
         first, or set the values directly.",
    ))
}

/// Writes a value for Terraform. `what` names it for the error, which is a mistake in the provider.
pub(super) fn encode(value: &Value, ty: &Type, what: &str) -> Result<pb::DynamicValue, Diagnostic> {
    let msgpack = msgpack::encode(value, ty).map_err(|error| malformed(what, &error))?;
    Ok(pb::DynamicValue {
        msgpack,
        json: Vec::new(),
    })
}

/// The null value, for which any type will do.
pub(super) fn null() -> pb::DynamicValue {
    pb::DynamicValue {
        msgpack: vec![0xc0],
        json: Vec::new(),
    }
}

pub(super) fn malformed(what: &str, error: &ValueError) -> Diagnostic {
    misfit(
        what,
        error,
        "Terraform and the provider disagree about the schema. This is a mistake in the provider, or \
         another version of it wrote the state; please report it.",
    )
}

/// The error for a value that does not fit the schema; `detail` says how that can be, and what to do.
pub(super) fn misfit(what: &str, error: &ValueError, detail: impl Into<String>) -> Diagnostic {
    let place = if error.path.is_empty() {
        String::new()
    } else {
        format!(" at {}", error.path)
    };
    Diagnostic::error(
        format!("{what} does not fit the schema{place}: {}", error.message),
        detail,
    )
    .at(error.path.clone())
}
