//! What sharing and unsharing have in common: one call for a batch, and what happens when its answer does not tell whether
//! it took effect.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    hash::Hash,
    marker::PhantomData,
};

use serde_json::json;

use super::{
    bisect::{Bisect, spans_environments},
    mixing::Mixing,
    pair::{self, Pair},
    query::blame,
};
use crate::ordered::Ordered as _;
use crate::wechat::{
    Appid, Class, Client, EnvId, Error, Operation, SourceType, TokenKind,
    auth::Call,
    batch::{BatchCall, Batcher, Claims, Results, Wanted},
    http::{Accepted, AnswerLimit, wire::Failed},
};

/// A write about a batch of pairs of an environment and a mini program.
pub(in crate::wechat) trait BatchWrite:
    fmt::Debug + Send + Sync + 'static
{
    /// What comes out for one pair.
    type Outcome: Clone + fmt::Debug + Send + Sync + 'static;

    /// What a call can carry once only.
    type Slot: fmt::Debug + Eq + Hash + Send + Sync;

    /// The API's path.
    const PATH: &'static str;

    /// The lists of an answer.
    const LISTS: &'static [&'static str];

    /// The slot that a pair takes.
    fn slot(pair: &Pair) -> Self::Slot;

    /// The subject of an error about one pair.
    fn subject(pair: &Pair) -> String;

    /// Reads an answer for the pairs that were sent.
    fn read(answer: Accepted, sent: &BTreeSet<Pair>) -> Result<Outcomes<Self>, Error>;

    /// The windows of this kind of write.
    fn batcher(client: &Client) -> &Batcher<Writes<Self>>
    where
        Self: Sized;

    /// What this client knows of calls of this kind that are about several environments.
    fn mixing(client: &Client) -> &Mixing;

    /// What a query says after a write whose effect is open: the outcome when it took effect, none when it did not.
    fn seen(listed: bool) -> Option<Self::Outcome>;

    /// Whether the effect of a write that failed with `error` is to be looked up before anything else is done.
    fn is_looked_up(error: &Error) -> bool {
        error.may_have_been_applied()
    }

    /// Whether an outcome says nothing of the pair but that the call was accepted.
    fn is_silent(outcome: &Result<Self::Outcome, Error>) -> bool;

    /// The pairs that the API may not have looked at, of those it was silent about in a call about several environments;
    /// `heard` is how many of the environments it was not silent about, and the query lists a pair or does not.
    fn suspects(silent: BTreeMap<Pair, bool>, heard: usize) -> BTreeSet<Pair>;
}

/// Per pair, what came of a write.
pub(in crate::wechat) type Outcomes<W> = BTreeMap<Pair, Result<<W as BatchWrite>::Outcome, Error>>;

/// Why a call failed, and for which of its pairs.
pub(in crate::wechat) type Failure = Option<(Error, BTreeSet<Pair>)>;

/// Writes as the batcher sends them.
#[derive(Debug)]
pub(in crate::wechat) struct Writes<W> {
    client: Client,
    kind: PhantomData<fn() -> W>,
}

impl<W> Clone for Writes<W> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            kind: PhantomData,
        }
    }
}

impl<W: BatchWrite> BatchCall for Writes<W> {
    /// The environment where calls are about one only.
    type Key = (Option<SourceType>, Option<EnvId>);
    type Item = Pair;
    type Slot = W::Slot;
    type Output = W::Outcome;
    type Freshness = ();
    type Version = ();

    const KIND: &'static str = W::PATH;

    const WRITES: bool = true;

    fn slot(pair: &Pair) -> W::Slot {
        W::slot(pair)
    }

    fn known(&self, _key: &Self::Key, _pair: &Pair, _how: ()) -> Option<W::Outcome> {
        None
    }

    fn version(&self) {}

    /// What was sent may have been undone by another write since.
    fn will_do(&self, _pair: &Pair, _version: (), _how: ()) -> bool {
        false
    }

    async fn ready(&self, operation: &Operation) -> Result<(), Error> {
        let token = self.client.token(operation, TokenKind::Component);
        token.await.map(|_| ())
    }

    async fn send(
        &self,
        operation: &Operation,
        (source, _): &Self::Key,
        _version: (),
        pairs: BTreeSet<Pair>,
        wanted: &dyn Wanted<Pair>,
    ) -> Results<Self> {
        let appids = pair::appids(&pairs);
        let _writing = self.client.read_cache().write(appids);
        let client = &self.client;
        let sent = client.write_batch::<W>(operation, pairs, *source, wanted);
        sent.await
    }
}

