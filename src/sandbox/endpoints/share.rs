//! batchshareenv: asks administrators to let an environment be shared with their mini programs.

use serde_json::{Value, json};
use tokio::time::Instant;

use super::super::answer::{self, Outcome};
use super::super::endpoint::Endpoint;
use super::super::request::{Body, batches};
use super::super::shares::Pair;
use super::super::state::State;
use super::{check_batch, refusal_of_pair};

/// `msg_info_list` has no `env`, as documented: with several environments in one call nobody can
/// tell which a URL belongs to.
pub(super) fn share(state: &mut State, body: Body<'_>, now: Instant) -> Outcome {
    let source_type = body.source_type()?;
    let batches = batches(body, state.behaviour.mixed_calls)?;
    check_batch(
        state,
        batches
            .iter()
            .flat_map(|batch| batch.appids.iter().copied()),
    )?;

    let mut errors: Vec<Value> = Vec::new();
    let mut messages: Vec<Value> = Vec::new();
    for batch in &batches {
        for &appid in &batch.appids {
            let pair = Pair::new(batch.env, appid, source_type);
            let refused = refusal_of_pair(state, Endpoint::Share, &pair)
                .or_else(|| of_another_subject(state, &pair));
            if let Some(errmsg) = refused {
                errors.push(json!({"env": batch.env, "appid": appid, "errmsg": errmsg}));
                continue;
            }
            let kept = state.behaviour.same_urls.then_some(&mut state.shares);
            let link = match kept.and_then(|shares| shares.ask_again(&pair)) {
                Some(link) => Some(link),
                None => state.shares.ask(&pair, state.confirm, now),
            };
            if let Some(id) = link.filter(|_| state.behaviour.sends_urls) {
                messages.push(json!({"appid": appid, "url": state.confirm_url(&id)}));
            }
        }
    }
    let mut answer = answer::ok();
    answer.insert("err_list".to_owned(), errors.into());
    answer.insert("msg_info_list".to_owned(), messages.into());
    Ok(answer)
}

/// The documents want one legal subject for all mini programs of an environment. The words are those
/// that a user of the API reported; whether they came in a row or as the error of the whole call is
/// not known. Of two subjects in one call the first one is asked.
fn of_another_subject(state: &State, pair: &Pair) -> Option<String> {
    let is_refused =
        state.behaviour.strict_subjects && state.has_another_subject(&pair.env, &pair.appid);
    is_refused.then(|| "main body not same".to_owned())
}
