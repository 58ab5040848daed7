//! `terraform query`: what the list resource `cloudbase_env_share` finds, and what is generated of it.

use std::fs;

use cloudbase::sandbox::Endpoint;
use serde_json::Value as Json;

use crate::support::{A, B, ENV, HOSTED_ENV, OTHER_ENV, Run, Workspace};

mod found;
mod generated;
mod refused;

/// `list "cloudbase_env_share"` with these arguments, and these in its `config`.
fn list(name: &str, arguments: &str, config: &str) -> String {
    format!(
        "list \"cloudbase_env_share\" {name:?} {{\n  provider = cloudbase\n  {arguments}\n  config {{\n    {config}\n  }}\n}}\n"
    )
}

/// Three environments, one of them shared twice and one of another kind.
fn fleet(workspace: &Workspace) {
    for (env, appid) in [(ENV, A), (ENV, B), (OTHER_ENV, A)] {
        workspace.sandbox.bind(env, appid, None);
    }
    workspace.sandbox.bind(HOSTED_ENV, A, 1);
}

/// Writes what to ask.
fn ask(workspace: &Workspace, hcl: &str) {
    workspace.configure("");
    fs::write(workspace.path().join("fleet.tfquery.hcl"), hcl).unwrap();
}

/// `query -json` that has to work.
#[track_caller]
fn query(workspace: &Workspace) -> impl Future<Output = Run> + '_ {
    let place = std::panic::Location::caller();
    async move {
        let run = workspace.run(&["query", "-json"]).await;
        assert_eq!(run.code, 0, "query at {place}: {}", run.flat());
        assert!(run.errors().is_empty(), "{}", run.flat());
        run
    }
}

/// What was found by the list block `name`, in order.
fn found(run: &Run, name: &str) -> Vec<Json> {
    let address = format!("list.cloudbase_env_share.{name}");
    let lines = run.lines("list_resource_found").into_iter();
    let found = lines.map(|mut line| line["list_resource_found"].take());
    found.filter(|one| one["address"] == address).collect()
}

/// The environments that were found by the list block `name`, in order.
fn envs(run: &Run, name: &str) -> Vec<String> {
    let found = found(run, name);
    let env = |one: &Json| one["identity"]["env"].as_str().unwrap().to_owned();
    found.iter().map(env).collect()
}

/// Asserts that the API was asked for nothing but what is shared.
fn assert_only_asked(workspace: &Workspace) {
    let calls = workspace.sandbox.calls();
    assert!(
        calls.iter().all(|call| call.endpoint == Endpoint::Query),
        "{calls:?}"
    );
}
