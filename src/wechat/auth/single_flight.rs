//! Work done once for several operations.

use std::sync::Arc;

use tokio::sync::watch;
use tracing::Instrument as _;

use crate::wechat::{
    Class, Error, Operation,
    waiters::{Waiter, Waiters},
};

/// A task that several operations wait for. It runs by itself, so an operation that leaves does not stop it; when all
/// have left, its own operation is cancelled.
#[derive(Debug)]
pub(in crate::wechat) struct Flight<T> {
    waiters: Arc<Waiters>,
    result: watch::Receiver<Option<T>>,
}

/// A place among those who wait.
#[derive(Debug)]
pub(in crate::wechat) struct Boarded<T> {
    _member: Waiter,
    result: watch::Receiver<Option<T>>,
}

impl<T: Clone + Send + Sync + 'static> Flight<T> {
    /// Starts `work` with an operation of its own, and waits for it on behalf of `first`.
    pub(in crate::wechat) fn start<F>(
        first: &Operation,
        work: impl FnOnce(Operation) -> F,
    ) -> (Self, Boarded<T>)
    where
        F: Future<Output = T> + Send + 'static,
    {
        let (waiters, member) = Waiters::new(first);
        let (sender, result) = watch::channel(None);
        let work = work(Operation::shared(Arc::clone(&waiters)));
        tokio::spawn(
            async move {
                sender.send_replace(Some(work.await));
            }
            .in_current_span(),
        );
        let boarded = Boarded {
            _member: member,
            result: result.clone(),
        };
        (Self { waiters, result }, boarded)
    }

    /// Waits too, unless the work is done or being given up.
    pub(in crate::wechat) fn board(&self, operation: &Operation) -> Option<Boarded<T>> {
        if self.result.borrow().is_some() || self.result.has_changed().is_err() {
            return None;
        }
        let member = self.waiters.join(operation)?;
        Some(Boarded {
            _member: member,
            result: self.result.clone(),
        })
    }
}

impl<T: Clone> Boarded<T> {
    /// The result, or why `operation` ended before it came.
    pub(in crate::wechat) async fn wait(mut self, operation: &Operation) -> Result<T, Error> {
        match operation.run(self.result.wait_for(Option::is_some)).await {
            Ok(Ok(result)) => (*result).clone().ok_or_else(broke_off),
            Ok(Err(_)) => Err(broke_off()),
            Err(stop) => Err(Error::stopped(stop)),
        }
    }
}

/// The task ended without a result: it panicked, or the process is ending.
pub(in crate::wechat) fn broke_off() -> Error {
    Error::new(Class::Cancelled, "the client stopped working on the call")
        .next_step("Try again. If the error persists, please report it with the log.")
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicBool, Ordering},
        time::Duration,
    };

    use tokio_util::sync::CancellationToken;

    use super::*;

    fn operation(seconds: u64) -> Operation {
        Operation::new(Duration::from_secs(seconds), CancellationToken::new())
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_leaves_does_not_stop_it_for_the_others() {
        let (hasty, patient) = (operation(1), operation(60));
        let (flight, boarded) = Flight::start(&hasty, |shared| async move {
            shared.run(tokio::time::sleep(Duration::from_secs(5))).await
        });
        let second = flight.board(&patient).unwrap();
        let (first, second) = tokio::join!(boarded.wait(&hasty), second.wait(&patient));
        assert_eq!(first.unwrap_err().class(), Class::DeadlineExceeded);
        assert_eq!(second.unwrap(), Ok(()));
        assert!(flight.board(&patient).is_none(), "it is done");
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_cancelled_when_all_have_left() {
        let cancelled = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&cancelled);
        let only = operation(1);
        let (_flight, boarded) = Flight::start(&only, |shared| async move {
            let ended = shared.run(std::future::pending::<()>()).await;
            seen.store(ended.is_err(), Ordering::SeqCst);
        });
        drop(boarded);
        tokio::task::yield_now().await;
        tokio::task::yield_now().await;
        assert!(cancelled.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn a_panic_is_an_error_for_those_who_wait() {
        let only = operation(10);
        let (flight, boarded) = Flight::<()>::start(&only, |_| async { panic!("on purpose") });
        assert!(boarded.wait(&only).await.is_err());
        assert!(flight.board(&only).is_none());
    }
}
