//! The attribute `timeouts`: how long operations may take.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::framework::schema::{Attribute, Nesting, Validator};
use crate::framework::{Attr, GoDuration};

/// By operation: `create`, `read`, `update` and `delete`, as far as the type has them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(in crate::provider) struct Timeouts<D>(BTreeMap<String, D>);

/// Configuration or plan.
pub(in crate::provider) type PlannedTimeouts = Attr<Timeouts<Attr<GoDuration>>>;

/// State.
pub(in crate::provider) type KnownTimeouts = Option<Timeouts<Option<GoDuration>>>;

/// The attribute, with what is said of each operation's limit. `check` is what a limit has to be.
pub(in crate::provider) fn attribute(
    operations: &[(&'static str, &'static str)],
    check: fn() -> Validator,
) -> Attribute {
    let operations = operations
        .iter()
        .map(|(operation, about)| Attribute::string(operation, *about).validate(check()));
    Attribute::nested(
        "timeouts",
        Nesting::Single,
        operations.collect(),
        "How long operations may take, as durations such as `90s` or `2h`.",
    )
}

/// How long an operation may take, if that is configured.
pub(in crate::provider) fn of(timeouts: &KnownTimeouts, operation: &str) -> Option<Duration> {
    let Timeouts(timeouts) = timeouts.as_ref()?;
    timeouts.get(operation)?.as_ref().map(GoDuration::get)
}

#[cfg(test)]
impl Timeouts<Option<GoDuration>> {
    /// The limit of one operation.
    pub(in crate::provider) fn of_one(operation: &str, limit: Duration) -> Self {
        let limit = format!("{}s", limit.as_secs()).parse().ok();
        Self(BTreeMap::from([(operation.to_owned(), limit)]))
    }
}
