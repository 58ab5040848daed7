//! usecloudaccesstoken: which open APIs an environment may call with the WeChat token.

use super::super::answer::{self, Outcome, Refusal};
use super::super::request::{Body, is_env};
use super::super::state::State;

/// `open` is the account's, the rest the environment's. The documents do not say how a version that is out
/// of date is answered: here it is 40097, unless the behaviour takes it. Nor do they say what an unknown
/// environment is; with strict ones it is what it is for a conversion.
pub(super) fn cloud_access(state: &mut State, body: Body<'_>) -> Outcome {
    let action = body.text("action")?;
    let env = body.text("env")?;
    if !is_env(env) || !state.accepts_env(env, None) {
        let message = "TcbCode: [InvalidParameter.Env] env does not exist";
        return Err(Refusal::new(-501_007, message));
    }
    match action {
        "get" => Ok(get(state, env)),
        "set" => set(state, body, env),
        _ => Err(Refusal::invalid_args()),
    }
}

fn get(state: &State, env: &str) -> answer::Fields {
    let whitelist = state.cloud_access.of(env);
    let mut answer = answer::ok();
    answer.insert("open".to_owned(), state.cloud_access.open.into());
    answer.insert("api_whitelist".to_owned(), whitelist.api_whitelist.into());
    answer.insert("version".to_owned(), whitelist.version.into());
    answer
}

fn set(state: &mut State, body: Body<'_>, env: &str) -> Outcome {
    let open = body.boolean("open")?;
    let api_whitelist = body.texts("api_whitelist")?;
    let version = body
        .optional_integer("version")?
        .ok_or_else(|| Refusal::missing_parameter("version"))?;
    let is_stale = version != state.cloud_access.of(env).version;
    if is_stale && !state.behaviour.takes_stale_versions {
        return Err(Refusal::new(40097, "invalid args: version is not latest"));
    }
    state.cloud_access.open = open;
    state.cloud_access.set(env, api_whitelist);
    Ok(answer::ok())
}
