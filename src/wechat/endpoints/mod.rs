//! The endpoints, one file each, and what the batch calls among them have in common.

pub(in crate::wechat) mod api_quota;
pub(in crate::wechat) mod authorizers;
pub(in crate::wechat) mod batch_write;
pub(in crate::wechat) mod bisect;
pub(in crate::wechat) mod cloud_access;
pub(in crate::wechat) mod component_envs;
pub(in crate::wechat) mod convert;
pub(in crate::wechat) mod env_info;
pub(in crate::wechat) mod err_list;
pub(in crate::wechat) mod function_code;
pub(in crate::wechat) mod function_delete;
pub(in crate::wechat) mod function_list;
pub(in crate::wechat) mod function_upload;
pub(in crate::wechat) mod hosting_envs;
mod mixed_check;
pub(in crate::wechat) mod mixing;
pub(in crate::wechat) mod pair;
pub(in crate::wechat) mod query;
pub(in crate::wechat) mod read_cache;
pub(in crate::wechat) mod share;
pub(in crate::wechat) mod unshare;
pub(in crate::wechat) mod verdicts;
pub(in crate::wechat) mod whitelist_change;

pub use self::{
    api_quota::{ApiQuota, RateLimit},
    authorizers::{Authorizer, AuthorizerInfo},
    cloud_access::CloudAccess,
    component_envs::ComponentEnv,
    env_info::EnvInfo,
    function_code::{CodeDigest, CodeHash, FunctionCode, InvalidCodeHash, InvalidFunctionCode},
    function_list::FoundFunction,
    function_upload::{Network, UploadTurn},
    hosting_envs::HostingEnv,
    query::{Freshness, Shares},
    share::ShareOutcome,
    whitelist_change::{WhitelistChange, WhitelistError},
};
