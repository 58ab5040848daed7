//! Access tokens: which exist, whose they are, and when and why they stop working.

use std::collections::HashMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::answer::Refusal;

/// After a new token is issued the old one works for five minutes more.
/// Source: staff replies in the WeChat developer community.
pub const GRACE: Duration = Duration::from_secs(5 * 60);

/// On whose behalf a token speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// `component_access_token`, the third-party platform itself.
    Component,
    /// `authorizer_access_token`, one merchant.
    Authorizer,
}

/// What the `access_token` of a logged call was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenSeen {
    /// A component token issued here, still valid or not.
    Component,
    /// An authorizer token issued here, still valid or not.
    Authorizer,
    /// Some other text.
    Unknown,
    /// No token in the URL.
    Missing,
}

#[derive(Clone, Debug)]
struct Issued {
    kind: TokenKind,
    ends: Instant,
    /// A newer one exists, so that its end is 40001 instead of 42001.
    superseded: bool,
    calls_left: Option<u64>,
}

/// Every token ever issued, by its text.
#[derive(Debug)]
pub(super) struct Tokens {
    issued: HashMap<String, Issued>,
    current: HashMap<(TokenKind, String), String>,
    pub(super) life: Duration,
}

impl Tokens {
    pub(super) fn new(life: Duration) -> Self {
        Self {
            issued: HashMap::new(),
            current: HashMap::new(),
            life,
        }
    }

    /// A new token for `owner`; the one before works for `grace` more.
    pub(super) fn issue(
        &mut self,
        kind: TokenKind,
        owner: &str,
        grace: Duration,
        now: Instant,
    ) -> String {
        let token = format!("{}_{}", fastrand::u8(60..99), random_text(133));
        self.adopt(kind, owner, token.clone(), grace, now);
        token
    }

    /// As [`Tokens::issue`], with a given text.
    pub(super) fn adopt(
        &mut self,
        kind: TokenKind,
        owner: &str,
        token: String,
        grace: Duration,
        now: Instant,
    ) {
        let key = (kind, owner.to_owned());
        if let Some(old) = self
            .current
            .get(&key)
            .and_then(|old| self.issued.get_mut(old))
            && old.ends > now
        {
            old.superseded = true;
            old.ends = old.ends.min(now + grace);
        }
        let ends = now + self.life;
        let issued = Issued {
            kind,
            ends,
            superseded: false,
            calls_left: None,
        };
        self.issued.insert(token.clone(), issued);
        self.current.insert(key, token);
    }

    /// The owner's latest token; a new one if that is dead or there was none.
    pub(super) fn current(&mut self, kind: TokenKind, owner: &str, now: Instant) -> String {
        let key = (kind, owner.to_owned());
        if let Some(token) = self.current.get(&key)
            && self
                .issued
                .get(token)
                .is_some_and(|issued| issued.works(now))
        {
            return token.clone();
        }
        self.issue(kind, owner, Duration::ZERO, now)
    }

    /// Ends every living token of `kind` at `end`, with 42001 from then on.
    pub(super) fn end(&mut self, kind: TokenKind, end: Instant) {
        for issued in self
            .issued
            .values_mut()
            .filter(|issued| issued.kind == kind)
        {
            issued.ends = issued.ends.min(end);
            issued.superseded = false;
        }
    }

    /// Every living token of `kind` answers `calls` more calls.
    pub(super) fn limit_calls(&mut self, kind: TokenKind, calls: u64, now: Instant) {
        let living = |issued: &&mut Issued| issued.kind == kind && issued.works(now);
        for issued in self.issued.values_mut().filter(living) {
            issued.calls_left = Some(calls);
        }
    }

    /// What the token of a call is, for the log.
    pub(super) fn seen(&self, token: Option<&str>) -> TokenSeen {
        match token {
            None | Some("") => TokenSeen::Missing,
            Some(token) => match self.issued.get(token).map(|issued| issued.kind) {
                Some(TokenKind::Component) => TokenSeen::Component,
                Some(TokenKind::Authorizer) => TokenSeen::Authorizer,
                None => TokenSeen::Unknown,
            },
        }
    }

    /// What kind of token it is, if it is one.
    pub(super) fn kind(&self, token: Option<&str>) -> Option<TokenKind> {
        self.issued.get(token?).map(|issued| issued.kind)
    }

    /// Checks the token of a call and counts the call against it.
    ///
    /// None is 41001, an unknown one 40014, one that was superseded 40001, one past its life 42001,
    /// one of a kind the endpoint does not take 48001.
    pub(super) fn check(
        &mut self,
        token: Option<&str>,
        accepted: &[TokenKind],
        now: Instant,
    ) -> Result<(), Refusal> {
        let token = token
            .filter(|token| !token.is_empty())
            .ok_or_else(Refusal::token_missing)?;
        let issued = self
            .issued
            .get_mut(token)
            .ok_or_else(Refusal::token_invalid)?;
        if !issued.works(now) {
            return Err(if issued.superseded {
                Refusal::token_not_latest()
            } else {
                Refusal::token_expired()
            });
        }
        if let Some(left) = &mut issued.calls_left {
            *left -= 1;
        }
        if accepted.contains(&issued.kind) {
            Ok(())
        } else {
            Err(Refusal::api_unauthorized())
        }
    }
}

impl Issued {
    fn works(&self, now: Instant) -> bool {
        self.ends > now && self.calls_left != Some(0)
    }
}

/// Letters, digits, `-` and `_`, as tokens and tickets are made of.
pub(super) fn random_text(length: usize) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    (0..length)
        .map(|_| char::from(ALPHABET[fastrand::usize(..ALPHABET.len())]))
        .collect()
}

/// `wx` and sixteen hexadecimal digits.
pub(super) fn random_appid() -> String {
    format!("wx{:016x}", fastrand::u64(..))
}
