//! The attribute `timeouts`: how long operations may take.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::validators;
use crate::framework::schema::{Attribute, Nesting};
use crate::framework::{Attr, GoDuration};

/// By operation: `create`, `read`, `update` and `delete`, as far as the type has them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(in crate::provider) struct Timeouts<D>(BTreeMap<String, D>);

/// Configuration or plan.
pub(in crate::provider) type PlannedTimeouts = Attr<Timeouts<Attr<GoDuration>>>;

/// State.
pub(in crate::provider) type KnownTimeouts = Option<Timeouts<Option<GoDuration>>>;

/// The attribute, with what each operation's limit is about, as in "Looking up and sharing: `20m` (the default)".
pub(in crate::provider) fn attribute(operations: &[(&'static str, &'static str)]) -> Attribute {
    let operations = operations.iter().map(|(operation, about)| {
        Attribute::string(operation, *about).validate(validators::duration())
    });
    Attribute::nested(
        "timeouts",
        Nesting::Single,
        operations.collect(),
        "How long operations may take, as durations such as `90s` or `2h`.",
    )
}

/// What is planned as it is in state; `None` if something is not known yet.
pub(in crate::provider) fn known(planned: &PlannedTimeouts) -> Option<KnownTimeouts> {
    let Timeouts(planned) = match planned {
        Attr::Unknown => return None,
        Attr::Null => return Some(None),
        Attr::Known(planned) => planned,
    };
    let known = planned.iter().map(|(operation, limit)| match limit {
        Attr::Unknown => None,
        limit => Some((operation.clone(), limit.known().cloned())),
    });
    known
        .collect::<Option<_>>()
        .map(|known| Some(Timeouts(known)))
}

/// How long an operation may take, if that is configured.
pub(in crate::provider) fn of(timeouts: &KnownTimeouts, operation: &str) -> Option<Duration> {
    let Timeouts(timeouts) = timeouts.as_ref()?;
    timeouts.get(operation)?.as_ref().map(GoDuration::get)
}
