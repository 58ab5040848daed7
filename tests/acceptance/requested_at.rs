//! When the request was sent that is open, as the state says it.

use std::time::{Duration, SystemTime};

use cloudbase::sandbox::{Effect, Endpoint, Fault};
use serde_json::Value as Json;

use crate::support::{A, B, C, ENV, Workspace, share};
use crate::workspace;

/// Now, to the second, as the state writes it; such texts are in order of time.
fn now() -> String {
    humantime::format_rfc3339_seconds(SystemTime::now()).to_string()
}

fn time(share: &Json, appid: &str) -> String {
    let time = &share["shares"][appid]["requested_at"];
    let time = time.as_str().unwrap_or_else(|| panic!("{share}"));
    time.to_owned()
}

/// Lets the clock go on by a second.
async fn a_second_passes() {
    tokio::time::sleep(Duration::from_millis(1100)).await;
}

/// Sets in the state file when the request of `appid` was sent.
fn set_time(workspace: &Workspace, appid: &str, time: Json) {
    let mut state = workspace.state_file();
    let attributes = &mut state["resources"][0]["instances"][0]["attributes"];
    attributes["shares"][appid]["requested_at"] = time;
    let serial = state["serial"].as_u64().unwrap() + 1;
    state["serial"] = serial.into();
    workspace.put_state_file(&state);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_there_while_the_request_is_open_and_null_otherwise() {
    let workspace = workspace!();
    workspace.sandbox.bind(ENV, B, None);
    workspace
        .sandbox
        .refuse_appid(Endpoint::Share, C, "not today");
    workspace.configure(&share(ENV, &[A, B, C], ""));
    let before = now();
    workspace.apply().await;
    let state = workspace.share().await;
    let sent = time(&state, A);
    assert!(before <= sent && sent <= now(), "{before} {sent}");
    assert_eq!(state["shares"][B]["status"], "bound");
    assert!(state["shares"][B]["requested_at"].is_null(), "adopted");
    assert_eq!(state["shares"][C]["status"], "failed");
    assert!(state["shares"][C]["requested_at"].is_null(), "refused");

    // A refresh keeps it, and a change elsewhere.
    workspace.sandbox.allow_appid(Endpoint::Share, C);
    a_second_passes().await;
    workspace.apply().await;
    let state = workspace.share().await;
    assert_eq!(time(&state, A), sent);
    assert!(time(&state, C) > sent);
    workspace.assert_plan_is_empty().await;
    assert_eq!(workspace.sandbox.requests_sent(ENV, A, None), 1);

    workspace.sandbox.approve(ENV, A);
    workspace.apply().await;
    let state = workspace.share().await;
    assert_eq!(state["shares"][A]["status"], "bound");
    assert!(state["shares"][A]["requested_at"].is_null());
    assert_eq!(workspace.sandbox.requests_sent(ENV, A, None), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn sending_again_renews_it_and_a_refusal_of_that_does_not() {
    let workspace = workspace!();
    let config =
        |trigger: &str| share(ENV, &[A, B], &format!("confirmation_trigger = {trigger:?}"));
    workspace.configure(&config("1"));
    workspace.apply().await;
    let first = workspace.share().await;
    workspace
        .sandbox
        .refuse_appid(Endpoint::Share, B, "not now");
    a_second_passes().await;
    workspace.configure(&config("2"));
    workspace.try_apply().await.fails_with(&["not now"]);
    let second = workspace.share().await;
    assert!(time(&second, A) > time(&first, A));
    assert_eq!(time(&second, B), time(&first, B));
    assert_eq!(second["shares"][B]["status"], "pending");
}

/// It is the time of the request that was accepted, not of one before it that the API did not take.
#[tokio::test(flavor = "multi_thread")]
async fn it_is_that_of_the_attempt_that_was_answered() {
    let workspace = workspace!();
    workspace
        .sandbox
        .inject(Fault::new(Effect::Busy).on(Endpoint::Share).times(2));
    workspace.configure(&share(ENV, &[A], ""));
    workspace.apply().await;
    let calls = workspace.calls(Endpoint::Share);
    assert_eq!(calls.len(), 3);
    let took = calls[2].at.duration_since(calls[0].at);
    let since = calls[2].at.elapsed();
    let sent = SystemTime::now() - since;
    let sent = humantime::format_rfc3339_seconds(sent).to_string();
    let later = SystemTime::now() - since + Duration::from_secs(1);
    let later = humantime::format_rfc3339_seconds(later).to_string();
    let state = time(&workspace.share().await, A);
    assert!(sent <= state && state <= later, "{sent} {state}, {took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_without_a_url_has_it_too() {
    let workspace = workspace!();
    workspace.sandbox.behave(|now| now.sends_urls = false);
    workspace.configure(&share(ENV, &[A], ""));
    workspace.apply().await;
    let state = workspace.share().await;
    assert!(state["shares"][A]["confirm_url"].is_null());
    time(&state, A);
}

/// What a plan shows of those that stay as they are is known, their time too.
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_knows_it_of_those_that_stay() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A], ""));
    workspace.apply().await;
    let sent = time(&workspace.share().await, A);
    workspace.configure(&share(ENV, &[A, B], ""));
    let plan = workspace.plan().await;
    let change = &plan["resource_changes"][0]["change"];
    assert_eq!(change["after"]["shares"][A]["requested_at"], sent);
    assert_eq!(change["after_unknown"]["shares"][B], true);
    assert!(change["after"]["shares"][B].is_null());
}

/// The example of the guide: a check that names who has not confirmed for long.
#[tokio::test(flavor = "multi_thread")]
async fn a_check_block_names_stale_requests_and_handles_null() {
    let workspace = workspace!();
    let example = include_str!("../../examples/guides/confirmation/stale.tf");
    let appids = format!("{:?}", [A, B]);
    assert!(example.contains(&appids), "{example}");
    let hcl = example.replace(&appids, &format!("{:?}", [A, B, C]));
    workspace.configure(&hcl.replace("tea-house-7gfwxe92efb3aa38", ENV));
    let plan = async |workspace: &Workspace| {
        let run = workspace.run(&["plan", "-no-color"]).await.ok();
        run.flat()
    };
    let said = plan(&workspace).await;
    assert!(!said.contains("have not confirmed for"), "{said}");
    workspace.apply().await;
    workspace.sandbox.approve(ENV, C);
    workspace.apply().await;
    let said = plan(&workspace).await;
    assert!(!said.contains("have not confirmed for"), "{said}");

    let old = SystemTime::now() - Duration::from_secs(8 * 24 * 60 * 60);
    let old = humantime::format_rfc3339_seconds(old).to_string();
    set_time(&workspace, A, old.into());
    set_time(&workspace, B, Json::Null);
    workspace.sandbox.clear_calls();
    let said = plan(&workspace).await;
    assert!(said.contains("Check block assertion failed"), "{said}");
    assert!(
        said.contains(&format!("have not confirmed for a week: {A}.")),
        "{said}"
    );
    assert_eq!(workspace.writes(), 0);
    workspace.assert_plan_is_empty().await;
}
