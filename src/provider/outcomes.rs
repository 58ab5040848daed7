//! What came of each mini program, or each environment, of a call: where it is sorted, and where what failed is reported.

use std::collections::{BTreeMap, BTreeSet, btree_map};

use indexmap::IndexMap;

use super::asked::Asked;
use super::{advice, api_errors};
use crate::framework::{AttributePath, Diagnostics, Severity};
use crate::ordered::Ordered as _;
use crate::wechat::{Appid, Class, EnvId, Error};

/// What a call can be about several of.
pub(super) trait Item: Clone + Ord + std::fmt::Display {
    /// The attribute that lists them.
    const ATTRIBUTE: &'static str;
    /// One of them in words, several, and at the start of a list.
    const WORDS: [&'static str; 3];
}

impl Item for Appid {
    const ATTRIBUTE: &'static str = "appids";
    const WORDS: [&'static str; 3] = ["mini program", "mini programs", "Mini programs"];
}

impl Item for EnvId {
    const ATTRIBUTE: &'static str = "envs";
    const WORDS: [&'static str; 3] = ["environment", "environments", "Environments"];
}

/// What came of a call, sorted.
#[derive(Debug)]
pub(super) struct Outcomes<T, K = Appid> {
    /// Done, or found.
    pub(super) done: BTreeMap<K, T>,
    /// The API refused these, each for itself; the call worked.
    pub(super) refused: Failures<K>,
    /// The call failed, or was not sent.
    pub(super) failed: Failures<K>,
}

impl<T, K: Item> Outcomes<T, K> {
    /// The call failed for all of `appids`.
    pub(super) fn all_failed(appids: &BTreeSet<K>, error: &Error) -> Self {
        let failed = appids.iter().map(|appid| (appid.clone(), error.clone()));
        Self {
            failed: failed.collect(),
            ..Self::default()
        }
    }

    /// Adds what came of one, in place of what was known of it.
    pub(super) fn insert(&mut self, appid: K, outcome: Result<T, Error>) {
        match outcome {
            Ok(done) => _ = self.done.insert(appid, done),
            Err(error) if error.class() == Class::Item => self.refused.insert(appid, error),
            Err(error) => self.failed.insert(appid, error),
        }
    }

    /// What was done, and everything that was not, for whatever reason.
    pub(super) fn into_parts(self) -> (BTreeMap<K, T>, Failures<K>) {
        let mut failures = self.refused;
        failures.0.extend(self.failed);
        (self.done, failures)
    }
}

impl<T, K> Default for Outcomes<T, K> {
    fn default() -> Self {
        Self {
            done: BTreeMap::new(),
            refused: Failures::default(),
            failed: Failures::default(),
        }
    }
}

impl<T, K: Item> FromIterator<(K, Result<T, Error>)> for Outcomes<T, K> {
    fn from_iter<I: IntoIterator<Item = (K, Result<T, Error>)>>(outcomes: I) -> Self {
        let mut sorted = Self::default();
        for (appid, outcome) in outcomes {
            sorted.insert(appid, outcome);
        }
        sorted
    }
}

/// Mini programs or environments of which something failed, each with the reason.
#[derive(Clone, Debug)]
pub(super) struct Failures<K = Appid>(BTreeMap<K, Error>);

impl<K> Default for Failures<K> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<K: Item> Failures<K> {
    /// Adds one.
    pub(super) fn insert(&mut self, appid: K, error: Error) {
        self.0.insert(appid, error);
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether this one failed.
    pub(super) fn contains(&self, appid: &K) -> bool {
        self.0.contains_key(appid)
    }

    /// Which ones failed.
    pub(super) fn appids(&self) -> BTreeSet<K> {
        self.0.keys().cloned().into_set()
    }

    /// Each with its reason.
    pub(super) fn iter(&self) -> btree_map::Iter<'_, K, Error> {
        self.0.iter()
    }

    /// Takes out those for which `which` holds.
    pub(super) fn take(&mut self, which: impl Fn(&K, &Error) -> bool) -> Self {
        let all = std::mem::take(&mut self.0);
        let (taken, left) = all
            .into_iter()
            .partition(|(appid, error)| which(appid, error));
        self.0 = left;
        Self(taken)
    }

    /// An error for each reason; see [`Self::report`].
    pub(super) fn errors(&self, asked: &Asked) -> Diagnostics {
        self.report(Severity::Error, asked)
    }

    /// A warning for each reason; see [`Self::report`].
    pub(super) fn warnings(&self, asked: &Asked) -> Diagnostics {
        self.report(Severity::Warning, asked)
    }

    /// One diagnostic for all that failed for the same reason, be it that they were refused one by one or by one call,
    /// and after however many attempts.
    ///
    /// The mini programs are added to the words of what was `asked`.
    fn report(&self, severity: Severity, asked: &Asked) -> Diagnostics {
        let [one, several, list] = K::WORDS;
        let mut reasons: IndexMap<(&str, String), Vec<(&K, &Error)>> = IndexMap::new();
        for (appid, error) in &self.0 {
            let advice = advice::detail_without_rid(&error.without_attempts(), asked);
            let reason = (error.reason(), advice);
            reasons.entry(reason).or_default().push((appid, error));
        }
        let diagnostics = reasons.into_values().filter_map(|failures| {
            let [(first, error), others @ ..] = failures.as_slice() else {
                return None;
            };
            let path = AttributePath::root(K::ATTRIBUTE);
            if others.is_empty() {
                let asked = asked.of(&format!("{one} {first}"));
                return Some(api_errors::diagnostic(severity, &asked, error, path));
            }
            let asked = asked.of(&format!("{} {several}", failures.len()));
            let attempts_differ = others
                .iter()
                .any(|(_, other)| other.attempts() != error.attempts());
            let mut told = if attempts_differ {
                let error = error.without_attempts();
                api_errors::diagnostic(severity, &asked, &error, path)
            } else {
                api_errors::diagnostic(severity, &asked, error, path)
            };
            let names: Vec<_> = failures.iter().map(|(item, _)| item.to_string()).collect();
            told.detail = format!("{list}: {}.\n{}", names.join(", "), told.detail);
            Some(told)
        });
        diagnostics.collect()
    }
}

impl<K: Item> Extend<(K, Error)> for Failures<K> {
    fn extend<I: IntoIterator<Item = (K, Error)>>(&mut self, failures: I) {
        self.0.extend(failures);
    }
}

impl<K: Item> FromIterator<(K, Error)> for Failures<K> {
    fn from_iter<I: IntoIterator<Item = (K, Error)>>(failures: I) -> Self {
        Self(failures.into_iter().into_map())
    }
}

impl<K> IntoIterator for Failures<K> {
    type IntoIter = btree_map::IntoIter<K, Error>;
    type Item = (K, Error);

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
