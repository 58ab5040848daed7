//! A small model of Terraform Core: it drives one resource instance through the provider protocol
//! and asserts after every response what core asserts. It knows of a provider only what the
//! provider's schema says.
//!
//! The rules are functions over schema and values ([`plan_violations`], [`incompatibilities`],
//! [`unknown_paths`], …), each with tests that they catch what they are for.

// Each test binary that takes this module in uses its own part of it.
#![allow(dead_code, unused_imports)]

mod apply;
mod compatible;
mod diagnostics;
mod identity;
mod instance;
mod object;
mod plan_valid;
mod proposed;
mod provider;
mod schema;
#[cfg(test)]
mod tests;

pub(crate) use compatible::incompatibilities;
pub(crate) use diagnostics::{Failed, Said, sort};
pub(crate) use identity::IdentitySchema;
pub(crate) use instance::{Action, Instance, Plan};
pub(crate) use object::{at_path, unknown_paths, write_only_violations};
pub(crate) use plan_valid::plan_violations;
pub(crate) use proposed::proposed_new;
pub(crate) use provider::{Core, capabilities, dynamic, undynamic, within};
pub(crate) use schema::{Attribute, Block, Nesting};
