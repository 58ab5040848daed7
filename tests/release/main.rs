//! What is released: a static binary, which `.ci/static` builds. Its path is in STATIC_PROVIDER.
//!
//! These tests are ignored unless they are asked for, since they need that build.

#![cfg(test)]
#![cfg(target_os = "linux")]

mod archive;
mod empty_root;
mod name_server;
#[path = "../support/private_authority.rs"]
mod private_authority;
