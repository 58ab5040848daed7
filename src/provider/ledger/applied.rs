//! What the applies of one process have done: the second line, for what no plan could know.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use tokio::sync::{Mutex, OwnedMutexGuard};

use super::{ObjectId, Pair};
use crate::wechat::{Error, Operation};

/// How an object got a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::provider) enum Taken {
    /// It has not got it, but is to have it: nobody else is to end it.
    Wanted,
    /// It was bound.
    Bound,
    /// Its administrator has been asked, at this URL if the API said one.
    Pending(Option<String>),
    /// The same, but in an earlier run.
    StillPending(Option<String>),
}

impl Taken {
    /// Where the administrator confirms, if the API said so.
    pub(in crate::provider) fn url(&self) -> Option<&str> {
        match self {
            Self::Bound | Self::Wanted => None,
            Self::Pending(url) | Self::StillPending(url) => url.as_deref(),
        }
    }
}

/// What was taken and ended, and who works on what.
#[derive(Debug, Default)]
pub(super) struct AppliedPairs {
    /// Who has it, where a resource instance has taken it and not an action.
    taken: HashMap<Pair, (Option<ObjectId>, Taken)>,
    ended: HashSet<Pair>,
    locks: HashMap<Pair, Arc<Mutex<()>>>,
}

/// Pairs to be worked on, in order, so that two operations never wait for each other.
#[derive(Debug)]
pub(super) struct Locks(Vec<Arc<Mutex<()>>>);

/// The right to work on some pairs, until it is dropped.
#[derive(Debug)]
pub(in crate::provider) struct Turn {
    _guards: Vec<OwnedMutexGuard<()>>,
}

impl Locks {
    /// Waits until all are free.
    pub(super) async fn acquire(self, operation: &Operation) -> Result<Turn, Error> {
        let all = async {
            let mut guards = Vec::with_capacity(self.0.len());
            for lock in self.0 {
                guards.push(lock.lock_owned().await);
            }
            Turn { _guards: guards }
        };
        operation.run(all).await.map_err(Error::from)
    }
}

impl AppliedPairs {
    /// The locks of `pairs`.
    pub(super) fn locks(&mut self, pairs: BTreeSet<Pair>) -> Locks {
        let lock = |pair| Arc::clone(self.locks.entry(pair).or_default());
        Locks(pairs.into_iter().map(lock).collect())
    }

    /// What another than the objects `own` has got: another object, or an action.
    pub(super) fn taken_by_other(&self, pair: &Pair, own: &[ObjectId]) -> Option<Taken> {
        let (holder, taken) = self.taken.get(pair)?;
        let is_own = holder.as_ref().is_some_and(|holder| own.contains(holder));
        (!is_own && *taken != Taken::Wanted).then(|| taken.clone())
    }

    /// Whether another object than `own` has it.
    pub(super) fn is_held_by_other(&self, pair: &Pair, own: &[ObjectId]) -> bool {
        let holder = self.taken.get(pair).and_then(|(holder, _)| holder.as_ref());
        holder.is_some_and(|holder| !own.contains(holder))
    }

    /// `object`, or an action, has taken a pair. Whether its share had ended before.
    pub(super) fn took(&mut self, pair: Pair, object: Option<&ObjectId>, taken: Taken) -> bool {
        if taken == Taken::Wanted {
            self.taken
                .entry(pair)
                .or_insert_with(|| (object.cloned(), taken));
            return false;
        }
        let had_ended = self.ended.remove(&pair);
        let (holder, known) = self.taken.remove(&pair).unzip();
        // What an action asks for stays with whoever has it.
        let holder = object.cloned().or(holder.flatten());
        let taken = match (known, taken) {
            // An action has asked before the object that keeps it came.
            (Some(asked @ Taken::Pending(_)), Taken::StillPending(_)) => asked,
            (_, taken) => taken,
        };
        self.taken.insert(pair, (holder, taken));
        had_ended
    }

    /// Forgets what was taken and ended: another run begins.
    pub(super) fn forget(&mut self) {
        self.taken.clear();
        self.ended.clear();
    }

    /// The share of a pair has ended.
    pub(super) fn ended(&mut self, pair: Pair) {
        self.taken.remove(&pair);
        self.ended.insert(pair);
    }

