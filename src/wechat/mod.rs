//! The WeChat API behind CloudBase environment sharing: one file per endpoint, and what every call needs.
//!
//! A [`Client`] is made from [`ClientSettings`]; every call takes an [`Operation`], which says how long it may take and
//! how it is cancelled. Batch calls answer per mini program; an [`Error`] says what happened, what it means and what to
//! do next, and holds no secret.

mod access_token;
mod authorizers;
mod batch_write;
mod call;
mod class;
mod client;
mod coalesce;
mod component_envs;
mod convert;
mod crowd;
mod endpoint;
mod env_info;
mod envelope;
mod err_list;
mod error;
pub mod error_codes;
mod flight;
mod halving;
mod ids;
mod operation;
mod pacing;
mod query;
mod retry;
mod run_memory;
mod safe_url;
mod server_message;
mod settings;
mod share;
mod tokens;
mod transport;
mod unshare;
mod verdicts;
mod wire;

pub use self::{
    access_token::AccessToken,
    authorizers::{Authorizer, AuthorizerInfo},
    class::Class,
    client::Client,
    component_envs::ComponentEnv,
    endpoint::{Endpoint, InvalidEndpoint},
    env_info::EnvInfo,
    error::Error,
    ids::{Appid, EnvId, InvalidAppid, InvalidEnvId, SourceType},
    operation::{Operation, Stop},
    query::{Freshness, Shares},
    retry::Backoff,
    settings::{BatchSize, ClientSettings, InvalidBatchSize, InvalidRequestRate, RequestRate},
    share::ShareOutcome,
    tokens::{Credentials, TokenKind, TokenSource},
};
