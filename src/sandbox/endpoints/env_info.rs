//! getenvinfo and describeenvs: the environments that exist.

use serde_json::{Value, json};

use super::super::answer::{self, Fields, Outcome};
use super::super::environments::Environment;
use super::super::request::Body;
use super::super::state::State;

/// With `env` only that one, without it all. An unknown id is an empty list; the documents do not
/// say what it is.
pub(super) fn env_info(state: &State, body: Body<'_>) -> Outcome {
    let infos: Vec<Value> = match body.optional_text("env")?.filter(|env| !env.is_empty()) {
        Some(env) => state.environments.get(env).map(info).into_iter().collect(),
        None => state.environments.all().map(info).collect(),
    };
    let mut answer = answer::ok();
    answer.insert("info_list".to_owned(), infos.into());
    Ok(answer)
}

/// The component's counterpart: the same fields and two more, no filter.
pub(super) fn describe_envs(state: &State) -> Fields {
    let infos: Vec<Value> = state
        .environments
        .all()
        .map(|environment| {
            let mut info = info(environment);
            info["dbinstance_id"] = format!("tnt-{}", environment.env).into();
            info["bucket_id"] = format!("{}-1300000000", environment.env).into();
            info
        })
        .collect();
    let mut answer = answer::ok();
    answer.insert("info_list".to_owned(), infos.into());
    answer
}

/// Neither of the two says of which `source_type` an environment is.
fn info(environment: &Environment) -> Value {
    json!({
        "env": environment.env,
        "alias": environment.alias,
        "create_time": environment.create_time,
        "update_time": environment.update_time,
        "status": environment.status,
        "package_id": environment.package_id,
        "package_name": environment.package_name,
    })
}
