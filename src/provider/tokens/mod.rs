//! Access tokens as ephemeral resources.

mod authorizer;
mod component;
mod issued;

pub(super) use self::{authorizer::AuthorizerToken, component::ComponentToken};
