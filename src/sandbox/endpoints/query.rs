//! batchgetenvid: which environments are shared with each mini program.

use serde_json::{Value, json};

use super::super::answer::{self, Outcome};
use super::super::endpoint::Endpoint;
use super::super::request::Body;
use super::super::state::State;
use super::{check_batch, refusal_of};

/// Lists confirmed shares only, unless told otherwise, because a binding takes effect on confirmation. `err_list` has no
/// `env`, as in the current documents.
pub(super) fn query(state: &State, body: Body<'_>) -> Outcome {
    let source_type = body.source_type()?;
    let appids = body.appids()?;
    check_batch(state, appids.iter().copied())?;

    let mut errors: Vec<Value> = Vec::new();
    let mut relations: Vec<Value> = Vec::new();
    for appid in appids {
        if let Some(errmsg) = refusal_of(state, Endpoint::Query, appid) {
            errors.push(json!({"appid": appid, "errmsg": errmsg}));
            continue;
        }
        let envs = state
            .shares
            .envs_of(appid, source_type, state.behaviour.lists_pending);
        if !envs.is_empty() || state.behaviour.empty_rows {
            relations.push(json!({"appid": appid, "env_list": envs}));
        }
    }
    let mut answer = answer::ok();
    answer.insert("relation_data".to_owned(), relations.into());
    answer.insert("err_list".to_owned(), errors.into());
    Ok(answer)
}
