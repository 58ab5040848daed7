//! What becomes of each mini program when a `cloudbase_env_share` changes: the same for the plan and
//! for the apply.

use std::collections::BTreeSet;

use super::model::{State, Status};
use super::triggers::Triggers;
use crate::ordered::Ordered as _;
use crate::wechat::Appid;

/// Mini programs by what is done about them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Change {
    /// New, or refused so far: shared, unless they are bound already.
    pub(super) added: BTreeSet<Appid>,
    /// Pending, and shared once more.
    pub(super) sent_again: BTreeSet<Appid>,
    /// Left as they are.
    pub(super) kept: BTreeSet<Appid>,
    /// Of what is there, those that may be listed still: not all appids are known.
    pub(super) may_keep: BTreeSet<Appid>,
    /// Bound, and not listed any more.
    pub(super) removed_bound: BTreeSet<Appid>,
    /// Pending, and not listed any more.
    pub(super) removed_pending: BTreeSet<Appid>,
}

impl Change {
    /// What a create does.
    pub(super) fn create(wanted: BTreeSet<Appid>) -> Self {
        Self {
            added: wanted,
            ..Self::default()
        }
    }

    /// What an update from `prior` to `wanted` does. Where `wanted` is not complete, nobody is removed.
    pub(super) fn update(
        prior: &State,
        wanted: &BTreeSet<Appid>,
        is_complete: bool,
        triggers: &Triggers,
    ) -> Self {
        let mut change = Self::default();
        for appid in wanted {
            let group = match prior.shares.get(appid) {
                Some(share) if share.is_sent_again(triggers.name(appid)) => &mut change.sent_again,
                Some(share) if share.status != Status::Failed => &mut change.kept,
                _ => &mut change.added,
            };
            group.insert(appid.clone());
        }
        let mut left = Self::default();
        left.remove(prior, |appid| !wanted.contains(appid));
        if is_complete {
            change.removed_bound = left.removed_bound;
            change.removed_pending = left.removed_pending;
        } else {
            change.may_keep = left.removed();
        }
        change
    }

    /// What the end of an object does.
    pub(super) fn destroy(prior: &State) -> Self {
        let mut change = Self::default();
        change.remove(prior, |_| true);
        change
    }

    /// A share that failed never was: it needs no end.
    fn remove(&mut self, prior: &State, is_removed: impl Fn(&Appid) -> bool) {
        for appid in prior.appids.iter().filter(|appid| is_removed(appid)) {
            match prior.shares.get(appid).map(|share| share.status) {
                // State that was moved here names the appids only, until it is refreshed.
                Some(Status::Bound) | None => _ = self.removed_bound.insert(appid.clone()),
                Some(Status::Pending) => _ = self.removed_pending.insert(appid.clone()),
                Some(Status::Failed) => {}
            }
        }
    }

    /// Those that are shared, new or once more.
    pub(super) fn shared(&self) -> BTreeSet<Appid> {
        self.added.union(&self.sent_again).cloned().into_set()
    }

    /// Those that are not listed any more.
    pub(super) fn removed(&self) -> BTreeSet<Appid> {
        self.removed_bound
            .union(&self.removed_pending)
            .cloned()
            .into_set()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::model::Share;
    use super::*;

    fn appid(letter: char) -> Appid {
        format!("wx{}", letter.to_string().repeat(16))
            .parse()
            .unwrap()
    }

    fn appids(letters: &str) -> BTreeSet<Appid> {
        letters.chars().map(appid).collect()
    }

    /// `b` is bound, `p` pending, `r` pending after a refused re-send, `f` failed.
    fn prior() -> State {
        let refused_again = Share {
            error: Some("not now".to_owned()),
            ..Share::pending(None, None)
        };
        let shares = BTreeMap::from([
            (appid('b'), Share::bound()),
            (appid('p'), Share::pending(None, None)),
            (appid('r'), refused_again),
            (appid('f'), Share::failed("no".to_owned())),
        ]);
        State::found("e".parse().unwrap(), None, shares)
    }

    #[test]
    fn each_mini_program_has_its_part() {
        let change = Change::update(&prior(), &appids("bprfn"), true, &Triggers::default());
        let expected = Change {
            added: appids("fn"),
            sent_again: appids("r"),
            kept: appids("bp"),
            ..Change::default()
        };
        assert_eq!(change, expected);
        let change = Change::update(&prior(), &appids("bp"), true, &Triggers::all());
        let expected = Change {
            sent_again: appids("p"),
            kept: appids("b"),
            removed_pending: appids("r"),
            ..Change::default()
        };
        assert_eq!(change, expected, "one that failed needs no end");
        let named = Triggers::of(appids("bpf"));
        let change = Change::update(&prior(), &appids("bpf"), true, &named);
        let expected = Change {
            added: appids("f"),
            sent_again: appids("p"),
            kept: appids("b"),
            removed_pending: appids("r"),
            ..Change::default()
        };
        assert_eq!(change, expected, "one that is bound is not sent again");
        let change = Change::update(&prior(), &appids("n"), false, &Triggers::default());
        let expected = Change {
            may_keep: appids("bpr"),
            ..Change::create(appids("n"))
        };
        assert_eq!(change, expected, "the rest may be listed still");
        let expected = Change {
            removed_bound: appids("b"),
            removed_pending: appids("pr"),
            ..Change::default()
        };
        assert_eq!(Change::destroy(&prior()), expected);
    }
}
