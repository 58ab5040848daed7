//! Sources of the same rank for one token, of which there may be one.

use super::Config;
use crate::framework::{AttributePath, Diagnostic, Diagnostics};

/// Two sources for one token in the same block leave open which one was meant.
pub(super) fn refuse_rivals(config: &Config, wrong: &mut Diagnostics) {
    let shared = [
        ("token_file", !config.token_file.is_null()),
        ("token_command", !config.token_command.is_null()),
    ];
    let of_component = [
        (
            "component_access_token",
            !config.component_access_token.is_null(),
        ),
        shared[0],
        shared[1],
        ("component", !config.component.is_null()),
    ];
    let of_authorizer = [
        (
            "authorizer_access_token",
            !config.authorizer_access_token.is_null(),
        ),
        shared[0],
        shared[1],
        ("authorizer", !config.authorizer.is_null()),
    ];
    for (token, sources) in [("component", of_component), ("authorizer", of_authorizer)] {
        let set: Vec<_> = sources
            .iter()
            .filter(|(_, set)| *set)
            .map(|(name, _)| *name)
            .collect();
        if let [first, second, ..] = set.as_slice() {
            wrong.push(
                Diagnostic::error(
                    format!("`{first}` and `{second}` both supply the {token} access token"),
                    "Keep one of them in the provider block. Environment variables are asked only \
                     where the block says nothing of their kind.",
                )
                .at(AttributePath::root(*second)),
            );
        }
    }
}
