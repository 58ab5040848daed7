//! The limits of one operation: its deadline and its cancellation.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::waiters::Waiters;

/// The deadline and the cancellation of one operation of the caller; every call of the client takes one.
///
/// Nothing the client does goes on past either: attempts, waits between them, queueing and fetching a token. Only a write
/// that is on its way then is given ten seconds more to answer, so that its outcome is known.
#[derive(Clone, Debug)]
pub struct Operation {
    id: u64,
    started: Instant,
    limits: Limits,
}

#[derive(Clone, Debug)]
enum Limits {
    Own {
        deadline: Instant,
        cancel: CancellationToken,
    },
    /// Work for several operations at once: it lasts as long as the longest of them.
    Shared(Arc<Waiters>),
}

/// Why an operation ended before its work did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Its time was up, or what it had to wait for would have ended after its deadline.
    Deadline,
    /// The caller cancelled it.
    Cancelled,
}

impl Operation {
    /// An operation that starts now and has to end within `deadline`, or as soon as `cancel` is cancelled.
    pub fn new(deadline: Duration, cancel: CancellationToken) -> Self {
        // An instant too far away to be represented is as good as none: a year.
        const FAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
        let started = Instant::now();
        let deadline = started + deadline.min(FAR);
        Self {
            id: next_id(),
            started,
            limits: Limits::Own { deadline, cancel },
        }
    }

    /// Work done for everyone in `waiters`.
    pub(super) fn shared(waiters: Arc<Waiters>) -> Self {
        Self {
            id: next_id(),
            started: Instant::now(),
            limits: Limits::Shared(waiters),
        }
    }

    /// Tells operations apart.
    pub(super) fn id(&self) -> u64 {
        self.id
    }

    /// When the operation has to end.
    pub(super) fn deadline(&self) -> Instant {
        match &self.limits {
            Limits::Own { deadline, .. } => *deadline,
            Limits::Shared(waiters) => waiters.deadline(),
        }
    }

    fn cancel(&self) -> &CancellationToken {
        match &self.limits {
            Limits::Own { cancel, .. } => cancel,
            Limits::Shared(waiters) => waiters.gone(),
        }
    }

    /// The time left, zero when there is none.
    pub fn remaining(&self) -> Duration {
        self.deadline().saturating_duration_since(Instant::now())
    }

    /// The time since the operation started.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Whether the operation is over, and why.
    pub fn check(&self) -> Result<(), Stop> {
        if self.cancel().is_cancelled() {
            Err(Stop::Cancelled)
        } else if self.remaining().is_zero() {
            Err(Stop::Deadline)
        } else {
            Ok(())
        }
    }

    /// Runs `work` until it is done or the operation is over, whichever comes first; the work is then dropped.
    pub async fn run<F: Future>(&self, work: F) -> Result<F::Output, Stop> {
        self.run_with_grace(Duration::ZERO, work).await
    }

    /// As [`Operation::run`], but when the operation is over `work` may go on for `grace`.
    pub(super) async fn run_with_grace<F: Future>(
        &self,
        grace: Duration,
        work: F,
    ) -> Result<F::Output, Stop> {
        let mut work = std::pin::pin!(work);
        let mut ended = None;
        let mut limit = self.deadline();
        loop {
            let stop = tokio::select! {
                biased;
                () = self.cancel().cancelled(), if ended.is_none() => Stop::Cancelled,
                output = &mut work => return Ok(output),
                () = tokio::time::sleep_until(limit) => Stop::Deadline,
            };
            if let Some(stop) = ended {
                return Err(stop);
            }
            // Somebody with more time may have joined a shared piece of work meanwhile.
            let later = self.deadline();
            if stop == Stop::Deadline && later > limit {
                limit = later;
            } else if grace.is_zero() {
                return Err(stop);
            } else {
                ended = Some(stop);
                limit = Instant::now() + grace;
            }
        }
    }

    /// Sleeps, unless the sleep would end past the deadline: then it returns [`Stop::Deadline`] at once.
    pub async fn sleep(&self, pause: Duration) -> Result<(), Stop> {
        self.check()?;
        if pause >= self.remaining() {
            return Err(Stop::Deadline);
        }
        self.run(tokio::time::sleep(pause)).await
    }
}

fn next_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn sleep_past_the_deadline_is_refused_at_once() {
        let operation = Operation::new(Duration::from_secs(10), CancellationToken::new());
        assert_eq!(
            operation.sleep(Duration::from_secs(10)).await,
            Err(Stop::Deadline)
        );
        assert_eq!(operation.elapsed(), Duration::ZERO);
        assert_eq!(operation.sleep(Duration::from_secs(9)).await, Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn cancellation_ends_a_sleep() {
        let cancel = CancellationToken::new();
        let operation = Operation::new(Duration::from_secs(60), cancel.clone());
        let stopped = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            cancel.cancel();
        };
        let (slept, ()) = tokio::join!(operation.sleep(Duration::from_secs(30)), stopped);
        assert_eq!(slept, Err(Stop::Cancelled));
        assert_eq!(operation.elapsed(), Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn work_is_dropped_at_the_deadline() {
        let operation = Operation::new(Duration::from_secs(3), CancellationToken::new());
        assert_eq!(
            operation.run(std::future::pending::<()>()).await,
            Err(Stop::Deadline)
        );
        assert_eq!(operation.elapsed(), Duration::from_secs(3));
        assert_eq!(operation.check(), Err(Stop::Deadline));
    }

    #[tokio::test(start_paused = true)]
    async fn an_endless_deadline_does_not_overflow() {
        let operation = Operation::new(Duration::MAX, CancellationToken::new());
        assert_eq!(operation.check(), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn grace_lets_work_end_after_a_cancellation() {
        let cancel = CancellationToken::new();
        cancel.cancel();
        let operation = Operation::new(Duration::from_secs(60), cancel);
        let grace = Duration::from_secs(5);
        let quick = tokio::time::sleep(Duration::from_secs(4));
        assert_eq!(operation.run_with_grace(grace, quick).await, Ok(()));
        let slow = tokio::time::sleep(Duration::from_secs(6));
        assert_eq!(
            operation.run_with_grace(grace, slow).await,
            Err(Stop::Cancelled)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn grace_lets_work_end_after_the_deadline() {
        let grace = Duration::from_secs(5);
        let operation = || Operation::new(Duration::from_secs(3), CancellationToken::new());
        let quick = tokio::time::sleep(Duration::from_secs(7));
        assert_eq!(operation().run_with_grace(grace, quick).await, Ok(()));
        let slow = tokio::time::sleep(Duration::from_secs(9));
        let ended = operation().run_with_grace(grace, slow).await;
        assert_eq!(ended, Err(Stop::Deadline));
    }
}
