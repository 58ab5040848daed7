//! The resource `cloudbase_env_share_confirmation`: waits until the administrators have confirmed.

mod identity;
mod model;
mod resource;
mod wait;

pub(super) use self::resource::EnvShareConfirmation;
