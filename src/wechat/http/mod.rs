//! One call of the API over HTTP: its attempts, what comes back, and what of it may be told.

pub(in crate::wechat) mod answer_limit;
pub(in crate::wechat) mod base_url;
pub(in crate::wechat) mod call;
pub(in crate::wechat) mod envelope;
pub(in crate::wechat) mod integer;
pub(in crate::wechat) mod payload;
pub(in crate::wechat) mod rate_limit;
pub(in crate::wechat) mod redaction;
pub(in crate::wechat) mod retry;
pub(in crate::wechat) mod rows;
pub(in crate::wechat) mod run_memory;
pub(in crate::wechat) mod server_message;
pub(in crate::wechat) mod token_url;
pub(in crate::wechat) mod transport;
mod unescaped;
pub(in crate::wechat) mod wire;

pub(in crate::wechat) use self::{
    answer_limit::AnswerLimit,
    call::{Call, Secrecy},
    envelope::Accepted,
    integer::Integer,
    redaction::Secrets,
    rows::Rows,
    run_memory::RunMemory,
    server_message::ServerMessage,
    wire::{CANCEL_GRACE, Wire},
};
pub use self::{
    base_url::{Endpoint, InvalidEndpoint},
    retry::Backoff,
};
