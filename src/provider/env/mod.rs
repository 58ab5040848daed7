//! Environments: what is known of them, and how they become the platform's.

mod component_list;
mod conversion;
mod convert_action;
mod data_source;
mod hosting_list;
mod list_data_source;

pub(super) use self::{
    component_list::ComponentEnvs, conversion::EnvConversion, convert_action::ConvertEnv,
    data_source::Env, hosting_list::HostingEnvs, list_data_source::Envs,
};
