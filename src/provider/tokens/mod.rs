//! Access tokens as ephemeral resources.

mod authorizer;
mod component;
mod handed_out;

pub(super) use self::{authorizer::AuthorizerToken, component::ComponentToken};
