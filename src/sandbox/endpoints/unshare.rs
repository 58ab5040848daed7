//! batchunshareenv: takes shares back, confirmed or not. No administrator is asked.

use serde_json::{Value, json};

use super::super::answer::{self, Outcome};
use super::super::endpoint::Endpoint;
use super::super::request::{Body, batches};
use super::super::shares::Pair;
use super::super::state::State;
use super::{check_batch, refusal_of_pair};

/// A pair that is not shared gets a row in `err_list`. The documents do not say what it gets; an
/// error is what a client has to cope with.
pub(super) fn unshare(state: &mut State, body: Body<'_>) -> Outcome {
    let source_type = body.source_type()?;
    let batches = batches(body, state.behaviour.mixed_calls)?;
    check_batch(
        state,
        batches
            .iter()
            .flat_map(|batch| batch.appids.iter().copied()),
    )?;

    let mut errors: Vec<Value> = Vec::new();
    for batch in &batches {
        for &appid in &batch.appids {
            let pair = Pair::new(batch.env, appid, source_type);
            let is_kept = state.behaviour.keeps_pending && state.shares.is_pending(&pair);
            let refused = refusal_of_pair(state, Endpoint::Unshare, &pair)
                .or_else(|| is_kept.then(|| "share is not confirmed yet".to_owned()));
            if refused.is_none() && state.shares.remove(&pair) {
                continue;
            }
            let errmsg = refused.unwrap_or_else(|| "env not shared with this appid".to_owned());
            errors.push(json!({"env": batch.env, "appid": appid, "errmsg": errmsg}));
        }
    }
    let mut answer = answer::ok();
    answer.insert("err_list".to_owned(), errors.into());
    Ok(answer)
}
