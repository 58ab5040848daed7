//! The resource `cloudbase_auth_function`: one cloud function in a set of environments. Mini programs that share an
//! environment can call nothing of it without the function `cloudbase_auth`.

mod change;
mod create;
mod delete;
mod deploy;
mod id;
mod identity;
mod import;
mod in_advance;
mod look;
mod marks;
mod model;
mod place;
mod plan;
mod read;
mod resource;
mod schema;
mod source;
mod update;
mod warnings;

pub(super) use self::{place::Place, resource::AuthFunction};
