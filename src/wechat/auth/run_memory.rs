//! What a run has learned and need not learn again: that a daily cap is used up, and that a token is refused.
//!
//! A run can have hundreds of calls queued. Without this each of them would be sent, refused and told in full.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::Lease;
use crate::wechat::{Class, Error, TokenKind};

/// A program that yields tokens is not run for every call that is queued behind a refused token.
const PROGRAM_AGAIN: Duration = Duration::from_secs(5);

/// What one client remembers; its clones share it.
#[derive(Debug, Default)]
pub(in crate::wechat) struct RunMemory(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// By path: the API counts the calls of each endpoint by itself.
    exhausted: HashMap<&'static str, Error>,
    /// The token itself, not its kind: its source may have another one later.
    refused: HashMap<TokenKind, Refused>,
    /// What has been told in full.
    told: HashSet<(Class, &'static str)>,
}

#[derive(Debug)]
struct Refused {
    lease: Lease,
    not_sent: Error,
    /// When its source was last asked for another one.
    asked: Instant,
}

impl RunMemory {
    /// The error of a call to `path` that need not be sent.
    pub(in crate::wechat) fn check(&self, path: &str) -> Result<(), Error> {
        match self.state().exhausted.get(path) {
            Some(error) => Err(error.clone()),
            None => Ok(()),
        }
    }

    /// Keeps that the cap of calls to `path` is used up, if that is what `error` says.
    pub(in crate::wechat) fn note(&self, path: &'static str, error: &Error) {
        if error.class() == Class::Exhausted {
            let what = format!("the daily quota of {path} is exhausted");
            self.state()
                .exhausted
                .entry(path)
                .or_insert_with(|| not_sent(error, &what));
        }
    }

    /// Keeps that a token was refused and that its source had no better one.
    pub(in crate::wechat) fn refuse(&self, lease: &Lease, error: &Error) {
        let what = format!("the {} from {} was refused", lease.kind(), lease.origin());
        self.state().refused.insert(
            lease.kind(),
            Refused {
                lease: lease.clone(),
                not_sent: not_sent(error, &what),
                asked: Instant::now(),
            },
        );
    }

    /// The error of a call that would take this token, if it has been refused.
    pub(in crate::wechat) fn refusal(&self, lease: &Lease) -> Option<Error> {
        let state = self.state();
        let refused = state.refused.get(&lease.kind())?;
        refused
            .lease
            .same_token(lease)
            .then(|| refused.not_sent.clone())
    }

    /// Whether to ask the source of a refused token for another one: a program only now and then.
    pub(in crate::wechat) fn asks_again(&self, kind: TokenKind, is_program: bool) -> bool {
        let mut state = self.state();
        let Some(refused) = state.refused.get_mut(&kind) else {
            return true;
        };
        if is_program && refused.asked.elapsed() < PROGRAM_AGAIN {
            return false;
        }
        refused.asked = Instant::now();
        true
    }

    /// Shortens the errors that all calls to `path` meet, if they have been told in full: many operations may have been
    /// behind the one call that was sent.
    pub(in crate::wechat) fn tell_once<I, T>(
        &self,
        path: &'static str,
        results: &mut BTreeMap<I, Result<T, Error>>,
    ) {
        let is_long = |error: &Error| error.attempts() > 0;
        let mut errors: Vec<&mut Error> = results
            .values_mut()
            .filter_map(|result| result.as_mut().err())
            .filter(|error| matches!(error.class(), Class::Exhausted | Class::Token))
            .filter(|error| is_long(error))
            .collect();
        let Some(class) = errors.first().map(|error| error.class()) else {
            return;
        };
        if self.state().told.insert((class, path)) {
            return;
        }
        let what = match class {
            Class::Exhausted => format!("the daily quota of {path} is exhausted"),
            _ => "the token was refused".to_owned(),
        };
        for error in errors.iter_mut().filter(|error| error.class() == class) {
            // What a caller decides by stays: only the words are short.
            let is_open = error.may_have_been_applied();
            **error = short(error, &what).with_attempts(1).maybe_applied(is_open);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Two lines, since a run shows it once for each call that is queued: what happened and what to do. The first error has
/// the rest.
fn not_sent(first: &Error, what: &str) -> Error {
    short(first, &format!("not sent: {what}"))
}

fn short(first: &Error, what: &str) -> Error {
    let code = match first.errcode() {
        Some(errcode) => format!(" (errcode {errcode})"),
        None => String::new(),
    };
    let error = Error::new(
        first.class(),
        format!("{what}{code}; see the first error of this run"),
    );
    match first.advice() {
        Some(advice) => error.next_step(advice),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wechat::http::ServerMessage;

    fn refused(errcode: i64) -> Error {
        Error::refused(errcode, ServerMessage::parse("no rid: a-b-c"))
    }

    fn lease(token: &str) -> Lease {
        Lease::new(TokenKind::Component, token.to_owned().into(), "the test")
    }

    #[test]
    fn a_cap_is_of_one_path_and_told_in_two_lines() {
        let memory = RunMemory::default();
        for passing in [-1, 45011, 40097] {
            memory.note("/a", &refused(passing));
        }
        assert!(memory.check("/a").is_ok());
        memory.note("/a", &refused(45009));
        assert!(memory.check("/b").is_ok());
        let error = memory.check("/a").unwrap_err();
        assert_eq!((error.class(), error.attempts()), (Class::Exhausted, 0));
        assert_eq!(error.detail().lines().count(), 1, "{}", error.detail());
        assert!(
            error
                .happened()
                .ends_with("(errcode 45009); see the first error of this run"),
            "{error}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_is_remembered_by_itself_and_its_program_asked_now_and_then() {
        let memory = RunMemory::default();
        assert!(memory.refusal(&lease("a")).is_none());
        memory.refuse(&lease("a"), &refused(42001));
        let error = memory.refusal(&lease("a")).unwrap();
        assert_eq!(error.class(), Class::Token);
        assert_eq!(error.detail().lines().count(), 1, "{}", error.detail());
        assert!(error.happened().contains("from the test"), "{error}");
        assert!(memory.refusal(&lease("b")).is_none());

        let kind = TokenKind::Component;
        assert!(memory.asks_again(kind, false));
        assert!(!memory.asks_again(kind, true));
        tokio::time::advance(PROGRAM_AGAIN).await;
        assert!(memory.asks_again(kind, true));
        assert!(!memory.asks_again(kind, true));
    }
}
