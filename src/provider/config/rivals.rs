//! Sources of the same rank for one token, of which there may be one.

use super::Config;
use crate::framework::{AttributePath, Diagnostic, Diagnostics};

/// Two sources for one token in the same block leave open which one was meant.
pub(super) fn refuse_rivals(config: &Config, wrong: &mut Diagnostics) {
    // What is unknown may turn out to be null: the real conflict shows when it is known.
    let minted = config.component.known().is_some_and(|component| {
        component.appsecret.known().is_some() || component.verify_ticket.known().is_some()
    });
    let shared = [
        ("token_file", config.token_file.known().is_some()),
        ("token_command", config.token_command.known().is_some()),
    ];
    let of_component = [
        (
            "component_access_token",
            config.component_access_token.known().is_some(),
        ),
        shared[0],
        shared[1],
        ("component", minted),
    ];
    let of_authorizer = [
        (
            "authorizer_access_token",
            config.authorizer_access_token.known().is_some(),
        ),
        shared[0],
        shared[1],
        ("authorizer", config.authorizer.known().is_some()),
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
