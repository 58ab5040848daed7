//! An environment shared with a set of mini programs: the resource `cloudbase_env_share`, and all else that Terraform
//! can do with such shares.

mod announcement;
mod asking;
mod change;
mod conflict;
mod counted;
mod create;
mod data_source;
mod delete;
pub(super) mod functions;
pub(super) mod id;
mod identity;
mod import;
mod limit;
mod list;
mod marks;
pub(super) mod model;
mod move_state;
pub(super) mod object_identity;
mod plan;
mod read;
mod resend_action;
mod resource;
mod schema;
mod sharing;
mod triggers;
mod update;
mod warnings;

pub(super) use self::{
    data_source::EnvShares, list::EnvShareList, resend_action::ResendConfirmations,
    resource::EnvShare,
};
