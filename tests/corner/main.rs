//! The framework's conformance suite: a provider whose types exercise everything it can declare
//! (`provider/`), driven by the real CLI (`cli/`) and by a model of Terraform Core (`protocol/`).

// Clippy takes only what is under `cfg(test)` for a test.
#![cfg(test)]

#[path = "../protocol/core/mod.rs"]
mod core;
#[path = "../support/cli/mod.rs"]
mod installed;
#[path = "../support/plugin_host/mod.rs"]
mod plugin_host;

#[path = "provider/schemas.rs"]
mod schemas;

mod binary;
mod cli;
mod protocol;

#[test]
fn the_schemas_have_no_mistakes() {
    for schema in [
        schemas::plain(),
        schemas::nested(),
        schemas::blocks(),
        schemas::rules(),
        schemas::drawn(),
        schemas::thing(),
        schemas::strict(),
        schemas::strict_resource(),
    ] {
        assert_eq!(schema.mistakes(), [], "{}", schema.block.description);
    }
}
