//! Keeps the calls of the process under `requests_per_second`.

use std::time::Duration;

use tokio::{sync::Mutex, time::Instant};

use crate::wechat::{Operation, RequestRate, Stop};

/// Lets callers pass one by one, in the order they came, at most so many a second.
#[derive(Debug)]
pub(in crate::wechat) struct Pacer {
    interval: Option<Duration>,
    /// When the next caller may pass. The lock is fair, and is held while its holder waits for its turn.
    next: Mutex<Option<Instant>>,
}

impl Pacer {
    pub(in crate::wechat) fn new(rate: Option<RequestRate>) -> Self {
        Self {
            interval: rate.map(RequestRate::interval),
            next: Mutex::new(None),
        }
    }

    /// Waits for the caller's turn. A turn that would come after the operation's deadline is given up at once when it
    /// is the next one, at the deadline otherwise; a caller that leaves takes no turn.
    pub(in crate::wechat) async fn turn(&self, operation: &Operation) -> Result<(), Stop> {
        let Some(interval) = self.interval else {
            return Ok(());
        };
        let mut next = operation.run(self.next.lock()).await?;
        let now = Instant::now();
        if let Some(at) = next.filter(|at| *at > now) {
            operation.sleep(at - now).await?;
        }
        *next = Some(Instant::now() + interval);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex as StdMutex};

    use tokio_util::sync::CancellationToken;

    use super::*;

    fn operation(seconds: u64) -> Operation {
        Operation::new(Duration::from_secs(seconds), CancellationToken::new())
    }

    fn pacer(rate: f64) -> Pacer {
        Pacer::new(Some(rate.try_into().unwrap()))
    }

    #[tokio::test(start_paused = true)]
    async fn callers_pass_in_order_and_not_faster_than_the_rate() {
        let pacer = Arc::new(pacer(2.0));
        let passed = Arc::new(StdMutex::new(Vec::new()));
        let started = Instant::now();
        let callers: Vec<_> = (0..5)
            .map(|n| {
                let (pacer, passed) = (Arc::clone(&pacer), Arc::clone(&passed));
                async move {
                    pacer.turn(&operation(60)).await.unwrap();
                    passed
                        .lock()
                        .unwrap()
                        .push((n, started.elapsed().as_millis()));
                }
            })
            .collect();
        futures_util::future::join_all(callers).await;
        assert_eq!(
            *passed.lock().unwrap(),
            [(0, 0), (1, 500), (2, 1000), (3, 1500), (4, 2000)]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn no_turn_is_waited_for_past_the_deadline_and_none_is_lost() {
        let pacer = pacer(0.1);
        pacer.turn(&operation(60)).await.unwrap();
        let started = Instant::now();
        assert_eq!(pacer.turn(&operation(5)).await, Err(Stop::Deadline));
        assert_eq!(started.elapsed(), Duration::ZERO, "known at once");
        pacer.turn(&operation(60)).await.unwrap();
        assert_eq!(
            started.elapsed(),
            Duration::from_secs(10),
            "the one who left took no turn"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn cancellation_ends_the_wait() {
        let pacer = pacer(0.1);
        pacer.turn(&operation(60)).await.unwrap();
        let cancel = CancellationToken::new();
        let waiting = Operation::new(Duration::from_secs(60), cancel.clone());
        let later = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            cancel.cancel();
        };
        let (turn, ()) = tokio::join!(pacer.turn(&waiting), later);
        assert_eq!(turn, Err(Stop::Cancelled));
        assert_eq!(waiting.elapsed(), Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_rate_nobody_waits() {
        let pacer = Pacer::new(None);
        for _ in 0..1000 {
            pacer.turn(&operation(1)).await.unwrap();
        }
    }
}
