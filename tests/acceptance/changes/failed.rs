//! Mini programs that were refused: planned again until they are shared, and in nobody's way.

use cloudbase::sandbox::Endpoint;

use super::named;
use crate::support::{A, B, ENV, actions};
use crate::workspace;

const ADDRESS: &str = "cloudbase_env_share.test";

/// The query refuses it as well, so that nothing is ever known of it.
#[tokio::test(flavor = "multi_thread")]
async fn one_that_the_query_refuses_too_is_planned_again_and_removed_without_a_call() {
    let workspace = workspace!();
    for endpoint in [Endpoint::Share, Endpoint::Query] {
        workspace
            .sandbox
            .refuse_appid(endpoint, B, "not authorised");
    }
    workspace.configure(&named("test", ENV, &[A, B], ""));
    workspace.apply().await;
    assert_eq!(
        workspace.statuses().await,
        [
            format!("{ADDRESS} {B} failed"),
            format!("{ADDRESS} {A} pending")
        ]
    );
    for _ in 0..2 {
        let plan = workspace.plan().await;
        assert_eq!(actions(&plan, ADDRESS), ["update"]);
        let change = &plan["resource_changes"][0]["change"];
        assert_eq!(change["after_unknown"]["shares"][B], true);
        let run = workspace.try_apply().await;
        run.fails_with(&["not authorised", B]);
    }
    assert_eq!(workspace.sandbox.requests_sent(ENV, A, None), 1);

    // Removed, it needs no unsharing; so does the rest of it when it is destroyed.
    workspace.sandbox.clear_calls();
    workspace.configure(&named("test", ENV, &[A], ""));
    workspace.apply().await;
    workspace.assert_plan_is_empty().await;
    assert_eq!(workspace.writes(), 0);
    workspace.destroy().await.ok();
    assert_eq!(workspace.ended(), [A]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_refresh_it_is_an_addition_as_well_and_needs_no_end() {
    let workspace = workspace!();
    for endpoint in [Endpoint::Share, Endpoint::Query] {
        workspace
            .sandbox
            .refuse_appid(endpoint, B, "not authorised");
    }
    workspace.configure(&named("test", ENV, &[A, B], ""));
    workspace.apply().await;
    workspace.sandbox.clear_calls();
    let run = workspace
        .run(&["plan", "-no-color", "-refresh=false", "-detailed-exitcode"])
        .await;
    assert_eq!(run.code, 2, "{}", run.flat());
    workspace
        .run(&["destroy", "-auto-approve", "-no-color", "-refresh=false"])
        .await
        .ok();
    assert_eq!(workspace.ended(), [A]);

    // Once it is let in, it is shared, in place.
    workspace.configure(&named("test", ENV, &[A, B], ""));
    workspace.apply().await;
    for endpoint in [Endpoint::Share, Endpoint::Query] {
        workspace.sandbox.allow_appid(endpoint, B);
    }
    workspace.sandbox.clear_calls();
    workspace.apply().await;
    assert_eq!(workspace.asked(), [B]);
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_bound_after_all_is_adopted_at_refresh() {
    let workspace = workspace!();
    workspace
        .sandbox
        .refuse_appid(Endpoint::Share, B, "not now");
    workspace.configure(&named("test", ENV, &[A, B], ""));
    workspace.apply().await;
    workspace.sandbox.bind(ENV, B, None);
    workspace.sandbox.clear_calls();
    workspace.assert_plan_is_empty().await;
    workspace.apply().await;
    assert_eq!(workspace.share().await["shares"][B]["status"], "bound");
    assert_eq!(workspace.writes(), 0);
}

/// It was never shared, so that another resource may take it in the same apply.
#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_given_up_is_in_nobodys_way() {
    let workspace = workspace!();
    workspace
        .sandbox
        .refuse_appid(Endpoint::Share, B, "not authorised");
    workspace.configure(&named("test", ENV, &[A, B], ""));
    workspace.apply().await;
    workspace.sandbox.allow_appid(Endpoint::Share, B);
    workspace.sandbox.clear_calls();
    workspace.configure(&(named("test", ENV, &[A], "") + &named("other", ENV, &[B], "")));
    // Without a refresh it is still in the state of the one that gives it up.
    workspace
        .run(&["apply", "-auto-approve", "-no-color", "-refresh=false"])
        .await
        .ok();
    assert_eq!(workspace.named(Endpoint::Unshare), [""; 0]);
    assert_eq!(workspace.asked(), [B]);
    workspace.assert_plan_is_empty().await;
}
