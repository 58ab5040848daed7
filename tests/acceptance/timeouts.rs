//! `timeouts` of `cloudbase_env_share`.

use std::time::Duration;

use cloudbase::sandbox::Endpoint;
use serde_json::json;

use crate::support::{A, B, ENV, Feature, actions, share};
use crate::workspace;

const ADDRESS: &str = "cloudbase_env_share.test";

#[tokio::test(flavor = "multi_thread")]
async fn a_create_that_has_no_time_to_look_shares_nothing() {
    // Others look it up in the plan that is part of the apply, which has its own time.
    let workspace = workspace!(needs WalkIsTold);
    workspace
        .sandbox
        .set_latency(Some(Endpoint::Query), Duration::from_secs(3));
    workspace.configure(&share(ENV, &[A, B], "timeouts = { create = \"300ms\" }"));
    workspace.run(&["plan", "-out=plan"]).await.ok();
    let run = workspace.run(&["apply", "-no-color", "plan"]).await;
    run.fails_with(&[
        &format!("could not share environment {ENV} with 2 mini programs"),
        "the operation timed out",
        "Increase `timeouts.create` to allow more time",
    ]);
    assert_eq!(workspace.writes(), 0);
    assert!(workspace.share().await.is_null());

    workspace.configure(&share(ENV, &[A, B], "timeouts = { create = \"1m\" }"));
    workspace.apply().await;
    assert_eq!(
        workspace.share().await["timeouts"],
        json!({ "create": "1m", "read": null, "update": null, "delete": null })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_an_update_and_a_destroy_have_limits_of_their_own() {
    let workspace = workspace!();
    let short = "timeouts = { read = \"300ms\", update = \"300ms\", delete = \"300ms\" }";
    workspace.configure(&share(ENV, &[A], short));
    workspace.apply().await;
    workspace.sandbox.clear_calls();

    let slow = |endpoint, latency| workspace.sandbox.set_latency(Some(endpoint), latency);
    slow(Endpoint::Query, Duration::from_secs(3));
    let run = workspace.run(&["plan", "-no-color"]).await;
    run.fails_with(&["could not read whether", "the operation timed out"]);

    // Looked up in the plan, which has its own time; the update has none. Others plan in the apply, too.
    if workspace.cli().offers_part(Feature::WalkIsTold) {
        workspace.configure(&share(ENV, &[A, B], short));
        let run = workspace.run(&["apply", "-refresh=false", "-auto-approve", "-no-color"]);
        run.await.fails_with(&[
            &format!("could not share environment {ENV} with mini program {B}"),
            "the operation timed out",
        ]);
        assert_eq!(workspace.writes(), 0);
    }
    slow(Endpoint::Query, Duration::ZERO);

    workspace.configure(&share(ENV, &[A], short));
    workspace.apply().await;
    // Longer than a write on its way is waited for.
    slow(Endpoint::Unshare, Duration::from_secs(15));
    workspace
        .destroy()
        .await
        .fails_with(&["could not stop sharing", "the operation timed out"]);
    slow(Endpoint::Unshare, Duration::ZERO);
    workspace.destroy().await.ok();
    assert!(workspace.sandbox.pending().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn changing_them_sends_nothing() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A], ""));
    workspace.apply().await;
    workspace.sandbox.clear_calls();
    for more in [
        "timeouts = { delete = \"1h\" }",
        "timeouts = { delete = \"2h\", create = \"1h\" }",
        "timeouts = {}",
        "",
    ] {
        workspace.configure(&share(ENV, &[A], more));
        assert_eq!(
            actions(&workspace.plan().await, ADDRESS),
            ["update"],
            "{more}"
        );
        workspace.apply().await;
        workspace.assert_plan_is_empty().await;
    }
    assert_eq!(workspace.writes(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_duration_is_refused_at_its_path() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A], "timeouts = { delete = \"soon\" }"));
    let run = workspace.run(&["validate", "-no-color"]).await;
    run.fails_with(&["invalid duration in `timeouts.delete`", "`soon`"]);
    workspace.configure(&share(ENV, &[A], "timeouts = { delete = \"0s\" }"));
    let run = workspace.run(&["validate", "-no-color"]).await;
    run.fails_with(&["`timeouts.delete` is zero", "leave the argument out"]);
}
