//! Whom a plan asks to confirm, as far as it is known before anything is sent.

use std::collections::BTreeSet;

use super::change::Change;
use crate::wechat::{Appid, EnvId, Shares};

/// Mini programs by what is known of their administrators.
#[derive(Debug, Default)]
pub(super) struct Asking {
    /// Asked.
    pub(super) asked: BTreeSet<Appid>,
    /// Not asked: bound already.
    pub(super) bound: BTreeSet<Appid>,
    /// Whether some of those that count as asked may be bound already.
    pub(super) may_be_bound: bool,
}

impl Asking {
    /// Whom `change` asks. `found` is what the mini programs that are added have already, as far as it is known.
    pub(super) fn of(env: Option<&EnvId>, change: &Change, found: Option<&Shares>) -> Self {
        let found = |appid: &Appid| {
            let has = found.and_then(|found| found.get(appid)?.as_ref().ok())?;
            Some(has.contains(env?.as_str()))
        };
        let (bound, mut asked): (BTreeSet<_>, BTreeSet<_>) = change
            .added
            .iter()
            .cloned()
            .partition(|appid| found(appid) == Some(true));
        asked.extend(change.sent_again.iter().cloned());
        Self {
            may_be_bound: change.added.iter().any(|appid| found(appid).is_none()),
            asked,
            bound,
        }
    }
}
