//! Checks whether the API has looked at all environments of a write.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    batch_write::{BatchWrite, Failure, Outcomes},
    pair::Pair,
};
use crate::ordered::Ordered as _;
use crate::wechat::{Class, Client, EnvId, Error, Operation, SourceType, batch::Wanted};

impl Client {
    /// Checks the outcomes of an accepted call about several environments. Where the API was silent about most of them,
    /// one environment is sent by itself; if that makes a difference, the others are to be sent again, too. Gives the
    /// failure of the one that was sent, and the others, by environment.
    pub(in crate::wechat) async fn check_mixed<W: BatchWrite>(
        &self,
        operation: &Operation,
        outcomes: &mut Outcomes<W>,
        source: Option<SourceType>,
        wanted: &dyn Wanted<Pair>,
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
        let suspects = W::suspects(unheard.into_map(), heard.len());
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
        let (mut settled, failure) = self
            .write_group::<W>(operation, &alone, source, wanted)
            .await;
        let failed = failure.as_ref().map_or(0, |(_, failed)| failed.len());
        if settled.len() + failed < alone.len() {
            // Somebody has left, so that not all were sent.
            outcomes.extend(settled);
            mixing.shows_nothing();
            return (failure, Vec::new());
        }
        let silent = self
            .look_up_silent::<W>(operation, &mut settled, source)
            .await;
        let silent = silent.unwrap_or_else(|| {
            // As if nothing were listed: a share is then not sent again, and an unshare is.
            let silent = silent_pairs::<W>(&settled).into_iter();
            silent.map(|pair| (pair, false)).into_map()
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
        let others = others.into_set();
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
            .map(|(pair, found)| Ok::<_, Error>((pair, found?)));
        listed.try_into_map().ok()
    }
}

fn silent_pairs<W: BatchWrite>(outcomes: &Outcomes<W>) -> BTreeSet<Pair> {
    let silent = outcomes.iter().filter(|(_, outcome)| W::is_silent(outcome));
    silent.map(|(pair, _)| pair.clone()).into_set()
}

/// The environments that the API has certainly looked at.
fn heard<W: BatchWrite>(outcomes: &Outcomes<W>) -> BTreeSet<EnvId> {
    let is_said = |outcome: &Result<W::Outcome, Error>| match outcome {
        Ok(_) => !W::is_silent(outcome),
        Err(error) => error.class() == Class::Item,
    };
    let said = outcomes.iter().filter(|(_, outcome)| is_said(outcome));
    said.map(|(pair, _)| pair.env.clone()).into_set()
}
