//! Answers of the page "Questions" that no test of a single behaviour shows as a whole.

use std::time::Duration;

use cloudbase::sandbox::{Endpoint, Options, TokenKind};

use super::{TEA_HOUSE, with};
use crate::support::{A, B, Workspace, share};
use crate::workspace;

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_by_the_administrator_looks_like_waiting() {
    let workspace = workspace!();
    workspace.configure(&share(TEA_HOUSE, &[A], ""));
    workspace.apply().await;
    assert!(workspace.sandbox.refuse(TEA_HOUSE, A));
    assert!(workspace.sandbox.pending().is_empty());
    workspace.sandbox.clear_calls();
    workspace.assert_plan_is_empty().await;
    workspace.apply().await;
    let pending = format!("{TEA_HOUSE} {A} pending");
    assert_eq!(workspace.shares(), [pending]);
    assert_eq!(workspace.writes(), 0);

    // Until it is asked for once more.
    let again = "confirmation_trigger = \"again\"";
    workspace.configure(&share(TEA_HOUSE, &[A], again));
    workspace.apply().await;
    assert_eq!(workspace.named(Endpoint::Share), [A]);
    workspace.sandbox.approve_all();
    workspace.apply().await;
    assert_eq!(workspace.shares(), [format!("{TEA_HOUSE} {A} bound")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_applies_of_one_state_are_one_after_the_other() {
    let workspace = workspace!();
    workspace.configure(&share(TEA_HOUSE, &[A], ""));
    workspace
        .sandbox
        .set_latency(Some(Endpoint::Share), Duration::from_secs(5));
    let first = workspace.spawn(&["apply", "-auto-approve", "-no-color"]);
    while workspace.calls(Endpoint::Share).is_empty() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let second = workspace.try_apply().await;
    second.fails_with(&["Error acquiring the state lock"]);
    let first = first.wait_with_output().await.unwrap();
    assert!(first.status.success());
    assert_eq!(workspace.calls(Endpoint::Share).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_states_ask_twice_and_end_what_the_other_has() {
    let one = workspace!();
    let mut other = Workspace::start(one.cli().clone(), Options::default()).await;
    other.set("CLOUDBASE_ENDPOINT", &one.sandbox.url());
    let token = one.sandbox.component_token();
    other.set("CLOUDBASE_COMPONENT_ACCESS_TOKEN", &token);
    let hcl = share(TEA_HOUSE, &[A, B], "");
    one.configure(&hcl);
    one.apply().await;
    one.sandbox.approve(TEA_HOUSE, A);
    one.sandbox.clear_calls();

    // B is pending, and so is asked again.
    other.configure(&hcl);
    other.apply().await;
    assert_eq!(one.named(Endpoint::Share), [B]);
    one.sandbox.approve_all();
    one.apply().await;
    other.destroy().await.ok();
    assert!(one.sandbox.bound().is_empty());
    let run = one.run(&["plan", "-no-color"]).await.ok();
    assert!(run.flat().contains("will be asked to confirm"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_expires_halfway_costs_nobody_a_second_request() {
    let mut workspace = workspace!();
    let first = with(&share(TEA_HOUSE, &[A], ""), "\"test\"", "\"first\"");
    let second = with(&share(TEA_HOUSE, &[B], ""), "\"test\"", "\"second\"");
    let after = "  depends_on = [cloudbase_env_share.first]\n}\n";
    let plan = ["plan", "-no-color", "-out=plan"];
    let apply = ["apply", "-no-color", "plan"];

    // How many calls the first of the two takes.
    let rehearsal = Workspace::start(workspace.cli().clone(), Options::default()).await;
    rehearsal.configure(&first);
    rehearsal.run(&plan).await.ok();
    rehearsal.sandbox.clear_calls();
    rehearsal.run(&apply).await.ok();
    let calls = rehearsal.sandbox.calls().len() as u64;

    workspace.configure(&(first + &with(&second, "}\n", after)));
    workspace.run(&plan).await.ok();
    workspace
        .sandbox
        .expire_tokens_after_calls(TokenKind::Component, calls);
    let run = workspace.run(&apply).await;
    run.fails_with(&["42001", "CLOUDBASE_COMPONENT_ACCESS_TOKEN"]);
    assert_eq!(workspace.shares(), [format!("{TEA_HOUSE} {A} pending")]);

    let token = workspace.sandbox.component_token();
    workspace.set("CLOUDBASE_COMPONENT_ACCESS_TOKEN", &token);
    workspace.sandbox.clear_calls();
    workspace.apply().await;
    assert_eq!(workspace.named(Endpoint::Share), [B]);
}
