//! Access tokens: which kinds there are, where they come from, which one is current, and the calls that carry them.

mod access_token;
mod call;
pub(in crate::wechat) mod command;
pub(in crate::wechat) mod document;
mod documents;
pub(in crate::wechat) mod lease;
pub(in crate::wechat) mod minting;
mod process_group;
mod run_memory;
mod said;
pub(in crate::wechat) mod single_flight;
pub(in crate::wechat) mod store;

use std::{fmt, path::PathBuf, time::Duration};

use secrecy::SecretString;

use crate::wechat::{Appid, Class, Error, Setting};

pub use access_token::AccessToken;
pub(in crate::wechat) use call::Call;
pub(in crate::wechat) use lease::Lease;
pub(in crate::wechat) use run_memory::RunMemory;
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
/// `origin` says in words where it was configured ("the variable TOKEN"); it is part of every authentication error.
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
    /// A token that is configured but not known yet, as its owner has it only later. A call that needs it fails with
    /// [`Class::TokenUnknown`].
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
        /// Variables of the environment that it does not get: those whose names begin with one of these, in capitals.
        withheld: &'static [&'static str],
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

/// No source has a token.
fn no_token(kind: TokenKind) -> Error {
    Error::new(
        Class::NoToken,
        format!("this call needs the {kind}, and none is configured"),
    )
    .with_setting(Setting::Token(kind))
}

fn unknown_token(kind: TokenKind, origin: &str) -> Error {
    Error::new(
        Class::TokenUnknown,
        format!("the {kind} from {origin} is not known yet"),
    )
}
