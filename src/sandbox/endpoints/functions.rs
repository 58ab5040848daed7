//! batchuploadscf, batchuploadscfcode, getscflist and deletescf: the functions of environments.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::super::answer::{self, Outcome, Refusal};
use super::super::functions::Function;
use super::super::request::{Body, is_env};
use super::super::state::State;

/// "20M at most", read as that of the zip file.
const LARGEST_ZIP: usize = 20 << 20;

/// The documents' default, and the largest page here: they have none.
const PAGE: i64 = 20;

/// Makes a function in each environment. One that is there already is a row: the documents do not say what it is.
pub(super) fn upload(state: &mut State, body: Body<'_>, now: Instant) -> Outcome {
    let function = Function {
        vpcid: body.optional_text("vpcid")?.map(str::to_owned),
        subnetid: body.optional_text("subnetid")?.map(str::to_owned),
        ..Function::new("", body.text("functionname")?)
    };
    let rows = each(state, body, &function, true, now)?;
    let row = |(env, errmsg)| json!({"env": env, "errmsg": errmsg});
    let rows: Vec<Value> = rows.into_iter().map(row).collect();
    let mut answer = answer::ok();
    answer.insert("fail_env_list".to_owned(), rows.into());
    Ok(answer)
}

/// Gives each environment's function new code. One that is not there is a row. List and field have other names than those
/// of the call that makes functions.
pub(super) fn upload_code(state: &mut State, body: Body<'_>, now: Instant) -> Outcome {
    let function = Function::new("", body.text("functionname")?);
    let rows = each(state, body, &function, false, now)?;
    let row = |(env, errmsg)| json!({"env": env, "errormsg": errmsg});
    let rows: Vec<Value> = rows.into_iter().map(row).collect();
    let mut answer = answer::ok();
    answer.insert("fail_list".to_owned(), rows.into());
    Ok(answer)
}

/// Uploads to each environment, and says which ones were refused.
fn each(
    state: &mut State,
    body: Body<'_>,
    function: &Function,
    is_new: bool,
    now: Instant,
) -> Result<Vec<(String, String)>, Refusal> {
    let zip = body.text("zipfile")?;
    let zip = BASE64_STANDARD
        .decode(zip)
        .map_err(|_| Refusal::invalid_args())?;
    if zip.len() > LARGEST_ZIP || !zip.starts_with(b"PK") {
        return Err(Refusal::invalid_args());
    }
    let mut envs = Vec::new();
    for env in body.list("envs")? {
        let env = env.as_str().ok_or_else(Refusal::data_format)?;
        envs.push(env.to_owned());
    }
    let mut rows = Vec::new();
    for env in envs {
        let is_there = state.functions.has(&env, &function.name);
        let refused = state.behaviour.refused_functions.get(&env).cloned();
        let refused = match refused.flatten() {
            Some(words) => Some(words),
            None if !is_env(&env) || !state.accepts_env(&env, None) => {
                Some("invalid env".to_owned())
            }
            None if is_new && is_there => Some("[ResourceInUse.Function] it exists".to_owned()),
            None if !is_new && !is_there => {
                Some("[ResourceNotFound.Function] it does not exist".to_owned())
            }
            None => None,
        };
        if let Some(words) = refused {
            rows.push((env, words));
            continue;
        }
        let failure = state.behaviour.failing_functions.get(&env).cloned();
        let function = Function {
            env,
            ..function.clone()
        };
        let takes = state.behaviour.function_creation;
        state
            .functions
            .upload(function, &zip, failure.flatten(), takes, now);
    }
    Ok(rows)
}

/// One page; `searchkey` is part of a name.
pub(super) fn list(state: &mut State, body: Body<'_>, now: Instant) -> Outcome {
    state.functions.settle(now);
    let env = known_env(state, body)?;
    let key = body.optional_text("searchkey")?.unwrap_or_default();
    let offset = body.optional_integer("offset")?.unwrap_or(0);
    let limit = body.optional_integer("limit")?.unwrap_or(PAGE);
    let (Ok(offset), Ok(limit @ 1..)) = (usize::try_from(offset), usize::try_from(limit.min(PAGE)))
    else {
        return Err(Refusal::invalid_args());
    };
    let found: Vec<&Function> = state
        .functions
        .all()
        .filter(|function| function.env == env && function.name.contains(key))
        .collect();
    let page: Vec<Value> = found
        .iter()
        .skip(offset)
        .take(limit)
        .map(|function| row(function))
        .collect();
    let mut answer = answer::ok();
    answer.insert("total_count".to_owned(), found.len().into());
    answer.insert("functions".to_owned(), page.into());
    Ok(answer)
}

fn row(function: &Function) -> Value {
    let reasons: Vec<Value> = function
        .reason
        .iter()
        .map(|reason| json!({"errcode": "ResourceNotFound.File", "errmsg": reason}))
        .collect();
    json!({
        "name": function.name,
        "status": function.status,
        "status_reason": reasons,
        "runtime": "Nodejs8.9",
        "add_time": "2021-07-29 14:41:43",
        "mod_time": function.mod_time,
    })
}

/// One that is not there is a refusal: the documents do not say which.
pub(super) fn delete(state: &mut State, body: Body<'_>) -> Outcome {
    let name = body.text("functionname")?;
    let env = known_env(state, body)?;
    if !state.functions.remove(env, name) {
        let message = "TcbCode: [ResourceNotFound.Function] the function does not exist";
        return Err(Refusal::new(-501_000, message));
    }
    Ok(answer::ok())
}

/// With strict environments an unknown one is refused as a conversion refuses it.
fn known_env<'a>(state: &State, body: Body<'a>) -> Result<&'a str, Refusal> {
    let env = body.text("env")?;
    if !is_env(env) || !state.accepts_env(env, None) {
        let message = "TcbCode: [InvalidParameter.Env] env does not exist";
        return Err(Refusal::new(-501_007, message));
    }
    Ok(env)
}
