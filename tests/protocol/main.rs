//! The built binary, driven over the provider protocol as Terraform drives it: mutual TLS, all 36
//! rpcs, and Core's own checks after every response.
// Test code that clippy does not know for it, since it stands outside a test function.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "../support/plugin_host/mod.rs"]
mod plugin_host;

mod answer;
mod core;
mod plan_properties;
mod rig;

mod actions;
mod announced;
mod configuration;
mod data_env;
mod deferral;
mod env_share;
mod ephemeral;
mod every_rpc;
mod functions;
mod handed_out_tokens;
mod identity;
mod lifecycles;
mod list;
mod load_and_stop;
mod move_state;
mod sweep;
mod unknown_values;
mod wrong_appids;
