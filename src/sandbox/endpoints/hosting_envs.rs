//! describecloudbaserunenvs: the environments that are for cloud hosting.

use serde_json::{Value, json};

use super::super::answer::{self, Fields};
use super::super::environments::Environment;
use super::super::state::State;

/// Only those with `source_type` 1: of an environment that is taken for either kind nobody said that it is one of these.
pub(super) fn hosting_envs(state: &State) -> Fields {
    let envs: Vec<Value> = state
        .environments
        .all()
        .filter(|environment| environment.source_type == Some(1))
        .map(|environment| row(state, environment))
        .collect();
    let mut answer = answer::ok();
    answer.insert("env_list".to_owned(), envs.into());
    answer
}

/// A conversion turns an environment of Tencent Cloud into one of WeChat.
fn row(state: &State, environment: &Environment) -> Value {
    let source = if state.environments.is_converted(&environment.env) {
        Some("miniapp")
    } else {
        environment.source.as_deref()
    };
    json!({
        "env_id": environment.env,
        "source": source,
        "alias": environment.alias,
        "create_time": environment.create_time,
        "update_time": environment.update_time,
        "status": environment.status,
        "databases": [],
        "storages": [],
        "functions": [],
        "package_id": environment.package_id,
        "package_name": environment.package_name,
        "log_services": [],
        "static_storages": [],
        "is_auto_degrade": true,
        "env_channel": "",
        "pay_mode": "postpaid",
        "is_default": false,
        "region": "ap-shanghai",
        "tags": [],
    })
}
