//! Whether one write may be about several environments.
//!
//! The documents make `data` an array of environments, and nobody has seen yet that the API takes more than one. So the
//! first such calls of a run are checked, and if it turns out that the API refuses them, or looks at one environment only,
//! each environment gets its own calls for the rest of the run, and what was not looked at is sent again.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use super::{
    batch_write::{BatchWrite, Failure, Outcomes},
    pair::Pair,
};
use crate::wechat::{Class, Client, EnvId, Error, Operation, SourceType};

/// How many calls whose answers show nothing either way are checked.
const CHECKS: u32 = 3;

/// What a client knows of calls to one path that are about several environments.
#[derive(Debug)]
pub(in crate::wechat) struct Mixing {
    off: Off,
    checks: AtomicU32,
}

/// That calls are about one environment each; known to all paths at once.
#[derive(Clone, Debug)]
pub(in crate::wechat) struct Off(Arc<AtomicBool>);

impl Off {
    pub(in crate::wechat) fn new(is_off: bool) -> Self {
        Self(Arc::new(AtomicBool::new(is_off)))
    }
}

impl Mixing {
    pub(in crate::wechat) fn new(off: Off) -> Self {
        Self {
            off,
            checks: AtomicU32::new(CHECKS),
        }
    }

    /// Whether each call is to be about one environment.
    pub(in crate::wechat) fn is_off(&self) -> bool {
        self.off.0.load(Ordering::Relaxed)
    }

    /// Whether it is not known that the API looks at all environments of a call. Calls that are under way when such calls
    /// are given up are answered after that.
    pub(in crate::wechat) fn is_to_be_checked(&self) -> bool {
        self.is_off() || self.checks.load(Ordering::Relaxed) > 0
    }

    /// Gives calls about several environments up.
    pub(in crate::wechat) fn stop(&self, path: &'static str, why: &'static str) {
        if !self.off.0.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                path,
                why,
                "the API does not take a call about several environments: each gets its own from now on"
            );
        }
    }

    fn is_sound(&self) {
        self.checks.store(0, Ordering::Relaxed);
    }

    fn shows_nothing(&self) {
        let less = |checks: u32| Some(checks.saturating_sub(1));
        // An error is impossible: there is always a new number.
        let _ = self
            .checks
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
    }
}

impl Client {
    /// Checks the outcomes of an accepted call about several environments. Where the API was silent about most of them,
    /// one environment is sent by itself; if that makes a difference, the others are to be sent again, too. Gives the
    /// failure of the one that was sent, and the others, by environment.
    pub(in crate::wechat) async fn check_mixed<W: BatchWrite>(
        &self,
        operation: &Operation,
        outcomes: &mut Outcomes<W>,
        source: Option<SourceType>,
    ) -> (Failure, Vec<BTreeSet<Pair>>) {
        let mixing = W::mixing(self);
        if heard::<W>(outcomes).len() > 1 {
            mixing.is_sound();
            return (None, Vec::new());
        }
        let Some(silent) = self.look_up_silent::<W>(operation, outcomes, source).await else {
            mixing.shows_nothing();
            return (None, Vec::new());
        };
        let heard = heard::<W>(outcomes);
        let unheard = silent
            .into_iter()
            .filter(|(pair, _)| !heard.contains(&pair.env));
        let suspects = W::suspects(unheard.collect(), heard.len());
        let Some(first) = suspects.first().cloned() else {
            if heard.len() > 1 {
                mixing.is_sound();
            } else {
                mixing.shows_nothing();
            }
            return (None, Vec::new());
        };
        let (alone, others): (BTreeSet<Pair>, BTreeSet<Pair>) =
            suspects.into_iter().partition(|pair| pair.env == first.env);
        let (mut settled, failure) = self.write_group::<W>(operation, &alone, source).await;
        let silent = self
            .look_up_silent::<W>(operation, &mut settled, source)
            .await;
        let silent = silent.unwrap_or_else(|| {
            // As if nothing were listed: a share is then not sent again, and an unshare is.
            let silent = silent_pairs::<W>(&settled).into_iter();
            silent.map(|pair| (pair, false)).collect()
        });
        let no_better = W::suspects(silent, 1).len() == alone.len();
        outcomes.extend(settled);
        if no_better {
            // It is how the API answers.
            mixing.is_sound();
            return (None, Vec::new());
        }
        if let Some((error, _)) = &failure
            && !error.is_about_an_item()
        {
            // That says nothing of how the API takes such calls, and what became of them stays open.
            let error = error.clone().maybe_applied(true);
            let open = alone.into_iter().chain(others);
            outcomes.extend(open.map(|pair| (pair, Err(error.clone()))));
            return (None, Vec::new());
        }
        let had_others = !others.is_empty();
        // A query may be behind by a moment: what it shows by now was looked at.
        let silent = self
            .look_up_silent::<W>(operation, outcomes, source)
            .await
            .map(|silent| W::suspects(silent, 1));
        let others = others.into_iter();
        let others =
            others.filter(|pair| silent.as_ref().is_none_or(|silent| silent.contains(pair)));
        let others: BTreeSet<Pair> = others.collect();
        if had_others && others.is_empty() && failure.is_none() {
            mixing.is_sound();
            return (None, Vec::new());
        }
        mixing.stop(
            W::PATH,
            "an environment of such a call was not looked at, and by itself it was",
        );
        let mut by_env: BTreeMap<EnvId, BTreeSet<Pair>> = BTreeMap::new();
        for pair in others {
            by_env.entry(pair.env.clone()).or_default().insert(pair);
        }
        (failure, by_env.into_values().collect())
    }

    /// Looks up what the API was silent about, and settles what that tells. Gives what is still open, and whether the
    /// query lists it; none if it could not be looked up.
    async fn look_up_silent<W: BatchWrite>(
        &self,
        operation: &Operation,
        outcomes: &mut Outcomes<W>,
        source: Option<SourceType>,
    ) -> Option<BTreeMap<Pair, bool>> {
        let silent = silent_pairs::<W>(outcomes);
        let mut listed = self.listed(operation, &silent, source).await?;
        for (pair, listed) in &listed {
            if let Some(outcome) = W::seen(*listed) {
                outcomes.insert(pair.clone(), Ok(outcome));
            }
        }
        listed.retain(|pair, _| outcomes.get(pair).is_some_and(W::is_silent));
        Some(listed)
    }

    async fn listed(
        &self,
        operation: &Operation,
        pairs: &BTreeSet<Pair>,
        source: Option<SourceType>,
    ) -> Option<BTreeMap<Pair, bool>> {
        let found = self.look_up(operation, pairs, source).await;
        let listed = found
            .into_iter()
            .map(|(pair, found)| Some((pair, found.ok()?)));
        listed.collect()
    }
}

fn silent_pairs<W: BatchWrite>(outcomes: &Outcomes<W>) -> BTreeSet<Pair> {
    let silent = outcomes.iter().filter(|(_, outcome)| W::is_silent(outcome));
    silent.map(|(pair, _)| pair.clone()).collect()
}

/// The environments that the API has certainly looked at.
fn heard<W: BatchWrite>(outcomes: &Outcomes<W>) -> BTreeSet<EnvId> {
    let is_said = |outcome: &Result<W::Outcome, Error>| match outcome {
        Ok(_) => !W::is_silent(outcome),
        Err(error) => error.class() == Class::Item,
    };
    let said = outcomes.iter().filter(|(_, outcome)| is_said(outcome));
    said.map(|(pair, _)| pair.env.clone()).collect()
}
