//! What changes behind Terraform's back.

use cloudbase::sandbox::{Effect, Endpoint, Fault};
use serde_json::json;

use crate::support::{A, B, C, ENV, actions, share};
use crate::workspace;

#[tokio::test(flavor = "multi_thread")]
async fn a_share_removed_elsewhere_is_added_again_in_place() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A, B], ""));
    workspace.apply().await;
    workspace.sandbox.approve_all();
    workspace.apply().await;

    workspace.sandbox.unbind(ENV, A, None);
    workspace.sandbox.clear_calls();
    let plan = workspace.plan().await;
    let drift = &plan["resource_drift"][0]["change"];
    assert_eq!(drift["before"]["appids"], json!([B, A]));
    assert_eq!(drift["after"]["appids"], json!([B]));
    assert_eq!(actions(&plan, "cloudbase_env_share.test"), ["update"]);
    workspace.apply().await;
    assert_eq!(workspace.named(Endpoint::Share), [A]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resource_without_any_share_left_is_gone() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A], ""));
    workspace.apply().await;
    workspace.sandbox.approve_all();
    workspace.apply().await;
    workspace.sandbox.unbind(ENV, A, None);
    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, "cloudbase_env_share.test"), ["create"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn shares_of_other_mini_programs_are_neither_seen_nor_removed() {
    let workspace = workspace!();
    workspace.sandbox.bind(ENV, C, None);
    workspace.configure(&share(ENV, &[A], ""));
    workspace.apply().await;
    workspace.assert_plan_is_empty().await;
    workspace.destroy().await.ok();
    assert_eq!(
        workspace.sandbox.bound(),
        [(ENV.to_owned(), C.to_owned(), 0)]
    );
}

/// The query leaves a bound mini program out, once. It is asked about again before it is given up.
#[tokio::test(flavor = "multi_thread")]
async fn a_share_that_is_left_out_once_is_no_drift() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A, B], ""));
    workspace.apply().await;
    workspace.sandbox.approve_all();
    workspace.apply().await;
    workspace.sandbox.clear_calls();
    workspace
        .sandbox
        .inject(Fault::new(Effect::NullLists).on(Endpoint::Query));
    workspace.assert_plan_is_empty().await;
    let queries = workspace.calls(Endpoint::Query);
    assert_eq!(queries.len(), 2, "{queries:?}");
    assert_eq!(workspace.writes(), 0);
}
