//! How long windows wait for more.
//!
//! A lone request must not notice its windows, and on a busy machine the requests of a whole run come further apart than
//! that. So a process learns: a window that opens right after another of its kind has closed shows that the earlier one
//! should have waited, and one that waited for nobody shows that it should not have.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// What a window waits at first: it closes when nothing new has come for this long. A lone share goes through up to three
/// windows (query, share, query) and should not notice.
const FIRST: Duration = Duration::from_millis(4);

/// What a window waits when the requests of a crowd come far apart.
const CEILING: Duration = Duration::from_millis(100);

/// A window that opens within this time of the last one's end would have belonged to it.
const RIGHT_AFTER: Duration = Duration::from_millis(100);

/// How many times its idle wait a window lasts at the longest, however many still come.
const LONGEST: u32 = 10;

/// How long one window waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Patience {
    /// It closes when nothing new has come for this long.
    pub(super) idle: Duration,
    /// It closes after this long at the latest.
    pub(super) longest: Duration,
}

/// What the process has learned; `K` tells windows apart that cannot serve the same requests.
#[derive(Debug)]
pub(in crate::wechat) struct Pace<K>(Mutex<Learned<K>>);

#[derive(Debug)]
struct Learned<K> {
    idle: Duration,
    closed: HashMap<K, Instant>,
}

impl<K> Default for Pace<K> {
    fn default() -> Self {
        Self(Mutex::new(Learned {
            idle: FIRST,
            closed: HashMap::new(),
        }))
    }
}

impl<K: Eq + Hash> Pace<K> {
    /// A window opens: how long it is to wait.
    pub(super) fn opens(&self, key: &K) -> Patience {
        let mut learned = self.learned();
        let last = learned.closed.get(key);
        if last.is_some_and(|last| last.elapsed() < RIGHT_AFTER) {
            learned.idle = (learned.idle * 2).min(CEILING);
        }
        Patience {
            idle: learned.idle,
            longest: learned.idle * LONGEST,
        }
    }

    /// A window closes, with so many requests in it.
    pub(super) fn closes(&self, key: K, members: usize) {
        let mut learned = self.learned();
        if members <= 1 {
            learned.idle = (learned.idle / 2).max(FIRST);
        }
        learned.closed.insert(key, Instant::now());
    }

    fn learned(&self) -> MutexGuard<'_, Learned<K>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn idle(pace: &Pace<&'static str>, key: &'static str) -> u128 {
        pace.opens(&key).idle.as_millis()
    }

    #[tokio::test(start_paused = true)]
    async fn a_lone_share_waits_a_few_milliseconds_in_all() {
        let pace = Pace::default();
        let mut waited = 0;
        for key in ["query", "share", "query"] {
            let one = idle(&pace, key);
            waited += one;
            tokio::time::advance(Duration::from_millis(1)).await;
            pace.closes(key, 1);
        }
        assert!(waited <= 16, "{waited} ms");
    }

    #[tokio::test(start_paused = true)]
    async fn one_after_the_other_it_stays_short() {
        let pace = Pace::default();
        for _ in 0..100 {
            assert!(idle(&pace, "share") <= 8);
            pace.closes("share", 1);
            tokio::time::advance(Duration::from_millis(20)).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_crowd_that_comes_far_apart_is_waited_for() {
        let pace = Pace::default();
        let waits: Vec<_> = (0..6)
            .map(|_| {
                let wait = idle(&pace, "share");
                pace.closes("share", 3);
                wait
            })
            .collect();
        assert_eq!(waits, [4, 8, 16, 32, 64, 100]);
        // One environment's windows say nothing of another's.
        pace.closes("share", 1);
        assert_eq!(idle(&pace, "share of another"), 50);
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_much_later_does_not_lengthen_it() {
        let pace = Pace::default();
        for _ in 0..10 {
            assert_eq!(idle(&pace, "share"), 4);
            pace.closes("share", 2);
            tokio::time::advance(RIGHT_AFTER).await;
        }
    }
}
