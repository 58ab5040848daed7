//! Which tokens there are. Each source is asked once: what it gives is used to the end, be it refused.

use secrecy::SecretString;

use super::examination::Examination;
use super::finding::Finding;
use super::refusal;
use crate::wechat::{
    AccessToken, Class, Client, ClientSettings, Credentials, Error, TokenKind, TokenSource,
};

/// Finds the tokens, says where they come from, and gives a client that has them and no other way to get one. Nothing if
/// there is no token at all.
pub(super) async fn find(
    examination: &mut Examination<'_>,
    settings: ClientSettings,
    mint: bool,
) -> Option<Asking> {
    let mut settings = ClientSettings {
        max_retries: 0,
        ..settings
    };
    let minting = take_minting(&mut settings.credentials);
    for source in all(&mut settings.credentials) {
        if let TokenSource::Command { origin, .. } = source {
            "--token-command".clone_into(origin);
        }
    }
    // One client for both, so that a program that prints both runs once.
    let given = Client::new(settings.clone());
    let mut kinds = Vec::new();
    for kind in [TokenKind::Component, TokenKind::Authorizer] {
        let about = kind.to_string();
        if examination.is_over() {
            break;
        }
        examination.begin(&about);
        let operation = examination.operation();
        let mut got = given.access_token(&operation, kind).await;
        let sources = of(&minting, kind);
        let is_to_be_minted = |error: &Error| error.class() == Class::NoToken;
        if !sources.is_empty() && got.as_ref().is_err_and(is_to_be_minted) {
            if !mint {
                examination.found(&about, only_minted());
                continue;
            }
            let mut with_minting = settings.clone();
            *of_mut(&mut with_minting.credentials, kind) = sources.to_vec();
            got = Client::new(with_minting)
                .access_token(&operation, kind)
                .await;
        }
        match got {
            Ok(token) => {
                examination.found(&about, Finding::found(format!("from {}", token.origin)));
                // The first that yields one wins, so that the others are secrets to hide and no more.
                of_mut(&mut settings.credentials, kind).insert(0, value(token));
                kinds.push(kind);
            }
            Err(error) if error.class() == Class::NoToken && kind == TokenKind::Authorizer => {
                let why = "none is configured; only environment information of merchants needs one";
                examination.found(&about, Finding::skipped(why));
            }
            Err(error) => examination.found(&about, refusal::of_token(kind, &error)),
        }
    }
    for kind in [TokenKind::Component, TokenKind::Authorizer] {
        of_mut(&mut settings.credentials, kind).extend(of(&minting, kind).iter().cloned());
    }
    (!kinds.is_empty()).then(|| Asking {
        client: Client::new(settings),
        kinds,
    })
}

/// The API, with the tokens that were found.
pub(super) struct Asking {
    pub(super) client: Client,
    kinds: Vec<TokenKind>,
}

impl Asking {
    pub(super) fn has(&self, kind: TokenKind) -> bool {
        self.kinds.contains(&kind)
    }
}

fn only_minted() -> Finding {
    Finding::missing(
        "only minting would give one, and it leaves the token that is in use now minutes to live: add --mint to do that, or \
         supply the token that your service has",
    )
}

fn value(token: AccessToken) -> TokenSource {
    let AccessToken { token, origin, .. } = token;
    let token: SecretString = token;
    TokenSource::Value { token, origin }
}

/// Takes the sources out that fetch a token anew.
fn take_minting(credentials: &mut Credentials) -> Credentials {
    let mut taken = Credentials::default();
    for kind in [TokenKind::Component, TokenKind::Authorizer] {
        let mints = |source: &TokenSource| {
            matches!(
                source,
                TokenSource::MintComponent { .. } | TokenSource::MintAuthorizer { .. }
            )
        };
        let sources = of_mut(credentials, kind);
        let (minting, others) = std::mem::take(sources).into_iter().partition(mints);
        *sources = others;
        *of_mut(&mut taken, kind) = minting;
    }
    taken
}

fn of(credentials: &Credentials, kind: TokenKind) -> &[TokenSource] {
    match kind {
        TokenKind::Component => &credentials.component,
        TokenKind::Authorizer => &credentials.authorizer,
    }
}

fn of_mut(credentials: &mut Credentials, kind: TokenKind) -> &mut Vec<TokenSource> {
    match kind {
        TokenKind::Component => &mut credentials.component,
        TokenKind::Authorizer => &mut credentials.authorizer,
    }
}

fn all(credentials: &mut Credentials) -> impl Iterator<Item = &mut TokenSource> {
    let Credentials {
        component,
        authorizer,
    } = credentials;
    component.iter_mut().chain(authorizer)
}
