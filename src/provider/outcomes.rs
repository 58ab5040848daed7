//! What came of each mini program of a call: where it is sorted, and where what failed is reported.

use std::collections::{BTreeMap, BTreeSet, btree_map};

use indexmap::IndexMap;

use super::asked::Asked;
use super::{advice, api_errors};
use crate::framework::{AttributePath, Diagnostics, Severity};
use crate::wechat::{Appid, Class, Error};

/// What came of a call, sorted.
#[derive(Debug)]
pub(super) struct Outcomes<T> {
    /// Done, or found.
    pub(super) done: BTreeMap<Appid, T>,
    /// The API refused these, each for itself; the call worked.
    pub(super) refused: Failures,
    /// The call failed, or was not sent.
    pub(super) failed: Failures,
}

impl<T> Outcomes<T> {
    /// The call failed for all of `appids`.
    pub(super) fn all_failed(appids: &BTreeSet<Appid>, error: &Error) -> Self {
        let failed = appids.iter().map(|appid| (appid.clone(), error.clone()));
        Self {
            failed: failed.collect(),
            ..Self::default()
        }
    }

    /// Adds what came of one, in place of what was known of it.
    pub(super) fn insert(&mut self, appid: Appid, outcome: Result<T, Error>) {
        match outcome {
            Ok(done) => _ = self.done.insert(appid, done),
            Err(error) if error.class() == Class::Item => self.refused.insert(appid, error),
            Err(error) => self.failed.insert(appid, error),
        }
    }

    /// What was done, and everything that was not, for whatever reason.
    pub(super) fn into_parts(self) -> (BTreeMap<Appid, T>, Failures) {
        let mut failures = self.refused;
        failures.0.extend(self.failed);
        (self.done, failures)
    }
}

impl<T> Default for Outcomes<T> {
    fn default() -> Self {
        Self {
            done: BTreeMap::new(),
            refused: Failures::default(),
            failed: Failures::default(),
        }
    }
}

impl<T> FromIterator<(Appid, Result<T, Error>)> for Outcomes<T> {
    fn from_iter<I: IntoIterator<Item = (Appid, Result<T, Error>)>>(outcomes: I) -> Self {
        let mut sorted = Self::default();
        for (appid, outcome) in outcomes {
            sorted.insert(appid, outcome);
        }
        sorted
    }
}

/// Mini programs of which something failed, each with the reason.
#[derive(Clone, Debug, Default)]
pub(super) struct Failures(BTreeMap<Appid, Error>);

impl Failures {
    /// Adds one.
    pub(super) fn insert(&mut self, appid: Appid, error: Error) {
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
    pub(super) fn contains(&self, appid: &Appid) -> bool {
        self.0.contains_key(appid)
    }

    /// Which ones failed.
    pub(super) fn appids(&self) -> BTreeSet<Appid> {
        self.0.keys().cloned().collect()
    }

    /// Each with its reason.
    pub(super) fn iter(&self) -> btree_map::Iter<'_, Appid, Error> {
        self.0.iter()
    }

    /// Takes out those for which `which` holds.
    pub(super) fn take(&mut self, which: impl Fn(&Appid, &Error) -> bool) -> Self {
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
        let mut reasons: IndexMap<(&str, String), Vec<(&Appid, &Error)>> = IndexMap::new();
        for (appid, error) in &self.0 {
            let advice = advice::detail_without_rid(&error.without_attempts(), asked);
            let reason = (error.reason(), advice);
            reasons.entry(reason).or_default().push((appid, error));
        }
        let diagnostics = reasons.into_values().filter_map(|failures| {
            let [(first, error), others @ ..] = failures.as_slice() else {
                return None;
            };
            let path = AttributePath::root("appids");
            if others.is_empty() {
                let asked = asked.of(&format!("mini program {first}"));
                return Some(api_errors::diagnostic(severity, &asked, error, path));
            }
            let asked = asked.of(&format!("{} mini programs", failures.len()));
            let attempts_differ = others
                .iter()
                .any(|(_, other)| other.attempts() != error.attempts());
            let mut one = if attempts_differ {
                let error = error.without_attempts();
                api_errors::diagnostic(severity, &asked, &error, path)
            } else {
                api_errors::diagnostic(severity, &asked, error, path)
            };
            let appids: Vec<_> = failures.iter().map(|(appid, _)| appid.as_str()).collect();
            one.detail = format!("Mini programs: {}.\n{}", appids.join(", "), one.detail);
            Some(one)
        });
        diagnostics.collect()
    }
}

impl Extend<(Appid, Error)> for Failures {
    fn extend<I: IntoIterator<Item = (Appid, Error)>>(&mut self, failures: I) {
        self.0.extend(failures);
    }
}

impl FromIterator<(Appid, Error)> for Failures {
    fn from_iter<I: IntoIterator<Item = (Appid, Error)>>(failures: I) -> Self {
        Self(failures.into_iter().collect())
    }
}

impl IntoIterator for Failures {
    type IntoIter = btree_map::IntoIter<Appid, Error>;
    type Item = (Appid, Error);

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
