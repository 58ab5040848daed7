//! Terraform's model, and the one gRPC service that drives it.
//!
//! A provider implements [`Provider`], [`Resource`] and [`DataSource`] with plain structs as
//! models; [`Server`] turns them into the `tfplugin6.Provider` service. Nothing in here knows
//! what the provider is about.

pub mod action;
pub mod context;
pub mod data_source;
pub mod diagnostic;
pub mod duration;
pub mod ephemeral;
pub mod function;
#[doc(hidden)]
pub mod fuzz;
pub mod identity;
pub mod incoming;
pub mod list;
pub mod move_state;
pub mod path;
pub mod plan;
pub mod private;
pub mod provider;
pub mod resource;
pub mod schema;
pub mod server;
pub mod types;
pub mod value;

pub use context::Context;
pub use data_source::DataSource;
pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use duration::GoDuration;
pub use incoming::{Incoming, Upgraded};
pub use path::AttributePath;
pub use private::Private;
pub use provider::{Configured, Provider};
pub use resource::{Applied, Resource};
pub use server::{Identify, Server};
pub use types::{ResourceType, Types};
pub use value::{Attr, Type, Value};
