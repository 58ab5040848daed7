//! The binary as a go-plugin child: handshake, TLS, control services, lifetime, log lines.
#![cfg(unix)]
// Test code that clippy does not know for it, since it stands outside a test function.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "support/plugin_host/mod.rs"]
mod plugin_host;

#[path = "handshake/contract.rs"]
mod contract;
#[path = "handshake/lifetime.rs"]
mod lifetime;
#[path = "handshake/log_lines.rs"]
mod log_lines;
#[path = "handshake/reattach.rs"]
mod reattach;
#[path = "handshake/tcp.rs"]
mod tcp;
#[path = "handshake/tls.rs"]
mod tls;

use plugin_host::LaunchOptions;

/// A host that wants no TLS (`TF_DISABLE_PLUGIN_TLS`).
fn plaintext() -> LaunchOptions {
    LaunchOptions {
        tls: false,
        ..LaunchOptions::default()
    }
}