impl Client {
    /// Writes, with the fewest calls possible.
    pub(in crate::wechat) async fn write<W: BatchWrite>(
        &self,
        operation: &Operation,
        env: &EnvId,
        appids: &BTreeSet<Appid>,
        source: Option<SourceType>,
    ) -> BTreeMap<Appid, Result<W::Outcome, Error>> {
        let call = Writes::<W> {
            client: self.clone(),
            kind: PhantomData,
        };
        let alone = W::mixing(self).is_off();
        let key = (source, alone.then(|| env.clone()));
        let pairs = appids.iter().map(|appid| Pair::new(env, appid));
        let mut results = W::batcher(self)
            .ask(&call, operation, &key, pairs, ())
            .await;
        self.memory().tell_once(W::PATH, &mut results);
        let about = |(pair, outcome): (Pair, Result<_, Error>)| {
            let outcome = outcome.map_err(|error| error.subject(W::subject(&pair)));
            (pair.appid, outcome)
        };
        results.into_iter().map(about).into_map()
    }

    /// Writes at most a batch of pairs. The errors name the pair they are about.
    async fn write_batch<W: BatchWrite>(
        &self,
        operation: &Operation,
        pairs: BTreeSet<Pair>,
        source: Option<SourceType>,
        wanted: &dyn Wanted<Pair>,
    ) -> Outcomes<W> {
        let mixing = W::mixing(self);
        let mut outcomes = Outcomes::<W>::new();
        let mut bisect = Bisect::new(pairs);
        let mut alone = BTreeSet::new();
        let (mut mixed_was_refused, mut mixed_was_accepted) = (false, false);
        let mut single_was_refused = false;
        while let Some(group) = bisect.next() {
            let is_mixed = spans_environments(&group);
            if is_mixed && mixing.is_off() {
                bisect.ask_again(group);
                continue;
            }
            let (mut settled, mut failure) = self
                .write_group::<W>(operation, &group, source, wanted)
                .await;
            let is_refused_mixed = is_mixed && failure.is_some();
            mixed_was_accepted |= is_mixed && failure.is_none();
            if failure.is_none() {
                let mut accepted = group;
                accepted.retain(|pair| settled.contains_key(pair));
                if is_mixed && mixing.is_to_be_checked() {
                    let again;
                    (failure, again) = self
                        .check_mixed::<W>(operation, &mut settled, source, wanted)
                        .await;
                    let failed = failure.iter().flat_map(|(_, pairs)| pairs);
                    for pair in again.iter().flatten().chain(failed) {
                        accepted.remove(pair);
                        settled.remove(pair);
                    }
                    for pairs in again {
                        bisect.add(pairs);
                    }
                }
                bisect.accepted(&accepted);
            }
            if let Some((error, unsettled)) = failure {
                let is_alone = unsettled.len() == 1 && error.class() == Class::Caller;
                let failed = bisect.refused(unsettled, &error);
                mixed_was_refused |= is_refused_mixed && failed.is_empty();
                single_was_refused |= !is_refused_mixed;
                for pair in failed {
                    if is_alone {
                        alone.insert(pair.clone());
                    }
                    outcomes.insert(pair, Err(error.clone()));
                }
            }
            outcomes.extend(settled);
        }
        if mixed_was_refused && !mixed_was_accepted && !single_was_refused {
            mixing.stop(
                W::PATH,
                "it was refused, and each environment by itself was not",
            );
        }
        blame(&bisect, &mut outcomes, &alone);
        for (pair, outcome) in &mut outcomes {
            if let Err(error) = outcome {
                *error = error.clone().subject(W::subject(pair));
            }
        }
        outcomes
    }

