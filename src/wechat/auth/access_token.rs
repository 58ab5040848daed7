//! Tokens for others: what the caller hands on, beside what the client itself uses.

use std::time::SystemTime;

use secrecy::SecretString;

use super::Lease;
use crate::wechat::{Appid, Client, Error, Operation, TokenKind};

/// An access token.
#[derive(Clone, Debug)]
pub struct AccessToken {
    /// The token.
    pub token: SecretString,
    /// When it ends; `None` if that is not known, as of tokens that were configured.
    pub expires_at: Option<SystemTime>,
    /// Where it was configured.
    pub origin: String,
}

impl From<Lease> for AccessToken {
    fn from(lease: Lease) -> Self {
        Self {
            token: lease.token,
            expires_at: lease.expires_at,
            origin: lease.origin,
        }
    }
}

impl Client {
    /// The token of a kind that the client itself uses now, fetched if there is none.
    pub async fn access_token(
        &self,
        operation: &Operation,
        kind: TokenKind,
    ) -> Result<AccessToken, Error> {
        self.token(operation, kind).await.map(AccessToken::from)
    }

    /// A new token on behalf of the account `appid`, fetched with the component access token. The platform's own appid
    /// is that of the credentials. Without a refresh token it is looked up in the list of authorizers.
    pub async fn authorizer_token(
        &self,
        operation: &Operation,
        appid: &Appid,
        refresh_token: Option<&SecretString>,
    ) -> Result<AccessToken, Error> {
        self.mint_authorizer(operation, None, appid, refresh_token, "asked for by appid")
            .await
            .map(AccessToken::from)
    }
}
