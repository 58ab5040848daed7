//! When a failed call is sent again.

use std::time::Duration;

use crate::wechat::{Class, Error, Operation};

/// How long to wait before a call is sent again.
///
/// The wait grows by a factor from one attempt to the next, up to a ceiling, and between three quarters of it and all
/// of it are waited, so that callers that failed together don't come back together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backoff {
    /// The wait before the first retry.
    pub first: Duration,
    /// By how much each wait is longer than the one before it.
    pub factor: u32,
    /// The longest wait.
    pub ceiling: Duration,
}

impl Backoff {
    /// For a busy or broken API: 0.25 s, 0.5 s, 1 s, 2 s, … up to 10 s.
    pub const TRANSIENT: Self = Self {
        first: Duration::from_millis(250),
        factor: 2,
        ceiling: Duration::from_secs(10),
    };

    /// For the cap on calls in a minute: 1 s, 4 s, 16 s, 60 s, so that four retries outlast the minute.
    pub const THROTTLED: Self = Self {
        first: Duration::from_secs(1),
        factor: 4,
        ceiling: Duration::from_secs(60),
    };

    /// The wait before retry number `retry` (from 0); `random` is from 0 to 1.
    fn pause(&self, retry: u32, random: f64) -> Duration {
        let whole = self
            .first
            .saturating_mul(self.factor.saturating_pow(retry))
            .min(self.ceiling);
        whole.mul_f64(random.clamp(0.0, 1.0).mul_add(0.25, 0.75))
    }
}

/// The attempts of one call.
#[derive(Debug)]
pub(in crate::wechat) struct Attempts {
    made: u32,
    retries: u32,
    max_retries: u32,
    transient: Backoff,
    throttled: Backoff,
}

impl Attempts {
    pub(in crate::wechat) fn new(max_retries: u32, transient: Backoff, throttled: Backoff) -> Self {
        Self {
            made: 0,
            retries: 0,
            max_retries,
            transient,
            throttled,
        }
    }

    /// Counts one HTTP request.
    pub(in crate::wechat) fn count(&mut self) {
        self.made += 1;
    }

    /// How many HTTP requests were made.
    pub(in crate::wechat) fn made(&self) -> u32 {
        self.made
    }

    /// Waits before the call is sent again, or returns the error to give up with: it can't be retried, there were
    /// enough attempts, or the operation ends first.
    pub(in crate::wechat) async fn pause(
        &mut self,
        operation: &Operation,
        error: Error,
        retry_after: Option<Duration>,
    ) -> Result<(), Error> {
        let error = error.with_attempts(self.made);
        if !error.class().is_retryable() || self.retries >= self.max_retries {
            return Err(error);
        }
        let backoff = if error.class() == Class::Throttled {
            self.throttled
        } else {
            self.transient
        };
        let pause = backoff.pause(self.retries, fastrand::f64());
        let pause = pause.max(retry_after.unwrap_or_default().min(self.throttled.ceiling));
        self.retries += 1;
        tracing::warn!(
            retry = self.retries,
            pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX),
            error = %error,
            "waiting before the next attempt"
        );
        operation
            .sleep(pause)
            .await
            .map_err(|stop| error.stopped_before_retry(stop))
    }
}

#[cfg(test)]
mod tests {
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::wechat::http::ServerMessage;

    fn attempts(max_retries: u32) -> Attempts {
        Attempts::new(max_retries, Backoff::TRANSIENT, Backoff::THROTTLED)
    }

    fn refused(errcode: i64) -> Error {
        Error::refused(errcode, ServerMessage::parse("no"))
    }

    fn operation(seconds: u64) -> Operation {
        Operation::new(Duration::from_secs(seconds), CancellationToken::new())
    }

    async fn retries_of(errcode: i64, max_retries: u32) -> (u32, Duration) {
        let operation = operation(3600);
        let mut attempts = attempts(max_retries);
        loop {
            attempts.count();
            if attempts
                .pause(&operation, refused(errcode), None)
                .await
                .is_err()
            {
                return (attempts.made(), operation.elapsed());
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn only_transient_and_throttled_are_sent_again() {
        for (errcode, made) in [
            (-1, 5),
            (-1000, 5),
            (45011, 5),
            (45009, 1),
            (40097, 1),
            (40001, 1),
            (12345, 1),
        ] {
            assert_eq!(retries_of(errcode, 4).await.0, made, "{errcode}");
        }
        assert_eq!(retries_of(-1, 0).await.0, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn throttled_calls_outlast_the_minute_with_four_retries() {
        let (_, waited) = retries_of(45011, 4).await;
        assert!(waited >= Duration::from_secs(60), "{waited:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn wait_past_the_deadline_is_refused_and_says_how_many_attempts() {
        let operation = operation(2);
        let mut attempts = attempts(100);
        let error = loop {
            attempts.count();
            if let Err(error) = attempts.pause(&operation, refused(-1), None).await {
                break error;
            }
        };
        assert_eq!(error.class(), Class::DeadlineExceeded);
        assert_eq!(
            (error.attempts(), error.errcode()),
            (attempts.made(), Some(-1))
        );
        assert!(attempts.made() >= 3, "{}", attempts.made());
        assert!(
            operation.elapsed() < Duration::from_secs(2),
            "it gave up before the deadline"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_server_s_own_wish_is_kept() {
        let operation = operation(3600);
        attempts(1)
            .pause(&operation, refused(-1), Some(Duration::from_secs(7)))
            .await
            .unwrap();
        assert_eq!(operation.elapsed(), Duration::from_secs(7));
    }

    #[test]
    fn waits_grow_to_the_ceiling() {
        let waits: Vec<u128> = (0..5)
            .map(|retry| Backoff::THROTTLED.pause(retry, 1.0).as_millis())
            .collect();
        assert_eq!(waits, [1000, 4000, 16_000, 60_000, 60_000]);
        assert_eq!(
            Backoff::TRANSIENT.pause(0, 0.0),
            Duration::from_micros(187_500)
        );
        assert_eq!(
            Backoff::TRANSIENT.pause(u32::MAX, 1.0),
            Backoff::TRANSIENT.ceiling
        );
    }
}
