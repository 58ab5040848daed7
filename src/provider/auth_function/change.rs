//! What a change does to each environment.

use std::collections::BTreeSet;

use super::model::{Function, State};
use crate::framework::Attr;
use crate::ordered::Ordered as _;
use crate::wechat::{CodeHash, EnvId};

/// What happens to each environment; each is in one of the sets.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Change {
    /// Not in state yet: it gets the function, or the code if it has one.
    pub(super) added: BTreeSet<EnvId>,
    /// It gets the code again.
    pub(super) sent_again: BTreeSet<EnvId>,
    /// Nothing is sent.
    pub(super) left: BTreeSet<EnvId>,
    /// It leaves state.
    pub(super) removed: BTreeSet<EnvId>,
}

impl Change {
    /// Everything is new.
    pub(super) fn create(envs: BTreeSet<EnvId>) -> Self {
        Self {
            added: envs,
            ..Self::default()
        }
    }

    /// From `prior` to `envs`, where `is_complete` says whether those are all, and to code of this hash. Null is no code:
    /// then none is sent to what is there.
    pub(super) fn update(
        prior: &State,
        envs: &BTreeSet<EnvId>,
        is_complete: bool,
        hash: &Attr<CodeHash>,
    ) -> Self {
        let is_other_code = hash.is_unknown() || hash.known() != prior.source_hash.as_ref();
        let is_sent_again = |env: &EnvId| {
            let has_failed = prior
                .functions
                .get(env)
                .is_some_and(Function::is_sent_again);
            !hash.is_null() && (is_other_code || has_failed)
        };
        let (sent_again, left) = prior
            .envs
            .intersection(envs)
            .cloned()
            .partition(is_sent_again);
        let removed = if is_complete {
            prior.envs.difference(envs).cloned().into_set()
        } else {
            BTreeSet::new()
        };
        Self {
            added: envs.difference(&prior.envs).cloned().into_set(),
            sent_again,
            left,
            removed,
        }
    }

    /// Those to which code is sent.
    pub(super) fn uploaded(&self) -> BTreeSet<EnvId> {
        self.added.union(&self.sent_again).cloned().into_set()
    }
}
