//! The `install` subcommand of the built binary, each time in a home folder of its own.

// So that clippy lets what is outside test functions unwrap, too.
#![cfg(test)]

mod adding;
mod home;
mod mirror;
mod removing;
mod warnings;
