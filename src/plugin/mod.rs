//! Being a go-plugin child process.
//!
//! Terraform starts the provider as a child, passes a contract in environment variables, reads one
//! line from its standard output and then speaks gRPC to the address in that line. This module does
//! all of that for whatever services it is handed ([`Serve`]); it knows nothing of what they do.
//!
//! Two ways to serve:
//!
//! * [`Serve::launched`]: started by a host, over mutual TLS pinned to one certificate on each side,
//!   for as long as that host is there.
//! * [`Serve::reattachable`]: started by a developer (`--debug`), who tells Terraform through
//!   `TF_REATTACH_PROVIDERS` where to find it.
//!
//! The contract is that of `hashicorp/go-plugin` (`server.go`, `client.go`, `mtls.go`,
//! `grpc_controller.go`, `grpc_stdio.go`, `grpc_broker.go`, `log_entry.go`), as used by Terraform's
//! `internal/command/meta_providers.go` and `internal/getproviders/reattach`.

mod accept;
mod connection;
mod control;
mod error;
mod handshake;
pub mod hclog;
mod launch;
#[cfg(unix)]
mod leftovers;
mod lifetime;
mod listener;
mod reattach;
mod runtime;
mod serve;
mod signals;
mod tls;
#[cfg(unix)]
mod unix_socket;

pub use connection::ConnectionId;
pub use error::ServeError;
pub use launch::{Launch, Network};
pub use lifetime::ShutdownReason;
pub use runtime::run;
pub use serve::Serve;
