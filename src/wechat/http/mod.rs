//! One request over HTTP: when it is sent again, what comes back, and what of it may be told.

pub(in crate::wechat) mod answer_limit;
pub(in crate::wechat) mod base_url;
mod body;
pub(in crate::wechat) mod envelope;
pub(in crate::wechat) mod flag;
pub(in crate::wechat) mod integer;
mod loopback_dns;
pub(in crate::wechat) mod payload;
pub(in crate::wechat) mod rate_limit;
pub(in crate::wechat) mod redaction;
pub(in crate::wechat) mod retry;
pub(in crate::wechat) mod roots;
pub(in crate::wechat) mod rows;
pub(in crate::wechat) mod server_message;
pub(in crate::wechat) mod token_url;
pub(in crate::wechat) mod transport;
mod unescaped;
pub(in crate::wechat) mod visible;
pub(in crate::wechat) mod wire;

pub(in crate::wechat) use self::{
    answer_limit::AnswerLimit,
    body::Body,
    envelope::Accepted,
    flag::Flag,
    integer::Integer,
    redaction::Secrets,
    rows::Rows,
    server_message::ServerMessage,
    wire::{GRACE, Secrecy, Wire},
};
pub use self::{
    base_url::{BaseUrl, InvalidBaseUrl},
    retry::Backoff,
    roots::Roots,
    visible::visible,
};