    /// Sends until there is an answer. Where it leaves open whether the write took effect, the appids are queried before
    /// they are sent again or given up: for a share that took effect nobody must be asked twice, and it must not be told
    /// as failed. What nobody waits for any more is left out of the next request, and has no outcome.
    pub(in crate::wechat) async fn write_group<W: BatchWrite>(
        &self,
        operation: &Operation,
        pairs: &BTreeSet<Pair>,
        source: Option<SourceType>,
        wanted: &dyn Wanted<Pair>,
    ) -> (Outcomes<W>, Failure) {
        let mut unsettled = pairs.clone();
        let mut outcomes = Outcomes::<W>::new();
        let mut attempts = self.attempts();
        let mut once_open = false;
        loop {
            unsettled = wanted.wanted(&unsettled);
            if unsettled.is_empty() {
                return (outcomes, None);
            }
            let call = call::<W>(&unsettled, source);
            let claims = Claims::new(wanted, &unsettled);
            let claim = || claims.claim();
            let failed = match self.attempt(operation, &call, &claim, &mut attempts).await {
                Ok(answer) => match W::read(answer, &unsettled) {
                    Ok(read) => {
                        outcomes.extend(read);
                        return (outcomes, None);
                    }
                    Err(error) => Failed::from(error.maybe_applied(true)),
                },
                Err(failed) if failed.is_withdrawn => {
                    // One before it may have been refused for its token.
                    claims.release();
                    continue;
                }
                Err(failed) => failed,
            };
            let is_open = W::is_looked_up(&failed.error);
            // A pending share is in no query, so an effect that was open once is so to the end.
            once_open |= is_open;
            let error = failed.error.maybe_applied(once_open);
            if !error.may_have_been_applied() {
                claims.release();
            }
            let paused = attempts
                .pause(operation, error.clone(), failed.retry_after)
                .await;
            if is_open && operation.check().is_ok() {
                let settled = self
                    .look_up_open::<W>(operation, &unsettled, source, &error)
                    .await;
                unsettled.retain(|pair| !settled.contains_key(pair));
                outcomes.extend(settled);
                if unsettled.is_empty() {
                    return (outcomes, None);
                }
            }
            if let Err(error) = paused {
                return (outcomes, Some((error, unsettled)));
            }
        }
    }

    /// Queries the pairs of a write that failed with `error` and may have taken effect: those that are settled, be it
    /// that it did or that this can't be found out.
    async fn look_up_open<W: BatchWrite>(
        &self,
        operation: &Operation,
        pairs: &BTreeSet<Pair>,
        source: Option<SourceType>,
        error: &Error,
    ) -> Outcomes<W> {
        tracing::debug!(
            path = W::PATH,
            pairs = pairs.len(),
            error = error.happened(),
            "it may have taken effect: querying"
        );
        let mut settled = Outcomes::<W>::new();
        for (pair, found) in self.look_up(operation, pairs, source).await {
            match found {
                Ok(listed) => settled.extend(W::seen(listed).map(|outcome| (pair, Ok(outcome)))),
                Err(query_error) => {
                    settled.insert(pair, Err(unchecked(error, &query_error)));
                }
            }
        }
        settled
    }

    /// Whether the query lists each of the pairs.
    pub(in crate::wechat) async fn look_up(
        &self,
        operation: &Operation,
        pairs: &BTreeSet<Pair>,
        source: Option<SourceType>,
    ) -> BTreeMap<Pair, Result<bool, Error>> {
        let appids = pair::appids(pairs);
        let shares = self.query_batch(operation, &appids, source).await;
        let listed = |pair: &Pair| match shares.get(&pair.appid)? {
            Ok(envs) => Some(Ok(envs.contains(pair.env.as_str()))),
            // Refused by itself: it is not listed, as one without any share may be answered.
            Err(error) if error.class() == Class::Item && error.errcode().is_none() => {
                Some(Ok(false))
            }
            Err(error) => Some(Err(error.clone())),
        };
        pairs
            .iter()
            .filter_map(|pair| Some((pair.clone(), listed(pair)?)))
            .into_map()
    }
}

/// A write is never sent again blindly.
fn unchecked(error: &Error, query_error: &Error) -> Error {
    let answer = match error.errcode() {
        Some(_) => error.happened(),
        None => "the answer was lost",
    };
    let class = match query_error.class() {
        Class::Item => Class::Unreachable,
        class => class,
    };
    Error::new(
        class,
        format!(
            "{answer}, and whether it took effect could not be checked: {}",
            query_error.happened()
        ),
    )
    .maybe_applied(true)
    .with_attempts(query_error.attempts())
    .says_that_it_is_unknown()
    .next_step("Try again: what took effect is checked first.")
}

fn call<W: BatchWrite>(pairs: &BTreeSet<Pair>, source: Option<SourceType>) -> Call {
    let mut by_env: BTreeMap<&EnvId, Vec<&Appid>> = BTreeMap::new();
    for pair in pairs {
        by_env.entry(&pair.env).or_default().push(&pair.appid);
    }
    let data = by_env
        .into_iter()
        .map(|(env, appids)| json!({ "env": env, "appids": appids }));
    let mut body = json!({ "data": data.collect::<Vec<_>>() });
    if let Some(source) = source {
        body["source_type"] = json!(source);
    }
    let limit = AnswerLimit::of_batch(pairs.len());
    Call::write(W::PATH, TokenKind::Component, body, W::LISTS, limit)
}
