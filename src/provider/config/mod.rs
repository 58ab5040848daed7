//! The `provider` block: what may be in it, and the settings of the API client that it comes to.

mod confirmation_limit;
mod credentials;
mod env_vars;
mod invalid;
mod minting;
mod model;
mod network;
mod schema;
mod settings;
mod terraform_version;
mod token_files;

pub(in crate::provider) use confirmation_limit::max_confirmation_requests;
pub use env_vars::EnvVars;
pub use model::Config;
pub use schema::schema;
pub use settings::settings;
pub(in crate::provider) use terraform_version::too_old;
pub(in crate::provider) use token_files::readable_by_everyone;
