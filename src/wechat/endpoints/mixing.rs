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
    batch_write::{BatchWrite, Outcomes},
    pair::Pair,
};
use crate::wechat::{Client, EnvId, Operation, SourceType};

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

    /// Whether it is not known yet that the API looks at all environments of a call.
    pub(in crate::wechat) fn is_to_be_checked(&self) -> bool {
        !self.is_off() && self.checks.load(Ordering::Relaxed) > 0
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
    /// one environment is sent by itself; if that makes a difference, the others are as well.
    pub(in crate::wechat) async fn check_mixed<W: BatchWrite>(
        &self,
        operation: &Operation,
        outcomes: &mut Outcomes<W>,
        source: Option<SourceType>,
    ) {
        let mixing = W::mixing(self);
        if heard::<W>(outcomes).len() > 1 {
            mixing.is_sound();
            return;
        }
        let silent = outcomes.iter().filter(|(_, outcome)| W::is_silent(outcome));
        let silent = silent.map(|(pair, _)| pair.clone()).collect();
        let Some(silent) = self.listed::<W>(operation, &silent, source).await else {
            mixing.shows_nothing();
            return;
        };
        for (pair, listed) in &silent {
            if let Some(outcome) = W::seen(*listed) {
                outcomes.insert(pair.clone(), Ok(outcome));
            }
        }
        let heard = heard::<W>(outcomes).len();
        let still = |(pair, _): &(Pair, bool)| outcomes.get(pair).is_some_and(W::is_silent);
        let suspects = W::suspects(silent.into_iter().filter(still).collect(), heard);
        let Some(first) = suspects.first().cloned() else {
            if heard > 1 {
                mixing.is_sound();
            } else {
                mixing.shows_nothing();
            }
            return;
        };
        let (alone, others): (BTreeSet<Pair>, BTreeSet<Pair>) =
            suspects.into_iter().partition(|pair| pair.env == first.env);
        if !self
            .send_alone::<W>(operation, alone, outcomes, source)
            .await
        {
            // By itself it comes out no better: it is how the API answers.
            mixing.is_sound();
            return;
        }
        mixing.stop(
            W::PATH,
            "an environment of such a call was not looked at, and by itself it was",
        );
        let mut by_env: BTreeMap<EnvId, BTreeSet<Pair>> = BTreeMap::new();
        for pair in others {
            by_env.entry(pair.env.clone()).or_default().insert(pair);
        }
        for pairs in by_env.into_values() {
            self.send_alone::<W>(operation, pairs, outcomes, source)
                .await;
        }
    }

    /// Sends pairs of one environment; whether that made a difference to any of them.
    async fn send_alone<W: BatchWrite>(
        &self,
        operation: &Operation,
        pairs: BTreeSet<Pair>,
        outcomes: &mut Outcomes<W>,
        source: Option<SourceType>,
    ) -> bool {
        let (mut alone, failure) = self.write_group::<W>(operation, &pairs, source).await;
        if let Some((error, pairs)) = failure {
            alone.extend(pairs.into_iter().map(|pair| (pair, Err(error.clone()))));
        }
        let silent = alone.iter().filter(|(_, outcome)| W::is_silent(outcome));
        let silent = silent.map(|(pair, _)| pair.clone()).collect();
        let listed = self.listed::<W>(operation, &silent, source).await;
        let listed = listed.unwrap_or_default();
        for (pair, listed) in &listed {
            if let Some(outcome) = W::seen(*listed) {
                alone.insert(pair.clone(), Ok(outcome));
            }
        }
        let silent = |pair: &Pair| alone.get(pair).is_some_and(W::is_silent);
        let still = listed
            .into_iter()
            .filter(|(pair, _)| silent(pair))
            .collect();
        let makes_a_difference = W::suspects(still, 1).len() < pairs.len();
        outcomes.extend(alone);
        makes_a_difference
    }

    async fn listed<W: BatchWrite>(
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

/// The environments that the API has said something of.
fn heard<W: BatchWrite>(outcomes: &Outcomes<W>) -> BTreeSet<&EnvId> {
    let said = outcomes
        .iter()
        .filter(|(_, outcome)| !W::is_silent(outcome));
    said.map(|(pair, _)| &pair.env).collect()
}
