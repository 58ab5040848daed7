//! The tokens of one process.

use std::time::SystemTime;

use secrecy::SecretString;

use super::{Credentials, TokenKind, TokenSource, no_token, unknown_token};
use crate::wechat::{Error, Operation};

/// A token, with what an error about it has to say.
#[derive(Clone, Debug)]
pub(in crate::wechat) struct Lease {
    pub(in crate::wechat) token: SecretString,
    pub(in crate::wechat) origin: String,
    pub(in crate::wechat) read_at: SystemTime,
}

/// Hands out the current tokens.
#[derive(Debug)]
pub(in crate::wechat) struct TokenStore {
    credentials: Credentials,
    created_at: SystemTime,
}

#[allow(
    clippy::unused_async,
    reason = "sources that have to be waited for follow"
)]
impl TokenStore {
    pub(in crate::wechat) fn new(credentials: Credentials) -> Self {
        Self {
            credentials,
            created_at: SystemTime::now(),
        }
    }

    /// The current token of a kind.
    pub(in crate::wechat) async fn get(
        &self,
        _operation: &Operation,
        kind: TokenKind,
    ) -> Result<Lease, Error> {
        let sources = match kind {
            TokenKind::Component => &self.credentials.component,
            TokenKind::Authorizer => &self.credentials.authorizer,
        };
        match sources.first() {
            Some(TokenSource::Value { token, origin }) => Ok(Lease {
                token: token.clone(),
                origin: origin.clone(),
                read_at: self.created_at,
            }),
            Some(TokenSource::Unknown { origin }) => Err(unknown_token(kind, origin)),
            None => Err(no_token(kind)),
        }
    }

    /// A newer token than the one that was refused, if its source has one.
    pub(in crate::wechat) async fn renew(
        &self,
        _operation: &Operation,
        _kind: TokenKind,
        _refused: &Lease,
    ) -> Result<Option<Lease>, Error> {
        Ok(None)
    }
}
