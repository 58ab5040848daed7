//! What the instances of one plan mean to do, and what of that does not go together.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::Pair;
use crate::ordered::Ordered as _;

/// What a plan does with a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::provider) enum Role {
    /// The instance gets it: it is adopted if it is bound, else its administrator is asked.
    Takes,
    /// The instance has it and leaves it as it is, or asks again.
    Keeps,
    /// The instance has it, and its share ends.
    Ends,
    /// The instance has it while it is pending, and leaves it alone.
    AbandonsPending,
    /// The instance has it, and whether it keeps it is not known until apply.
    MayKeep,
}

/// What the plan of one instance does. Pairs that are abandoned while bound, and such as have failed,
/// are in nobody's way and not in it.
#[derive(Clone, Debug, Default)]
pub(in crate::provider) struct Intent {
    /// Each pair and its part.
    pub(in crate::provider) roles: BTreeSet<(Pair, Role)>,
    /// What becomes of the pairs it has if Terraform replaces the object: it plans that by a second
    /// call, which does not tell what the object has.
    pub(in crate::provider) if_replaced: BTreeSet<(Pair, Role)>,
}

impl Intent {
    /// Adds `pairs` in `role`.
    #[must_use]
    pub(in crate::provider) fn with(mut self, role: Role, pairs: BTreeSet<Pair>) -> Self {
        self.roles
            .extend(pairs.into_iter().map(|pair| (pair, role)));
        self
    }
}

/// What does not go together, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::provider) enum Conflict {
    /// One ends what another takes or keeps.
    Ended,
    /// One takes what another takes or keeps.
    TakenTwice,
    /// One takes what another abandons while it is pending: the API cannot show that it is.
    AbandonedPending,
    /// Two keep it. Nothing is sent, and an error would leave no way out.
    KeptTwice,
}

/// Each conflict, and the pairs it is about.
pub(in crate::provider) type Conflicts = BTreeMap<Conflict, BTreeSet<Pair>>;

/// What the first plan of an instance is remembered by, in the private data of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(in crate::provider) struct Nonce(String);

/// The plans of all instances.
#[derive(Debug)]
pub(super) struct Plans {
    /// Tells the nonces of these plans from those of another process.
    id: u64,
    by_nonce: HashMap<Nonce, Intent>,
    by_pair: HashMap<Pair, Vec<(Nonce, Role)>>,
}

impl Plans {
    /// No plans.
    pub(super) fn new() -> Self {
        Self {
            id: fastrand::u64(..),
            by_nonce: HashMap::new(),
            by_pair: HashMap::new(),
        }
    }

    /// Adds the plan of an instance, in place of its `earlier` one. It is added whatever it conflicts
    /// with, so that a third instance learns of it.
    pub(super) fn record(&mut self, intent: Intent, earlier: Option<&Nonce>) -> (Nonce, Conflicts) {
        let mut intent = intent;
        if let Some(earlier) = earlier.and_then(|nonce| self.forget(nonce)) {
            intent.roles.extend(earlier.if_replaced);
        }
        let mut worst: BTreeMap<&Pair, Conflict> = BTreeMap::new();
        for (pair, role) in &intent.roles {
            let others = self.by_pair.get(pair).into_iter().flatten();
            for conflict in others.filter_map(|(_, other)| conflict(*role, *other)) {
                let so_far = worst.entry(pair).or_insert(conflict);
                *so_far = conflict.min(*so_far);
            }
        }
        let mut conflicts = Conflicts::new();
        for (pair, conflict) in worst {
            conflicts.entry(conflict).or_default().insert(pair.clone());
        }
        let nonce = Nonce(format!("{:016x}-{}", self.id, self.by_nonce.len()));
        for (pair, role) in &intent.roles {
            let all = self.by_pair.entry(pair.clone()).or_default();
            all.push((nonce.clone(), *role));
        }
        self.by_nonce.insert(nonce.clone(), intent);
        (nonce, conflicts)
    }

    /// What the first plan of a replacement ends.
    pub(super) fn ended_by_replacement(&self, first: &Nonce) -> BTreeSet<Pair> {
        let intent = self.by_nonce.get(first);
        let roles = intent.into_iter().flat_map(|intent| &intent.if_replaced);
        roles
            .filter(|(_, role)| *role == Role::Ends)
            .map(|(pair, _)| pair.clone())
            .into_set()
    }

