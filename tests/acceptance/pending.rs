//! A share that waits for its administrator is never sent again without being asked for.

use cloudbase::sandbox::Endpoint;

use crate::support::{A, B, C, ENV, actions, share};
use crate::workspace;

#[tokio::test(flavor = "multi_thread")]
async fn applying_again_while_pending_sends_nothing() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A, B], ""));
    workspace.apply().await;
    let first = workspace.share().await;
    workspace.sandbox.clear_calls();

    workspace.assert_plan_is_empty().await;
    workspace.apply().await;
    workspace
        .run(&["apply", "-refresh-only", "-auto-approve"])
        .await
        .ok();
    assert_eq!(workspace.writes(), 0);
    assert_eq!(workspace.sandbox.requests_sent(ENV, A, None), 1);
    assert_eq!(
        workspace.share().await,
        first,
        "the URL is still the one to use"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_elsewhere_leaves_pending_shares_alone() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A, B], ""));
    workspace.apply().await;
    let first = workspace.share().await;
    workspace.sandbox.clear_calls();

    workspace.configure(&share(ENV, &[A, C], ""));
    workspace.apply().await;
    assert_eq!(workspace.named(Endpoint::Share), [C]);
    assert_eq!(workspace.named(Endpoint::Unshare), [B]);
    assert_eq!(workspace.share().await["shares"][A], first["shares"][A]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trigger_sends_pending_shares_again_and_only_those() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A, B], ""));
    workspace.apply().await;
    workspace.sandbox.approve(ENV, A);
    workspace.apply().await;
    let first = workspace.share().await;
    workspace.sandbox.clear_calls();

    workspace.configure(&share(ENV, &[A, B], "confirmation_trigger = \"again\""));
    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, "cloudbase_env_share.test"), ["update"]);
    workspace.apply().await;
    assert_eq!(workspace.named(Endpoint::Share), [B]);
    assert_eq!(workspace.sandbox.requests_sent(ENV, A, None), 1);
    assert_eq!(workspace.sandbox.requests_sent(ENV, B, None), 2);
    let second = workspace.share().await;
    assert_ne!(
        second["shares"][B]["confirm_url"],
        first["shares"][B]["confirm_url"]
    );
    assert_eq!(second["shares"][B]["status"], "pending");
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_without_a_url_is_looked_up_once() {
    let workspace = workspace!();
    workspace.sandbox.behave(|now| now.sends_urls = false);
    workspace.configure(&share(ENV, &[A], ""));
    workspace.apply().await;
    let state = workspace.share().await;
    assert_eq!(state["shares"][A]["status"], "pending");
    assert!(state["shares"][A]["confirm_url"].is_null());
    assert_eq!(workspace.calls(Endpoint::Share).len(), 1);
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_bound_already_is_adopted_without_asking_again() {
    let workspace = workspace!();
    workspace.sandbox.bind(ENV, A, None);
    workspace.configure(&share(ENV, &[A, B], ""));
    workspace.apply().await;
    assert_eq!(workspace.named(Endpoint::Share), [B]);
    assert_eq!(workspace.sandbox.requests_sent(ENV, A, None), 0);
    assert_eq!(workspace.share().await["shares"][A]["status"], "bound");
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_re_send_is_tried_again_without_the_others() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A, B], ""));
    workspace.apply().await;
    workspace
        .sandbox
        .refuse_appid(Endpoint::Share, B, "not now");

    workspace.configure(&share(ENV, &[A, B], "confirmation_trigger = \"again\""));
    let run = workspace.try_apply().await;
    run.fails_with(&[&format!("with mini program {B}"), "not now"]);
    assert_eq!(workspace.sandbox.requests_sent(ENV, A, None), 2);
    let state = workspace.share().await;
    assert_eq!(state["shares"][B]["status"], "pending");
    assert_eq!(state["confirmation_trigger"], "again");

    workspace.sandbox.allow_appid(Endpoint::Share, B);
    workspace.apply().await;
    assert_eq!(
        workspace.sandbox.requests_sent(ENV, A, None),
        2,
        "A was asked already"
    );
    assert_eq!(workspace.sandbox.requests_sent(ENV, B, None), 2);
    assert!(workspace.share().await["shares"][B]["error"].is_null());
    workspace.assert_plan_is_empty().await;
}
