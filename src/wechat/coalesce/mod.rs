//! Puts what the process's operations ask at about the same time into few calls.
//!
//! A request waits in a *window*, which closes when nothing new has come for a few milliseconds or when its batch is
//! full. Reads of one `source_type` share windows, and so do writes of one kind, environment and `source_type`. Every
//! mini program gets its own result; nothing is sent twice to find out whose result is whose.

mod batch;
mod cache;
mod pace;
mod reads;
mod writes;

pub(super) use pace::Pace;
pub(super) use reads::Reads;
pub(super) use writes::Writes;

use super::{EnvId, SourceType};

/// What tells windows apart that cannot serve the same requests.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Window {
    /// Queries of one `source_type`.
    Read(Option<SourceType>),
    /// Writes to one path of the API, about one environment and `source_type`.
    Write(&'static str, EnvId, Option<SourceType>),
}

/// How many batch calls are under way at once. The documents say nothing about concurrent calls, so it is few; it is more
/// than one since a run with a thousand mini programs would otherwise spend its time waiting for one answer after another.
/// While all are busy the windows stay open, so that calls get fuller instead of more.
pub(super) const CALLS_AT_ONCE: usize = 4;
