//! Taking over shares that exist, in three ways. Nobody is asked in any of them.

use cloudbase::sandbox::Endpoint;

use super::{ASKS, BOOK_SHOP, D, TEA_HOUSE};
use crate::support::{A, B, Workspace, has_program};
use crate::workspace;

fn bound() -> [String; 2] {
    [B, A].map(|appid| format!("{TEA_HOUSE} {appid} bound"))
}

/// The shares that each way starts from.
async fn existing(workspace: &Workspace) {
    workspace.empty();
    if has_program(workspace.cli(), "curl") {
        workspace.run_example("adopt/existing.sh").await.ok();
    } else {
        for appid in [A, B] {
            workspace.sandbox.bind(TEA_HOUSE, appid, None);
        }
    }
    assert_eq!(workspace.sandbox.bound().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn creating_adopts() {
    let workspace = workspace!();
    existing(&workspace).await;
    workspace.put(&["adopt/create.tf"]);
    let said = workspace.apply().await.flat();
    assert!(!said.contains(ASKS), "{said}");
    assert!(said.contains("1 added"), "{said}");
    assert_eq!(workspace.shares(), bound());
    workspace.assert_plan_is_empty().await;
    assert_eq!(workspace.writes(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_data_source_finds_is_imported_and_then_managed_by_a_file() {
    let workspace = workspace!(needs ImportForEach);
    existing(&workspace).await;
    workspace.sandbox.bind(BOOK_SHOP, D, None);
    workspace.put(&["adopt/import.tf"]);
    let said = workspace.run_example("adopt/import.sh").await.ok().flat();
    assert!(said.contains("2 imported, 0 added"), "{said}");
    let csv = workspace.read_file("merchants.csv");
    let rows = [(BOOK_SHOP, D), (TEA_HOUSE, B), (TEA_HOUSE, A)]
        .map(|(env, appid)| format!("{env},{appid}\n"))
        .concat();
    assert_eq!(csv, format!("environment,appid\n{rows}"));

    // From then on the file says what there is, and drift is seen.
    workspace.put(&["adopt/managed.tf"]);
    let plan = workspace.plan().await;
    for change in plan["resource_changes"].as_array().unwrap() {
        assert_eq!(change["change"]["actions"], serde_json::json!(["no-op"]));
    }
    assert_eq!(workspace.writes(), 0);
    workspace.sandbox.unbind(BOOK_SHOP, D, None);
    workspace.apply().await;
    assert_eq!(workspace.named(Endpoint::Share), [D]);
}

#[tokio::test(flavor = "multi_thread")]
async fn as_long_as_the_data_source_is_there_drift_is_followed() {
    let workspace = workspace!(needs ImportForEach);
    existing(&workspace).await;
    workspace.put(&["adopt/import.tf"]);
    workspace.apply().await;
    workspace.sandbox.unbind(TEA_HOUSE, A, None);
    let said = workspace.apply().await.flat();
    assert!(!said.contains(ASKS), "{said}");
    assert_eq!(workspace.named(Endpoint::Share), [""; 0]);
    assert_eq!(workspace.shares(), [format!("{TEA_HOUSE} {B} bound")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_query_finds_is_imported() {
    let workspace = workspace!(needs Query);
    existing(&workspace).await;
    workspace.put(&["adopt/found.tfquery.hcl"]);
    let said = workspace.run_example("adopt/query.sh").await.ok().flat();
    assert!(said.contains("1 imported, 0 added"), "{said}");
    assert!(workspace.read_file("found.tf").contains("import {"));
    assert_eq!(workspace.shares(), bound());
    workspace.assert_plan_is_empty().await;
    assert_eq!(workspace.writes(), 0);
}
