//! `cloudbase_open_api_access`: the whitelist of open APIs of an environment.

mod changed_meanwhile;
mod lifecycle;
mod switched_off;
mod two_instances;

use cloudbase::sandbox::{Call, Endpoint};

use crate::support::{ENV, Workspace};

pub(crate) const ADDRESS: &str = "cloudbase_open_api_access.test";

/// The resource with these entries.
pub(crate) fn access(env: &str, whitelist: &[&str], more: &str) -> String {
    named("test", env, whitelist, more)
}

fn named(name: &str, env: &str, whitelist: &[&str], more: &str) -> String {
    format!(
        "resource \"cloudbase_open_api_access\" {name:?} {{\n  env = {env:?}\n  api_whitelist = {whitelist:?}\n  {more}\n}}\n"
    )
}

/// The calls with this action since the log was cleared.
fn calls(workspace: &Workspace, action: &str) -> Vec<Call> {
    let mut calls = workspace.calls(Endpoint::UseCloudAccessToken);
    calls.retain(|call| call.body["action"] == action);
    calls
}

/// How often a whitelist was written, or could have been.
fn sets(workspace: &Workspace) -> usize {
    calls(workspace, "set").len()
}

/// The entries of the environment, in the order in which they were sent.
fn listed(workspace: &Workspace) -> Vec<String> {
    workspace.sandbox.whitelist(ENV).0
}
