//! Answers to what this provider does not do: a diagnostic that says so.

use super::rpc::Answer;
use crate::framework::diagnostic::{Diagnostic, Diagnostics};
use crate::proto::tfplugin6 as pb;

/// What to say of a `feature` asked for of the type `name`, which may be empty.
pub(super) fn diagnostics(feature: &str, name: &str) -> Diagnostics {
    let of = if name.is_empty() {
        String::new()
    } else {
        format!(" for `{name}`")
    };
    Diagnostic::error(
        format!("this provider does not support {feature}{of}"),
        "Remove what asks for it from the configuration, or use a provider version that has it.",
    )
    .into()
}

/// The response that says it.
pub(super) fn answer<R: Answer>(feature: &str, name: &str) -> R {
    R::failed(diagnostics(feature, name))
}

/// The response to a call of the function `name`.
pub(super) fn function(name: &str) -> pb::call_function::Response {
    let text = format!("this provider has no function `{name}`");
    let error = pb::FunctionError {
        text,
        function_argument: None,
    };
    pb::call_function::Response {
        result: None,
        error: Some(error),
    }
}

/// The response to configuring the state store `name`. Core panics if it has no capabilities
/// (plugin protocol, "State stores").
pub(super) fn state_store(name: &str) -> pb::configure_state_store::Response {
    pb::configure_state_store::Response {
        diagnostics: diagnostics("state stores", name).to_proto(),
        capabilities: Some(pb::StateStoreServerCapabilities {
            chunk_size: 8 << 20,
        }),
    }
}
