//! Administrators that are about to be asked, counted before anything is sent to them.

use std::collections::BTreeSet;

use super::limit;
use super::model::{Share, Status};
use crate::framework::Diagnostic;
use crate::provider::Session;
use crate::provider::outcomes::Outcomes;
use crate::wechat::{Appid, EnvId};

/// Those of one call, until it is known whom it asked.
pub(super) struct Counted<'a> {
    session: &'a Session,
    count: usize,
}

impl<'a> Counted<'a> {
    /// Counts the administrators of `appids`. If they would be more than may be asked, none is counted, and that is the
    /// error.
    pub(super) fn before(
        session: &'a Session,
        env: &EnvId,
        appids: &BTreeSet<Appid>,
    ) -> Result<Self, Diagnostic> {
        let count = appids.len();
        match session.ledger.ask(count) {
            Ok(()) => Ok(Self { session, count }),
            Err(over) => Err(limit::of_apply(env, appids, over)),
        }
    }

    /// Takes back those that were not asked: they are bound, or were refused and it is certain that nothing happened.
    pub(super) fn after(self, outcomes: &Outcomes<Share>) {
        let asked = outcomes.done.values();
        let asked = asked.filter(|share| share.status == Status::Pending);
        let failed = outcomes.refused.iter().chain(outcomes.failed.iter());
        let maybe_asked = failed.filter(|(_, error)| error.may_have_been_applied());
        self.only(asked.count() + maybe_asked.count());
    }

    /// Of those that were counted, `asked` were asked, or may have been.
    pub(super) fn only(self, asked: usize) {
        let left = self.count.saturating_sub(asked);
        self.session.ledger.not_asked(left);
    }
}