    /// What was planned under `nonce`. Its place is kept, so that no other plan gets the nonce.
    fn forget(&mut self, nonce: &Nonce) -> Option<Intent> {
        let intent = std::mem::take(self.by_nonce.get_mut(nonce)?);
        for (pair, _) in &intent.roles {
            if let Some(all) = self.by_pair.get_mut(pair) {
                all.retain(|(of, _)| of != nonce);
            }
        }
        Some(intent)
    }
}

/// What two instances cannot do with one pair in the same run, whichever does which.
fn conflict(one: Role, other: Role) -> Option<Conflict> {
    use Role::{AbandonsPending, Ends, Keeps, MayKeep, Takes};
    match (one, other) {
        (Ends, Takes | Keeps | MayKeep) | (Takes | Keeps | MayKeep, Ends) => Some(Conflict::Ended),
        (Takes, Takes | Keeps) | (Keeps, Takes) => Some(Conflict::TakenTwice),
        (AbandonsPending, Takes) | (Takes, AbandonsPending) => Some(Conflict::AbandonedPending),
        (Keeps, Keeps) => Some(Conflict::KeptTwice),
        (Ends | AbandonsPending, Ends | AbandonsPending)
        | (AbandonsPending, Keeps)
        | (Keeps, AbandonsPending)
        | (MayKeep, _)
        | (_, MayKeep) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(appid: char) -> Pair {
        let appid = format!("wx{}", appid.to_string().repeat(16));
        Pair::new(&"e".parse().unwrap(), None, &appid.parse().unwrap())
    }

    fn intent(role: Role, appids: &str) -> Intent {
        Intent::default().with(role, appids.chars().map(pair).collect())
    }

    fn named(conflicts: &Conflicts) -> Vec<(Conflict, String)> {
        let appids = |pairs: &BTreeSet<Pair>| {
            let letters = pairs.iter().map(|pair| &pair.appid.as_str()[2..3]);
            letters.collect()
        };
        conflicts
            .iter()
            .map(|(conflict, pairs)| (*conflict, appids(pairs)))
            .collect()
    }

    #[test]
    fn conflicts_are_the_same_whichever_is_planned_second() {
        use Role::{AbandonsPending, Ends, Keeps, MayKeep, Takes};
        for (one, other, expected) in [
            (Takes, Takes, Some(Conflict::TakenTwice)),
            (Takes, Keeps, Some(Conflict::TakenTwice)),
            (Takes, Ends, Some(Conflict::Ended)),
            (Keeps, Ends, Some(Conflict::Ended)),
            (Keeps, Keeps, Some(Conflict::KeptTwice)),
            (Takes, AbandonsPending, Some(Conflict::AbandonedPending)),
            (Keeps, AbandonsPending, None),
            (Ends, Ends, None),
            (Ends, AbandonsPending, None),
            (MayKeep, Ends, Some(Conflict::Ended)),
            (MayKeep, Takes, None),
            (MayKeep, Keeps, None),
        ] {
            for (first, second) in [(one, other), (other, one)] {
                let mut plans = Plans::new();
                assert_eq!(named(&plans.record(intent(first, "ab"), None).1), []);
                let found = plans.record(intent(second, "bc"), None).1;
                let expected: Vec<_> = expected
                    .map(|it| (it, "b".to_owned()))
                    .into_iter()
                    .collect();
                assert_eq!(named(&found), expected, "{first:?} then {second:?}");
            }
        }
    }

    #[test]
    fn the_second_plan_of_a_replacement_stands_for_the_first() {
        let mut plans = Plans::new();
        let first = Intent {
            if_replaced: intent(Role::Ends, "ab").roles,
            ..intent(Role::Keeps, "ab")
        };
        let (nonce, _) = plans.record(first, None);
        let (_, conflicts) = plans.record(intent(Role::Takes, "bc"), Some(&nonce));
        assert_eq!(
            named(&conflicts),
            [],
            "an instance is in nobody's way but others'"
        );

        let other = plans.record(intent(Role::Keeps, "abc"), None).1;
        let expected = [(Conflict::Ended, "ab"), (Conflict::TakenTwice, "c")];
        assert_eq!(
            named(&other),
            expected.map(|(conflict, appids)| (conflict, appids.to_owned()))
        );
    }

    #[test]
    fn a_nonce_of_another_process_stands_for_nothing() {
        let (foreign, _) = Plans::new().record(intent(Role::Takes, "a"), None);
        let mut plans = Plans::new();
        plans.record(intent(Role::Takes, "a"), None);
        let (_, conflicts) = plans.record(intent(Role::Takes, "a"), Some(&foreign));
        assert_eq!(named(&conflicts), [(Conflict::TakenTwice, "a".to_owned())]);
    }
}
