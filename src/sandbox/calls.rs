//! The log of API calls, for assertions and for people who watch.

use std::collections::VecDeque;

use serde::Serialize;
use serde_json::Value;
use tokio::time::Instant;

use super::endpoint::Endpoint;
use super::faults::Effect;
use super::request::Subject;
use super::tokens::TokenSeen;

/// The log keeps this many calls and then forgets the oldest.
const KEPT: usize = 100_000;

/// And this many bytes of their bodies, which take several times that once they are parsed: anybody can send calls that
/// are refused.
const KEPT_BYTES: usize = 16 << 20;

/// Credentials in request bodies, which the log does not repeat: they may be real by mistake.
const HIDDEN: [&str; 3] = [
    "component_appsecret",
    "component_verify_ticket",
    "authorizer_refresh_token",
];

/// One API call. Confirmation pages and control calls are never listed.
#[derive(Clone, Debug, Serialize)]
pub struct Call {
    /// Counted from 1 since the start, not reset by clearing the log.
    pub number: u64,
    /// Where it went.
    pub endpoint: Endpoint,
    /// HTTP method.
    pub method: String,
    /// The request body; null when it was not JSON. Secrets are replaced by `(hidden)`, and a file by its length.
    pub body: Value,
    /// Mini programs named, over all of `data`.
    pub appids: Vec<String>,
    /// The (first) environment named.
    pub env: Option<String>,
    /// All environments named, each once, in the order of the call.
    pub envs: Vec<String>,
    /// Environment and mini program of each share that a share or unshare call is about, in the
    /// order of the call. Other calls have none.
    pub pairs: Vec<(String, String)>,
    /// `source_type` as sent; `None` when it was left out.
    pub source_type: Option<i64>,
    /// What the `access_token` was.
    pub token: TokenSeen,
    /// The errcode answered, 0 for success. `None`: not answered (yet), or not with JSON.
    pub errcode: Option<i64>,
    /// Whether the endpoint did its work, i.e. may have changed something.
    pub worked: bool,
    /// The fault that struck it.
    pub fault: Option<Effect>,
    /// When it arrived.
    #[serde(skip)]
    pub at: Instant,
    /// When its answer was ready; `None` while it is under way and when the caller went away.
    #[serde(skip)]
    pub answered_at: Option<Instant>,
}

/// What is known of a call when it arrives.
pub(super) struct Arrival<'a> {
    pub(super) endpoint: Endpoint,
    pub(super) method: &'a str,
    pub(super) body: Value,
    /// Of the body, in bytes.
    pub(super) length: usize,
    pub(super) subject: &'a Subject,
    pub(super) token: TokenSeen,
    pub(super) fault: Option<Effect>,
    pub(super) at: Instant,
}

/// The latest calls, oldest first.
#[derive(Debug, Default)]
pub(super) struct CallLog {
    calls: VecDeque<Call>,
    /// The length of each one's body.
    lengths: VecDeque<usize>,
    bytes: usize,
    last: u64,
}

impl CallLog {
    /// Adds a call that has just arrived and returns its number.
    pub(super) fn arrive(&mut self, arrival: Arrival<'_>) -> u64 {
        let Arrival {
            endpoint,
            method,
            mut body,
            mut length,
            subject,
            token,
            fault,
            at,
        } = arrival;
        for name in HIDDEN {
            if let Some(value) = body.get_mut(name) {
                *value = "(hidden)".into();
            }
        }
        // It can be larger than all other calls together.
        if let Some(file) = body.get_mut("zipfile") {
            let characters = file.as_str().map_or(0, str::len);
            length = length.saturating_sub(characters);
            *file = format!("({characters} characters)").into();
        }
        self.last += 1;
        while self.calls.len() >= KEPT || self.bytes.saturating_add(length) > KEPT_BYTES {
            self.bytes -= self.lengths.pop_front().unwrap_or_default();
            if self.calls.pop_front().is_none() {
                break;
            }
        }
        self.lengths.push_back(length);
        self.bytes += length;
        self.calls.push_back(Call {
            number: self.last,
            endpoint,
            method: method.to_owned(),
            body,
            appids: subject.appids.clone(),
            env: subject.envs.first().cloned(),
            envs: subject.envs.clone(),
            pairs: subject.pairs.clone(),
            source_type: subject.source_type,
            token,
            errcode: None,
            worked: false,
            fault,
            at,
            answered_at: None,
        });
        self.last
    }

    pub(super) fn worked(&mut self, number: u64) {
        if let Some(call) = self.find(number) {
            call.worked = true;
        }
    }

    pub(super) fn answered(&mut self, number: u64, errcode: Option<i64>, at: Instant) {
        if let Some(call) = self.find(number) {
            call.errcode = errcode;
            call.answered_at = Some(at);
        }
    }

    pub(super) fn all(&self) -> Vec<Call> {
        self.calls.iter().cloned().collect()
    }

    pub(super) fn count(&self, endpoint: Endpoint) -> usize {
        self.calls
            .iter()
            .filter(|call| call.endpoint == endpoint)
            .count()
    }

    pub(super) fn clear(&mut self) {
        self.calls.clear();
        self.lengths.clear();
        self.bytes = 0;
    }

    /// Numbers are consecutive, so the place of a call follows from the first one's.
    fn find(&mut self, number: u64) -> Option<&mut Call> {
        let first = self.calls.front()?.number;
        let place = usize::try_from(number.checked_sub(first)?).ok()?;
        self.calls.get_mut(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_calls_are_forgotten_when_their_bodies_are_too_much() {
        let mut log = CallLog::default();
        let subject = Subject::of(&Value::Null);
        let mut arrive = |length| {
            log.arrive(Arrival {
                endpoint: Endpoint::Share,
                method: "POST",
                body: Value::Null,
                length,
                subject: &subject,
                token: TokenSeen::Missing,
                fault: None,
                at: Instant::now(),
            })
        };
        for _ in 0..3 {
            arrive(KEPT_BYTES / 2);
        }
        assert_eq!(arrive(0), 4);
        let numbers = |log: &CallLog| log.all().iter().map(|call| call.number).collect::<Vec<_>>();
        assert_eq!(numbers(&log), [2, 3, 4]);
        log.worked(3);
        assert!(log.all()[1].worked);
        log.clear();
        assert_eq!(numbers(&log), [0; 0]);
    }
}
