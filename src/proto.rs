//! Messages and services generated from `proto/` at build time.

#![allow(
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    clippy::all,
    clippy::pedantic
)]

/// Terraform's provider protocol, major version 6.
pub mod tfplugin6 {
    tonic::include_proto!("tfplugin6");
}

/// The go-plugin control services.
pub mod plugin {
    tonic::include_proto!("plugin");
}
