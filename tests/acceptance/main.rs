//! The real CLI drives the built provider against the sandbox.
//!
//! Every test asserts on Terraform's own JSON output and on the calls that the API saw, and did
//! not see.

// Clippy takes only what is under `cfg(test)` for a test.
#![cfg(test)]

mod actions;
mod auth_function;
mod bad_input;
mod changes;
mod confirmation;
mod confirmation_limit;
mod confirmation_page;
mod confirmation_triggers;
mod conversion;
#[cfg(unix)]
mod cookbook;
mod counts;
mod data_env;
mod drift;
mod env_shares;
mod envs;
mod ephemeral;
mod examples;
mod faults;
mod features;
mod functions;
mod gateway;
mod generated;
mod identity;
mod import;
#[cfg(unix)]
mod install;
mod lifecycle;
mod lost_effects;
mod messages;
mod mixed_calls;
mod moved;
mod on_refusal;
mod open_api_access;
mod partial;
#[cfg(unix)]
mod pasted;
mod pending;
mod platform_data;
mod query;
mod requested_at;
mod run_memory;
mod saved_plans;
mod scale;
mod schema;
mod secrets;
mod shown_text;
mod states;
#[cfg(unix)]
mod stop;
mod support;
mod terraform_test;
mod timeouts;
mod tokens;
mod unanswered;
mod upgrade;
