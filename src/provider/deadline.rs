//! How long operations may take, where the configuration does not say.

use std::time::Duration;

use super::Session;
use crate::framework::Context;
use crate::wechat::Operation;

/// Reading: a few batch calls, each with its retries.
pub(super) const READ: Duration = Duration::from_secs(5 * 60);
/// Changing, or reading what takes a call for each account: thousands of appids, through the waits
/// of a per-minute cap.
pub(super) const WRITE: Duration = Duration::from_secs(20 * 60);
/// Looking at appids in advance, which a plan can do without.
pub(super) const PLAN: Duration = Duration::from_secs(60);

/// The limits of an operation that starts now.
pub(super) fn operation(context: &Context<Session>, limit: Duration) -> Operation {
    Operation::new(limit, context.cancel.clone())
}
