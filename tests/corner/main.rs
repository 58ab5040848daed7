//! The framework's conformance suite: a provider whose types exercise everything it can declare
//! (`provider/`), driven by the real CLI (`cli/`) and by a model of Terraform Core (`protocol/`).

// Clippy takes only what is under `cfg(test)` for a test.
#![cfg(test)]

#[path = "../protocol/core/mod.rs"]
mod core;
#[path = "../acceptance/support/cli.rs"]
mod installed;
#[path = "../support/plugin_host/mod.rs"]
mod plugin_host;

mod binary;
mod cli;
