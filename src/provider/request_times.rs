//! When open requests were sent, as far as this process has come across it: in a state that it was handed, or since it
//! sent them itself.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::ledger::Pair;
use super::moment::Moment;

/// Times by environment and mini program.
#[derive(Debug, Default)]
pub(super) struct RequestTimes(Mutex<HashMap<Pair, Moment>>);

impl RequestTimes {
    /// Notes that the request of `pair` was sent at `sent`. The latest one counts.
    pub(super) fn note(&self, pair: Pair, sent: Moment) {
        let mut times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = times.entry(pair).or_insert(sent);
        *known = sent.max(*known);
    }

    /// When the latest request of `pair` was sent, if that is known.
    pub(super) fn find(&self, pair: &Pair) -> Option<Moment> {
        let times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        times.get(pair).copied()
    }
}
