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
    let limit = timeouts::of(timeouts, name).unwrap_or_else(|| {
        let calls = context.session.client.least_time(appids);
        default.saturating_add(calls.saturating_mul(CALLS_EACH))
    });
    operation(context, limit)
}

/// The limits of an operation that starts now.
pub(super) fn operation(context: &Context<Session>, limit: Duration) -> Operation {
    Operation::new(limit, context.cancel.clone())
}
