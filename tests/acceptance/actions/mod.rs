//! Actions, invoked by hand and by what happens to resources.

use std::fs;
use std::path::Path;

use serde_json::Value as Json;

use crate::support::{ENV, Run, Workspace, share};

mod failed;
mod instances;
#[cfg(unix)]
mod interrupted;
mod invoked;
mod planned;
mod triggered;

const CONVERT: &str = "action.cloudbase_convert_env.test";
const RESEND: &str = "action.cloudbase_resend_confirmations.test";

/// `action "cloudbase_convert_env" "test"` for the environment of the tests.
fn convert() -> String {
    format!(
        "action \"cloudbase_convert_env\" \"test\" {{\n  config {{\n    env = {ENV:?}\n  }}\n}}\n"
    )
}

/// `action "cloudbase_resend_confirmations" "test"` for what `cloudbase_env_share.test` has.
fn resend() -> String {
    let share = "cloudbase_env_share.test";
    format!(
        "action \"cloudbase_resend_confirmations\" \"test\" {{\n  config {{\n    env = {share}.env\n    appids = {share}.appids\n  }}\n}}\n"
    )
}

/// The same for these mini programs, without a reference to the share. An action that a share triggers is not
/// to refer to it: Terraform 1.16 finds a cycle.
fn resend_to(appids: &[&str]) -> String {
    format!(
        "action \"cloudbase_resend_confirmations\" \"test\" {{\n  config {{\n    env = {ENV:?}\n    appids = {appids:?}\n  }}\n}}\n"
    )
}

/// A block that invokes `action` on `events`.
fn trigger(events: &str, action: &str, more: &str) -> String {
    format!("action_trigger {{\n  events = [{events}]\n  actions = [{action}]\n  {more}\n}}\n")
}

/// A share with the mini programs `appids` that has these triggers, and both actions.
fn triggering(appids: &[&str], triggers: &[String]) -> String {
    let lifecycle = format!("lifecycle {{\n{}}}\n", triggers.concat());
    share(ENV, appids, &lifecycle) + &convert() + &resend_to(appids)
}

/// Runs `apply -json` that invokes the action at `address`, whatever comes of it.
async fn invoke(workspace: &Workspace, address: &str) -> Run {
    let invoke = format!("-invoke={address}");
    let arguments = ["apply", "-auto-approve", "-json", &invoke];
    workspace.run(&arguments).await
}

/// What the action at `address` said while it ran.
fn progress(run: &Run, address: &str) -> Vec<String> {
    let of_action = of_action(run, "action_progress", address);
    let message = |hook: &Json| hook["message"].as_str().unwrap().to_owned();
    of_action.iter().map(message).collect()
}

/// The lines of one type about the action at `address`.
fn of_action(run: &Run, kind: &str, address: &str) -> Vec<Json> {
    let hooks = run
        .lines(kind)
        .into_iter()
        .map(|mut line| line["hook"].take());
    hooks
        .filter(|hook| hook["action"]["addr"] == address)
        .collect()
}

/// The events that invoked the action at `address` and ended well, in order.
fn completed(run: &Run, address: &str) -> Vec<String> {
    let event = |hook: &Json| {
        let event = hook["lifecycle"]["trigger_event"].as_str();
        event.unwrap_or("by hand").to_owned()
    };
    let completed = of_action(run, "action_complete", address);
    completed.iter().map(event).collect()
}

/// The URL at which a mini program that is pending is confirmed.
fn pending_url(workspace: &Workspace, appid: &str) -> String {
    let mut pending = workspace.sandbox.pending().into_iter();
    let found = pending.find(|one| one.appid == appid);
    found.unwrap().url.unwrap()
}

/// The shipped example of an action.
fn example(action: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/actions");
    fs::read_to_string(folder.join(action).join("action.tf")).unwrap()
}
