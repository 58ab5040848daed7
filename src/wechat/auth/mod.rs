//! Access tokens: which kinds there are, where they come from, and which one is current.

pub(in crate::wechat) mod command;
pub(in crate::wechat) mod document;
mod handed_out;
pub(in crate::wechat) mod lease;
pub(in crate::wechat) mod minting;
pub(in crate::wechat) mod single_flight;
pub(in crate::wechat) mod store;

use std::{fmt, path::PathBuf, time::Duration};

use secrecy::SecretString;

use crate::wechat::{Appid, Class, Error};

pub use handed_out::AccessToken;
pub(in crate::wechat) use lease::Lease;
pub(in crate::wechat) use store::TokenStore;

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
    /// A file with the JSON `{"component_access_token": …, "authorizer_access_token": …}`. Read when a token is first
    /// needed, and again when it is refused. Where the key is missing, null or empty the next source is asked.
    File {
        /// The file.
        path: PathBuf,
        /// Where it was configured.
        origin: String,
    },
    /// A program that prints the same JSON. Run when a token is first needed, and again when it is refused; one run
    /// yields both tokens.
    Command {
        /// The program and its arguments; no shell is involved.
        argv: Vec<String>,
        /// How long it may run.
        timeout: Duration,
        /// Where it was configured.
        origin: String,
    },
    /// Fetches a component access token with `api_component_token`: at most once a process, and once more if it is
    /// refused. Earlier tokens of the platform end within minutes of it.
    MintComponent {
        /// The appid of the third-party platform.
        appid: Appid,
        /// Its `AppSecret`.
        appsecret: SecretString,
        /// The latest `component_verify_ticket` that was pushed to it.
        verify_ticket: SecretString,
        /// Where it was configured.
        origin: String,
    },
    /// Fetches an authorizer access token with `api_authorizer_token` and the component access token: at most once a
    /// process, and once more if it is refused.
    MintAuthorizer {
        /// The appid of the third-party platform; without it that of [`TokenSource::MintComponent`] is taken.
        component_appid: Option<Appid>,
        /// The appid of the account the token is for.
        authorizer_appid: Appid,
        /// Its refresh token; without it, it is looked up in the list of authorizers.
        refresh_token: Option<SecretString>,
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
