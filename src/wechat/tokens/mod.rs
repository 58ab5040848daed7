//! Access tokens: which kinds there are, where they come from, and which one is current.

mod store;

use std::fmt;

use secrecy::SecretString;

use super::{Class, Error};

pub(super) use store::{Lease, TokenStore};

/// Which of the two tokens a call takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenKind {
    /// The third-party platform's own token: share, unshare, query, convert.
    Component,
    /// The token on behalf of one merchant account: environment information, convert.
    Authorizer,
}

impl fmt::Display for TokenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Component => "component access token",
            Self::Authorizer => "authorizer access token",
        })
    }
}

/// Where the two tokens come from: for each the sources in order of precedence. The first that yields one wins.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// Sources of the component access token.
    pub component: Vec<TokenSource>,
    /// Sources of the authorizer access token.
    pub authorizer: Vec<TokenSource>,
}

/// One source of an access token.
///
/// `origin` says in words where it was configured ("the provider attribute `component_access_token`"); it is part of
/// every authentication error.
#[non_exhaustive]
#[derive(Clone, Debug)]
pub enum TokenSource {
    /// The token itself.
    Value {
        /// The token.
        token: SecretString,
        /// Where it was configured.
        origin: String,
    },
    /// A token that is configured but not known yet (a value of another resource, during a plan). A call that needs it
    /// fails with [`Class::TokenUnknown`].
    Unknown {
        /// Where it was configured.
        origin: String,
    },
}

/// No source has a token: the error names every way to supply one.
fn no_token(kind: TokenKind) -> Error {
    let (attribute, variable, minting) = match kind {
        TokenKind::Component => (
            "component_access_token",
            "CLOUDBASE_COMPONENT_ACCESS_TOKEN",
            "  - the provider attribute `component` (appid, appsecret, verify_ticket), or CLOUDBASE_COMPONENT_APPID, \
             CLOUDBASE_COMPONENT_APPSECRET and CLOUDBASE_COMPONENT_VERIFY_TICKET: the provider then fetches a token \
             of its own, which makes earlier ones end within minutes",
        ),
        TokenKind::Authorizer => (
            "authorizer_access_token",
            "CLOUDBASE_AUTHORIZER_ACCESS_TOKEN",
            "  - the provider attribute `authorizer` (appid, refresh_token), or CLOUDBASE_AUTHORIZER_APPID and \
             CLOUDBASE_AUTHORIZER_REFRESH_TOKEN: the provider then fetches one with the component access token",
        ),
    };
    Error::new(Class::NoToken, format!("this call needs the {kind}, and none is configured"))
        .next_step(format!(
            "Supply it in one of these ways:\n\
             \x20 - the provider attribute `{attribute}`\n\
             \x20 - the environment variable {variable}\n\
             \x20 - the provider attribute `token_file`, or CLOUDBASE_TOKEN_FILE: a file with the JSON \
             {{\"component_access_token\": …, \"authorizer_access_token\": …}}\n\
             \x20 - the provider attribute `token_command`: a program that prints the same JSON\n\
             {minting}"
        ))
}

fn unknown_token(kind: TokenKind, origin: &str) -> Error {
    Error::new(Class::TokenUnknown, format!("the {kind} from {origin} is not known yet"))
        .meaning("It comes from something that is still to be created or read.")
        .next_step(
            "Apply what the token comes from first, or supply the token in a way that is known during a plan.",
        )
}
