//! The requests of one attempt: there are two if the token of the first was refused.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicU32, Ordering},
};

use super::call::Wanted;

/// Counts the requests that carry `items`, so that they can be taken back without those of earlier attempts.
pub struct Claims<'a, I> {
    wanted: &'a dyn Wanted<I>,
    items: &'a BTreeSet<I>,
    requests: AtomicU32,
}

impl<'a, I> Claims<'a, I> {
    /// No request yet.
    pub fn new(wanted: &'a dyn Wanted<I>, items: &'a BTreeSet<I>) -> Self {
        Self {
            wanted,
            items,
            requests: AtomicU32::new(0),
        }
    }

    /// Whether a request may go out now; see [`Wanted::claim`].
    pub fn claim(&self) -> bool {
        let is_claimed = self.wanted.claim(self.items);
        self.requests
            .fetch_add(is_claimed.into(), Ordering::Relaxed);
        is_claimed
    }

    /// None of the requests had an effect; see [`Wanted::release`].
    pub fn release(self) {
        self.wanted.release(self.items, self.requests.into_inner());
    }
}
