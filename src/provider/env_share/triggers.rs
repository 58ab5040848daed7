//! What asks for pending shares to be sent again: `confirmation_trigger` and `confirmation_triggers`.

use std::collections::BTreeSet;

use super::model::{Config, State};
use crate::framework::Attr;
use crate::ordered::Ordered as _;
use crate::wechat::Appid;

/// Which shares are to be sent again, if they are pending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Triggers {
    all: bool,
    named: BTreeSet<Appid>,
}

impl Triggers {
    /// What has changed from `prior` to `planned`. A trigger that is not known yet may turn out changed. To remove one
    /// asks for nothing.
    pub(super) fn changed(prior: &State, planned: &Config) -> Self {
        let all = changed(
            prior.confirmation_trigger.as_ref(),
            &planned.confirmation_trigger,
        );
        let triggers = &planned.confirmation_triggers;
        let before = prior.confirmation_triggers.as_ref();
        let named = triggers.known().into_iter().flatten();
        let named = named.filter_map(|(appid, trigger)| {
            let appid: Appid = appid.parse().ok()?;
            let before = before.and_then(|before| before.get(&appid));
            changed(before, trigger).then_some(appid)
        });
        Self {
            named: named.into_set(),
            all: all || triggers.is_unknown(),
        }
    }

    /// Whether `appid` is sent again.
    pub(super) fn name(&self, appid: &Appid) -> bool {
        self.all || self.named.contains(appid)
    }

    /// Every pending share is sent again.
    #[cfg(test)]
    pub(super) fn all() -> Self {
        Self {
            all: true,
            ..Self::default()
        }
    }

    /// Those of these mini programs are sent again.
    #[cfg(test)]
    pub(super) fn of(named: BTreeSet<Appid>) -> Self {
        Self { all: false, named }
    }
}

fn changed(before: Option<&String>, now: &Attr<String>) -> bool {
    match now {
        Attr::Unknown => true,
        Attr::Null => false,
        Attr::Known(now) => Some(now) != before,
    }
}