    /// Whether the share of a pair has ended, and nobody has taken it since.
    pub(super) fn has_ended(&self, pair: &Pair) -> bool {
        self.ended.contains(pair)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio_util::sync::CancellationToken;

    use super::*;

    fn pair(appid: char) -> Pair {
        let appid = format!("wx{}", appid.to_string().repeat(16));
        Pair::new(&"e".parse().unwrap(), None, &appid.parse().unwrap())
    }

    fn pairs(appids: &str) -> BTreeSet<Pair> {
        appids.chars().map(pair).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn one_operation_at_a_time_works_on_a_pair() {
        let mut applied = AppliedPairs::default();
        let operation = Operation::new(Duration::from_secs(10), CancellationToken::new());
        let first = applied
            .locks(pairs("ab"))
            .acquire(&operation)
            .await
            .unwrap();
        // Others are free.
        let other = applied.locks(pairs("c")).acquire(&operation).await;
        other.unwrap();
        let short = Operation::new(Duration::from_secs(1), CancellationToken::new());
        let second = applied.locks(pairs("bc")).acquire(&short).await;
        assert!(second.is_err(), "it gives up with its operation");
        drop(first);
        applied
            .locks(pairs("bc"))
            .acquire(&operation)
            .await
            .unwrap();
    }

    #[test]
    fn what_was_taken_is_anothers_until_it_ends() {
        let mut applied = AppliedPairs::default();
        let (mine, yours) = (ObjectId::new(), ObjectId::new());
        assert!(!applied.took(pair('a'), Some(&mine), Taken::Bound));
        let own = [mine.clone()];
        assert_eq!(applied.taken_by_other(&pair('a'), &own), None);
        assert!(!applied.is_held_by_other(&pair('a'), &own));
        let own = [yours.clone()];
        let seen = applied.taken_by_other(&pair('a'), &own);
        assert_eq!(seen, Some(Taken::Bound));
        assert!(applied.is_held_by_other(&pair('a'), &own));
        applied.ended(pair('a'));
        assert!(applied.has_ended(&pair('a')));
        assert_eq!(applied.taken_by_other(&pair('a'), &[]), None);
        assert!(applied.took(pair('a'), Some(&yours), Taken::Pending(None)));
        assert!(!applied.has_ended(&pair('a')));
        // What an action has asked for is nobody's, but is not asked for again.
        applied.took(pair('b'), None, Taken::Pending(None));
        assert!(applied.taken_by_other(&pair('b'), &own).is_some());
        assert!(!applied.is_held_by_other(&pair('b'), &own));
    }

    #[test]
    fn who_was_asked_in_this_run_is_not_taken_for_one_of_an_earlier_run() {
        let mut applied = AppliedPairs::default();
        let mine = ObjectId::new();
        let asked = Taken::Pending(Some("fresh".to_owned()));
        let kept = Taken::StillPending(Some("stale".to_owned()));
        applied.took(pair('a'), None, asked.clone());
        applied.took(pair('a'), Some(&mine), kept.clone());
        assert_eq!(applied.taken_by_other(&pair('a'), &[]), Some(asked.clone()));
        assert!(applied.is_held_by_other(&pair('a'), &[]));
        applied.took(pair('b'), Some(&mine), kept);
        applied.took(pair('b'), None, asked.clone());
        assert_eq!(applied.taken_by_other(&pair('b'), &[]), Some(asked));
        assert!(applied.is_held_by_other(&pair('b'), &[]));
    }

    #[test]
    fn what_an_object_failed_to_take_is_not_ended_by_others_but_may_be_asked_for() {
        let mut applied = AppliedPairs::default();
        let (mine, yours) = (ObjectId::new(), ObjectId::new());
        assert!(!applied.took(pair('a'), Some(&mine), Taken::Wanted));
        let own = [yours.clone()];
        assert_eq!(applied.taken_by_other(&pair('a'), &own), None);
        assert!(applied.is_held_by_other(&pair('a'), &own));
        // It does not take the place of what somebody has.
        applied.took(pair('a'), Some(&yours), Taken::Bound);
        applied.took(pair('a'), Some(&mine), Taken::Wanted);
        let seen = applied.taken_by_other(&pair('a'), &[mine]);
        assert_eq!(seen, Some(Taken::Bound));
        applied.forget();
        assert!(!applied.is_held_by_other(&pair('a'), &[]));
    }
}
