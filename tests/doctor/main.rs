//! The `doctor` subcommand of the built binary, against the sandbox.

// So that clippy lets what is outside test functions unwrap, too.
#![cfg(test)]

mod differences;
mod missing;
mod probe;
#[cfg(unix)]
mod stopped;
mod support;
mod tokens;
mod works;
