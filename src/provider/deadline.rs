//! How long operations may take, where the configuration does not say.

use std::time::Duration;

use super::Session;
use super::timeouts::{self, KnownTimeouts};
use crate::framework::Context;
use crate::wechat::Operation;

/// Reading: a few batch calls, each with its retries.
pub(super) const READ: Duration = Duration::from_secs(5 * 60);
/// Changing, or reading what takes a call for each account: thousands of appids, through the waits
/// of a per-minute cap.
pub(super) const WRITE: Duration = Duration::from_secs(20 * 60);
/// A share is looked up, sent, and looked up once more.
const CALLS_EACH: u32 = 3;
/// Looking at appids in advance, which a plan can do without.
pub(super) const PLAN: Duration = Duration::from_secs(60);

/// The limits of an operation on `appids` mini programs that starts now: as configured, or `default` and what
/// `requests_per_second` makes its calls wait for each other.
pub(super) fn configured(
    context: &Context<Session>,
    (timeouts, name): (&KnownTimeouts, &str),
    default: Duration,
    appids: usize,
) -> Operation {
    match timeouts::of(timeouts, name) {
        Some(limit) => operation(context, limit),
        None => by_size(context, default, appids),
    }
}

/// The limits of an operation on `appids` mini programs that starts now, where nothing can be configured.
pub(super) fn by_size(context: &Context<Session>, default: Duration, appids: usize) -> Operation {
    let calls = context.session.client.least_time(appids);
    operation(
        context,
        default.saturating_add(calls.saturating_mul(CALLS_EACH)),
    )
}

/// The limits of an operation that takes a call for each of `envs` environments, and that starts now: as
/// [`configured`].
pub(super) fn of_envs(
    context: &Context<Session>,
    (timeouts, name): (&KnownTimeouts, &str),
    default: Duration,
    envs: usize,
) -> Operation {
    let limit = timeouts::of(timeouts, name).unwrap_or_else(|| {
        let calls = context.session.client.least_time_of_calls(envs);
        default.saturating_add(calls.saturating_mul(CALLS_EACH))
    });
    operation(context, limit)
}

/// The limits of an operation that starts now.
pub(super) fn operation(context: &Context<Session>, limit: Duration) -> Operation {
    Operation::new(limit, context.cancel.clone())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::provider::timeouts::Timeouts;
    use crate::wechat::{Client, ClientSettings};

    fn context(requests_per_second: Option<f64>) -> Context<Session> {
        let client = Client::new(ClientSettings {
            requests_per_second: requests_per_second.map(|rate| rate.try_into().unwrap()),
            ..ClientSettings::default()
        });
        Context {
            session: Arc::new(Session::new(client, false, None)),
            cancel: CancellationToken::new(),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_default_grows_with_the_calls_that_a_rate_spreads() {
        let unlimited = by_size(&context(None), READ, 10_000);
        assert_eq!(unlimited.remaining(), READ);
        // 200 calls of 50 mini programs, two seconds apart, three times.
        let slow = configured(&context(Some(0.5)), (&None, "read"), READ, 10_000);
        assert_eq!(slow.remaining(), READ + Duration::from_secs(3 * 400));
        let configured = Some(Timeouts::of_one("read", Duration::from_secs(7)));
        let own = super::configured(&context(Some(0.5)), (&configured, "read"), READ, 10_000);
        assert_eq!(own.remaining(), Duration::from_secs(7));
    }
}
