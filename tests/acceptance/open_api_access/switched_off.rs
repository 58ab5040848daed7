//! `open` is the account's: nothing here changes it.

use super::{ADDRESS, access, calls, listed, sets};
use crate::support::ENV;
use crate::workspace;

const WARNING: &str = "Warning: WeChat tokens are switched off for the whole account";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_off_stays_off_and_everybody_is_told() {
    let workspace = workspace!();
    workspace.sandbox.set_cloud_tokens_open(false);
    let data = format!("data \"cloudbase_open_api_access\" \"test\" {{\n  env = {ENV:?}\n}}\n");
    workspace.configure(&data);
    let said = workspace.apply().await.flat();
    assert!(said.contains(WARNING), "{said}");

    workspace.configure(&access(ENV, &["/a"], ""));
    let said = workspace.apply().await.flat();
    assert!(said.contains(WARNING), "a create: {said}");
    let values = workspace.resource(ADDRESS).await["values"].take();
    assert_eq!(values["enabled"], false);
    let said = workspace.run(&["plan", "-no-color"]).await.ok().flat();
    assert!(said.contains(WARNING), "a refresh: {said}");
    assert!(said.contains("No changes"), "{said}");
    workspace.configure(&access(ENV, &["/b"], ""));
    let said = workspace
        .run(&["apply", "-auto-approve", "-no-color", "-refresh=false"])
        .await
        .ok()
        .flat();
    assert!(said.contains(WARNING), "an update: {said}");
    workspace.destroy().await.ok();

    let sent = calls(&workspace, "set");
    assert_eq!(sent.len(), 3);
    assert!(
        sent.iter().all(|call| call.body["open"] == false),
        "{sent:?}"
    );
    assert!(!workspace.sandbox.cloud_tokens_open());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_switched_on_is_sent_as_on_from_then() {
    let workspace = workspace!();
    workspace.sandbox.set_cloud_tokens_open(false);
    workspace.configure(&access(ENV, &["/a"], ""));
    workspace.apply().await;
    workspace.sandbox.set_cloud_tokens_open(true);
    workspace.sandbox.clear_calls();
    // The refresh sees it, and there is nothing to do.
    workspace.assert_plan_is_empty().await;
    workspace.configure(&access(ENV, &["/b"], ""));
    workspace.apply().await;
    let sent = calls(&workspace, "set");
    assert_eq!((sent.len(), &sent[0].body["open"]), (1, &true.into()));
    let values = workspace.resource(ADDRESS).await["values"].take();
    assert_eq!(values["enabled"], true);
}

/// The one that an apply would overwrite is the one that was planned with.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_switched_between_plan_and_apply_is_not_overwritten() {
    let workspace = workspace!();
    workspace.configure(&access(ENV, &["/a"], ""));
    workspace.apply().await;
    workspace.configure(&access(ENV, &["/b"], ""));
    workspace.run(&["plan", "-out=plan"]).await.ok();
    workspace.sandbox.clear_calls();
    workspace.sandbox.set_cloud_tokens_open(false);
    let run = workspace.run(&["apply", "-no-color", "plan"]).await;
    run.fails_with(&[ENV, "the account's WeChat tokens were switched meanwhile"]);
    assert_eq!(sets(&workspace), 0);
    assert!(!workspace.sandbox.cloud_tokens_open());
    assert_eq!(listed(&workspace), ["/a"]);
    workspace.apply().await;
    assert_eq!(listed(&workspace), ["/b"]);
    assert!(!workspace.sandbox.cloud_tokens_open());
}
