//! Create, change in place, replace, destroy.

use cloudbase::sandbox::Endpoint;
use serde_json::json;

use crate::support::{A, B, C, ENV, OTHER_ENV, actions, share};
use crate::workspace;

#[tokio::test(flavor = "multi_thread")]
async fn create_waits_for_nobody_and_a_confirmed_share_becomes_bound() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A, B], ""));

    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, "cloudbase_env_share.test"), ["create"]);
    let unknown = &plan["resource_changes"][0]["change"]["after_unknown"]["shares"];
    assert_eq!(unknown, &json!({ A: true, B: true }));
    assert_eq!(workspace.writes(), 0, "a plan writes nothing");

    workspace.apply().await;
    let state = workspace.share().await;
    assert_eq!(state["appids"], json!([B, A]));
    for appid in [A, B] {
        assert_eq!(state["shares"][appid]["status"], "pending");
        let url = state["shares"][appid]["confirm_url"].as_str().unwrap();
        assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    }
    assert_eq!(workspace.calls(Endpoint::Share).len(), 1);

    workspace.sandbox.approve_all();
    workspace.apply().await;
    let state = workspace.share().await;
    let bound =
        json!({ "status": "bound", "confirm_url": null, "error": null, "requested_at": null });
    assert_eq!(state["shares"], json!({ A: bound, B: bound }));
    assert_eq!(
        workspace.calls(Endpoint::Share).len(),
        1,
        "nothing was sent again"
    );
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn appids_are_added_and_removed_in_place() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A, B], ""));
    workspace.apply().await;
    workspace.sandbox.approve_all();
    workspace.apply().await;
    workspace.sandbox.clear_calls();

    workspace.configure(&share(ENV, &[B, C], ""));
    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, "cloudbase_env_share.test"), ["update"]);
    let change = &plan["resource_changes"][0]["change"];
    assert_eq!(change["after_unknown"]["shares"][C], json!(true));
    assert_eq!(
        change["after"]["shares"][B]["status"], "bound",
        "it stays known in the plan"
    );

    workspace.apply().await;
    assert_eq!(workspace.named(Endpoint::Share), [C]);
    assert_eq!(workspace.named(Endpoint::Unshare), [A]);
    let state = workspace.share().await;
    assert_eq!(state["appids"], json!([B, C]));
    assert_eq!(state["shares"][B]["status"], "bound");
    assert_eq!(state["shares"][C]["status"], "pending");
    assert!(state["shares"].get(A).is_none());
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_env_replaces_the_resource() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A], ""));
    workspace.apply().await;
    workspace.sandbox.approve_all();

    workspace.configure(&share(OTHER_ENV, &[A], ""));
    let plan = workspace.plan().await;
    assert_eq!(
        actions(&plan, "cloudbase_env_share.test"),
        ["delete", "create"]
    );
    assert_eq!(
        plan["resource_changes"][0]["change"]["replace_paths"],
        json!([["env"]])
    );
    workspace.apply().await;
    workspace.sandbox.approve_all();
    assert_eq!(
        workspace.sandbox.bound(),
        [(OTHER_ENV.to_owned(), A.to_owned(), 0)]
    );
    workspace.apply().await;
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_source_type_is_sent_with_every_call_and_replaces() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A], "source_type = 1"));
    workspace.apply().await;
    workspace.sandbox.approve_all();
    workspace.apply().await;
    workspace.assert_plan_is_empty().await;
    let calls = workspace.sandbox.calls();
    assert!(
        calls.iter().all(|call| call.source_type == Some(1)),
        "{calls:?}"
    );

    workspace.configure(&share(ENV, &[A], ""));
    let plan = workspace.plan().await;
    assert_eq!(
        actions(&plan, "cloudbase_env_share.test"),
        ["delete", "create"]
    );

    workspace.destroy().await.ok();
    let calls = workspace.calls(Endpoint::Unshare);
    assert_eq!(calls.last().and_then(|call| call.source_type), Some(1));
    assert!(workspace.sandbox.bound().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn destroy_ends_bound_and_pending_shares_alike() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A, B], ""));
    workspace.apply().await;
    workspace.sandbox.approve(ENV, A);

    workspace.destroy().await.ok();
    assert!(workspace.sandbox.bound().is_empty());
    assert!(workspace.sandbox.pending().is_empty());
    assert_eq!(workspace.named(Endpoint::Unshare), [B, A]);
    assert!(workspace.share().await.is_null());
}
