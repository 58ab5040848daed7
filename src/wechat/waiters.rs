//! The operations that wait for one shared piece of work.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::Operation;

/// Everyone who waits for a piece of work. It may last as long as the most patient of them, and is to be given up when
/// all are gone: one that leaves does not take it from the others.
#[derive(Debug)]
pub(super) struct Waiters {
    members: Mutex<Members>,
    gone: CancellationToken,
}

#[derive(Debug)]
struct Members {
    next: u64,
    present: HashMap<u64, Operation>,
    /// The last deadline there was, for when nobody is left.
    last_deadline: Instant,
}

/// A place in a [`Waiters`]; dropping it is leaving.
#[derive(Debug)]
pub(super) struct Waiter {
    waiters: Arc<Waiters>,
    id: u64,
}

impl Waiters {
    /// A waiters of one.
    pub(super) fn new(first: &Operation) -> (Arc<Self>, Waiter) {
        let members = Members {
            next: 1,
            present: HashMap::from([(0, first.clone())]),
            last_deadline: first.deadline(),
        };
        let waiters = Arc::new(Self {
            members: Mutex::new(members),
            gone: CancellationToken::new(),
        });
        let member = Waiter {
            waiters: Arc::clone(&waiters),
            id: 0,
        };
        (waiters, member)
    }

    /// Joins, unless all are gone already: the work is then being given up.
    pub(super) fn join(self: &Arc<Self>, operation: &Operation) -> Option<Waiter> {
        let mut members = self.lock();
        if self.gone.is_cancelled() {
            return None;
        }
        let id = members.next;
        members.next += 1;
        members.present.insert(id, operation.clone());
        Some(Waiter {
            waiters: Arc::clone(self),
            id,
        })
    }

    /// The latest of the members' deadlines.
    pub(super) fn deadline(&self) -> Instant {
        let members = self.lock();
        members
            .present
            .values()
            .map(Operation::deadline)
            .max()
            .unwrap_or(members.last_deadline)
    }

    /// Cancelled when all are gone.
    pub(super) fn gone(&self) -> &CancellationToken {
        &self.gone
    }

    fn lock(&self) -> MutexGuard<'_, Members> {
        self.members.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        let mut members = self.waiters.lock();
        if let Some(operation) = members.present.remove(&self.id) {
            members.last_deadline = operation.deadline();
        }
        if members.present.is_empty() {
            self.waiters.gone.cancel();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::wechat::Stop;

    fn operation(seconds: u64) -> Operation {
        Operation::new(Duration::from_secs(seconds), CancellationToken::new())
    }

    #[tokio::test(start_paused = true)]
    async fn lasts_as_long_as_the_most_patient() {
        let (waiters, _first) = Waiters::new(&operation(1));
        let shared = Operation::shared(Arc::clone(&waiters));
        let joins_later = async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            waiters.join(&operation(10)).unwrap()
        };
        let (result, _second) = tokio::join!(
            shared.run(tokio::time::sleep(Duration::from_secs(5))),
            joins_later
        );
        assert_eq!(result, Ok(()));
        assert_eq!(
            shared.run(std::future::pending::<()>()).await,
            Err(Stop::Deadline)
        );
        assert_eq!(shared.elapsed(), Duration::from_millis(10_500));
    }

    #[tokio::test(start_paused = true)]
    async fn is_cancelled_when_the_last_one_leaves() {
        let (waiters, first) = Waiters::new(&operation(10));
        let second = waiters.join(&operation(10)).unwrap();
        let shared = Operation::shared(Arc::clone(&waiters));
        drop(first);
        assert_eq!(shared.check(), Ok(()));
        drop(second);
        assert_eq!(shared.check(), Err(Stop::Cancelled));
        assert!(waiters.join(&operation(10)).is_none());
    }
}
