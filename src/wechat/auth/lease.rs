//! A token in use.

use std::time::{Duration, SystemTime};

use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

use super::TokenKind;
use crate::wechat::Error;

/// A token, with what an error about it has to say.
#[derive(Clone, Debug)]
pub(in crate::wechat) struct Lease {
    pub(in crate::wechat) token: SecretString,
    pub(in crate::wechat) kind: TokenKind,
    /// Where it was configured.
    pub(in crate::wechat) origin: String,
    /// When it was read or fetched.
    pub(in crate::wechat) read_at: SystemTime,
    /// When it should be renewed, known of fetched tokens only.
    pub(in crate::wechat) renew_at: Option<Instant>,
    /// When it ends, known of fetched tokens only.
    pub(in crate::wechat) expires_at: Option<SystemTime>,
    /// Which reading of a file or run of a program it came from.
    pub(in crate::wechat) document_version: Option<u64>,
    /// Which of the process's tokens of its kind it is; given by the store.
    pub(in crate::wechat) generation: u64,
}

impl Lease {
    pub(in crate::wechat) fn new(kind: TokenKind, token: SecretString, origin: &str) -> Self {
        Self {
            token,
            kind,
            origin: origin.to_owned(),
            read_at: SystemTime::now(),
            renew_at: None,
            expires_at: None,
            document_version: None,
            generation: 0,
        }
    }

    /// It lives for `expires_in` from now, and is renewed some minutes earlier.
    pub(in crate::wechat) fn expiring(self, expires_in: Duration) -> Self {
        const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
        let life = expires_in.min(LONGEST);
        let margin = Duration::from_secs(5 * 60).min(life / 10);
        Self {
            renew_at: Some(Instant::now() + life.saturating_sub(margin)),
            expires_at: self.read_at.checked_add(life),
            ..self
        }
    }

    pub(in crate::wechat) fn is_fresh(&self) -> bool {
        self.renew_at.is_none_or(|at| Instant::now() < at)
    }

    pub(in crate::wechat) fn kind(&self) -> TokenKind {
        self.kind
    }

    /// Where it was configured.
    pub(in crate::wechat) fn origin(&self) -> &str {
        &self.origin
    }

    pub(in crate::wechat) fn same_token(&self, other: &Self) -> bool {
        self.token.expose_secret() == other.token.expose_secret()
    }

    /// Adds to an error where the refused token came from and when it was read.
    pub(in crate::wechat) fn blame(&self, error: Error, why: &str) -> Error {
        error.note(format!(
            "The {} came from {}, read at {}; {why}.",
            self.kind,
            self.origin,
            humantime::format_rfc3339_seconds(self.read_at)
        ))
    }
}
