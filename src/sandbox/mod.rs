//! The embedded stand-in of the WeChat API: an HTTP server with state and faults.

mod answer;
mod calls;
mod confirmation_page;
mod connection;
mod control;
pub mod durations;
mod endpoint;
mod endpoints;
mod environments;
mod faults;
mod handle;
mod options;
mod platform;
mod quotas;
mod request;
pub mod seed;
mod server;
mod shares;
mod state;
mod tokens;

pub use calls::Call;
pub use endpoint::Endpoint;
pub use environments::Environment;
pub use faults::{Effect, Fault};
pub use handle::{Sandbox, StartError};
pub use options::{Confirm, Options};
pub use platform::{Authorizer, Component};
pub use quotas::Quota;
pub use seed::{Seed, SeedError};
pub use shares::Pending;
pub use tokens::{GRACE, TokenKind, TokenSeen};
