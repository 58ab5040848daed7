//! Plans that are saved and applied later, as pipelines do.

use cloudbase::sandbox::Endpoint;

use crate::support::{A, B, C, ENV, actions, share};
use crate::workspace;

const ADDRESS: &str = "cloudbase_env_share.test";

#[tokio::test(flavor = "multi_thread")]
async fn it_does_what_was_planned_whatever_the_configuration_says_by_then() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A], ""));
    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, ADDRESS), ["create"]);
    assert_eq!(workspace.writes(), 0);
    workspace.configure(&share(ENV, &[B, C], ""));
    workspace.run(&["apply", "-no-color", "plan"]).await.ok();
    assert_eq!(workspace.named(Endpoint::Share), [A]);
    assert_eq!(workspace.share().await["shares"][A]["status"], "pending");
}

/// Nobody is asked a second time by a pipeline that runs its last step again.
#[tokio::test(flavor = "multi_thread")]
async fn applied_twice_it_is_stale_and_asks_nobody_again() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A, B], ""));
    workspace.plan().await;
    workspace.run(&["apply", "-no-color", "plan"]).await.ok();
    workspace.sandbox.clear_calls();
    let again = workspace.run(&["apply", "-no-color", "plan"]).await;
    again.fails_with(&["Saved plan is stale"]);
    assert!(workspace.sandbox.calls().is_empty());
    assert_eq!(workspace.sandbox.requests_sent(ENV, A, None), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_into_effect_meanwhile_is_adopted() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A, B], ""));
    workspace.plan().await;
    workspace.sandbox.bind(ENV, A, None);
    workspace.run(&["apply", "-no-color", "plan"]).await.ok();
    assert_eq!(workspace.named(Endpoint::Share), [B]);
    assert_eq!(workspace.share().await["shares"][A]["status"], "bound");
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_destroy_ends_what_is_in_state_and_no_more() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A, B], ""));
    workspace.apply().await;
    workspace.sandbox.approve_all();
    workspace.sandbox.bind(ENV, C, None);
    let destroy = ["plan", "-no-color", "-destroy", "-out=plan"];
    workspace.run(&destroy).await.ok();
    assert!(workspace.calls(Endpoint::Unshare).is_empty());
    workspace.run(&["apply", "-no-color", "plan"]).await.ok();
    assert_eq!(workspace.named(Endpoint::Unshare), [B, A]);
    let left: Vec<_> = workspace.sandbox.bound();
    assert_eq!(left, [(ENV.to_owned(), C.to_owned(), 0)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_only_plan_records_an_approval_and_sends_nothing() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A], ""));
    workspace.apply().await;
    workspace.sandbox.approve_all();
    workspace.sandbox.clear_calls();
    let refresh = ["plan", "-no-color", "-refresh-only", "-out=plan"];
    workspace.run(&refresh).await.ok();
    assert_eq!(workspace.share().await["shares"][A]["status"], "pending");
    workspace.run(&["apply", "-no-color", "plan"]).await.ok();
    let found = workspace.share().await["shares"][A].clone();
    assert_eq!(found["status"], "bound");
    assert!(found["confirm_url"].is_null(), "{found}");
    assert_eq!(workspace.writes(), 0);
}
