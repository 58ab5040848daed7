//! What sharing and unsharing have in common: one call for a batch, and what happens when its answer does not tell whether
//! it took effect.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::query::blame;
use crate::wechat::{
    Appid, Class, Client, EnvId, Error, Operation, SourceType, TokenKind,
    batch::bisect::Halving,
    coalesce::Writes,
    http::wire::Failed,
    http::{Accepted, AnswerLimit, Call},
};

/// A write about one environment and a batch of mini programs.
pub(in crate::wechat) trait BatchWrite: Send + Sync + 'static {
    /// What comes out for one appid.
    type Outcome: Clone + Send + Sync + 'static;

    /// The API's path.
    const PATH: &'static str;

    /// The lists of an answer.
    const LISTS: &'static [&'static str];

    /// The subject of an error about one appid.
    fn subject(env: &EnvId, appid: &Appid) -> String;

    /// Reads an answer for the appids that were sent.
    fn read(
        answer: Accepted,
        sent: &BTreeSet<Appid>,
    ) -> Result<BTreeMap<Appid, Result<Self::Outcome, Error>>, Error>;

    /// The windows of this kind of write.
    fn writes(client: &Client) -> &Writes<Self::Outcome>;

    /// What a query says after a write whose effect is open: the outcome when it took effect, none when it did not.
    fn seen(listed: bool) -> Option<Self::Outcome>;

    /// Whether the effect of a write that failed with `error` is to be looked up before anything else is done.
    fn is_looked_up(error: &Error) -> bool {
        error.may_have_been_applied()
    }
}

/// Per appid, what came of a write.
pub(in crate::wechat) type Outcomes<W> = BTreeMap<Appid, Result<<W as BatchWrite>::Outcome, Error>>;

impl Client {
    /// Writes at most a batch of appids of one environment. The errors name the pair they are about.
    pub(in crate::wechat) async fn write_batch<W: BatchWrite>(
        &self,
        operation: &Operation,
        env: &EnvId,
        appids: &BTreeSet<Appid>,
        source: Option<SourceType>,
    ) -> Outcomes<W> {
        let mut outcomes = Outcomes::<W>::new();
        let mut halving = Halving::new(appids.clone());
        let mut alone = BTreeSet::new();
        while let Some(group) = halving.next() {
            let (settled, failure) = self.write_group::<W>(operation, env, group, source).await;
            outcomes.extend(settled);
            match failure {
                None => halving.accepted(),
                Some((error, unsettled)) => {
                    let is_alone = unsettled.len() == 1 && error.class() == Class::Caller;
                    for appid in halving.refused(unsettled, &error) {
                        if is_alone {
                            alone.insert(appid.clone());
                        }
                        outcomes.insert(appid, Err(error.clone()));
                    }
                }
            }
        }
        if halving.blames_the_item() {
            blame(&mut outcomes, &alone);
        }
        for (appid, outcome) in &mut outcomes {
            if let Err(error) = outcome {
                *error = error.clone().subject(W::subject(env, appid));
            }
        }
        outcomes
    }

    /// Sends until there is an answer. Where it leaves open whether the write took effect, the appids are queried before
    /// they are sent again and before they are given up: a share that took effect must not be sent twice, since its
    /// administrator would be asked twice, and must not be told as failed.
    async fn write_group<W: BatchWrite>(
        &self,
        operation: &Operation,
        env: &EnvId,
        mut unsettled: BTreeSet<Appid>,
        source: Option<SourceType>,
    ) -> (Outcomes<W>, Option<(Error, BTreeSet<Appid>)>) {
        let mut outcomes = Outcomes::<W>::new();
        let mut attempts = self.attempts();
        let mut once_open = false;
        loop {
            let call = call::<W>(env, &unsettled, source);
            let failed = match self.attempt(operation, &call, &mut attempts).await {
                Ok(answer) => match W::read(answer, &unsettled) {
                    Ok(read) => {
                        outcomes.extend(read);
                        return (outcomes, None);
                    }
                    Err(error) => Failed::from(error.maybe_applied(true)),
                },
                Err(failed) => failed,
            };
            let Failed { error, retry_after } = failed;
            let is_open = W::is_looked_up(&error);
            // A pending share is in no query, so an effect that was open once is so to the end.
            once_open |= is_open;
            let error = error.maybe_applied(once_open);
            let paused = attempts.pause(operation, error.clone(), retry_after).await;
            if is_open && operation.check().is_ok() {
                let settled = self
                    .look_up::<W>(operation, env, &unsettled, source, &error)
                    .await;
                unsettled.retain(|appid| !settled.contains_key(appid));
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

    /// Queries the appids of a write that failed with `error` and may have taken effect: those that are settled, be it
    /// that it did or that this can't be found out.
    async fn look_up<W: BatchWrite>(
        &self,
        operation: &Operation,
        env: &EnvId,
        appids: &BTreeSet<Appid>,
        source: Option<SourceType>,
        error: &Error,
    ) -> Outcomes<W> {
        tracing::debug!(
            path = W::PATH,
            env = env.as_str(),
            appids = appids.len(),
            error = error.happened(),
            "it may have taken effect: querying"
        );
        let mut settled = Outcomes::<W>::new();
        for (appid, found) in self.query_batch(operation, appids, source).await {
            match found {
                Ok(envs) => {
                    if let Some(outcome) = W::seen(envs.contains(env.as_str())) {
                        settled.insert(appid, Ok(outcome));
                    }
                }
                // Refused by itself: it is not listed, as one without any share may be answered.
                Err(query_error)
                    if query_error.class() == Class::Item && query_error.errcode().is_none() => {}
                Err(query_error) => {
                    settled.insert(appid, Err(unchecked(error, &query_error)));
                }
            }
        }
        settled
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
    .next_step("Run it again: what took effect is looked up before anything is sent.")
}

fn call<W: BatchWrite>(env: &EnvId, appids: &BTreeSet<Appid>, source: Option<SourceType>) -> Call {
    let mut body = json!({ "data": [{ "env": env, "appids": appids }] });
    if let Some(source) = source {
        body["source_type"] = json!(source);
    }
    let limit = AnswerLimit::of_batch(appids.len());
    Call::write(W::PATH, TokenKind::Component, body, W::LISTS, limit)
}
