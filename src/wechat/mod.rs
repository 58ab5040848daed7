//! The WeChat API behind CloudBase environment sharing.
//!
//! A [`Client`] is made from [`ClientSettings`]; every call takes an [`Operation`], which says how long it may take and
//! how it is cancelled. Batch calls answer per mini program; an [`Error`] says what happened, what it means and what to
//! do next, and holds no secret.
//!
//! `endpoints/` has a file for each endpoint, `batch/` puts what is asked at about the same time into few calls, `http/`
//! is one call with its retries, and `auth/` is where tokens come from.

mod api_path;
pub mod assumptions;
mod auth;
pub mod batch;
mod class;
mod client;
pub mod documented;
mod endpoints;
mod error;
pub mod error_codes;
#[doc(hidden)]
pub mod fuzz;
mod http;
mod ids;
mod operation;
mod refusals_of_one;
mod settings;
mod waiters;

pub use self::{
    api_path::{ApiPath, InvalidApiPath},
    auth::{AccessToken, Credentials, TokenKind, TokenSource},
    class::Class,
    client::Client,
    endpoints::{
        ApiQuota, Authorizer, AuthorizerInfo, CloudAccess, CodeDigest, CodeHash, ComponentEnv,
        EnvInfo, FoundFunction, Freshness, FunctionCode, HostingEnv, InvalidCodeHash,
        InvalidFunctionCode, Network, RateLimit, ShareOutcome, Shares, UploadTurn, WhitelistChange,
        WhitelistError,
    },
    error::Error,
    http::{Backoff, BaseUrl, InvalidBaseUrl, Roots, visible},
    ids::{
        Appid, EnvId, FunctionName, InvalidAppid, InvalidEnvId, InvalidFunctionName, SourceType,
    },
    operation::{Operation, Stop},
    settings::{
        BatchSize, ClientSettings, InvalidBatchSize, InvalidRequestRate, RequestRate, Setting,
    },
};
