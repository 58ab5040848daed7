//! Which open APIs an environment may call: one whitelist for each environment.

mod data_source;
mod identity;
mod marks;
mod model;
mod plan;
mod resource;
mod words;
mod write;

pub(super) use self::{data_source::OpenApiAccessData, resource::OpenApiAccess};
