//! From a script that calls the API to a configuration.

use cloudbase::sandbox::Endpoint;

use super::{ASKS, TEA_HOUSE};
use crate::support::{A, B, has_program};
use crate::workspace;

#[tokio::test(flavor = "multi_thread")]
async fn what_a_script_has_shared_is_adopted() {
    let workspace = workspace!();
    if !has_program(workspace.cli(), "curl") {
        return;
    }
    workspace.empty();
    let said = workspace.run_example("from_curl/share.sh").await.ok();
    assert!(said.stdout.contains("msg_info_list"), "{}", said.stdout);
    workspace.run_example("from_curl/approve.sh").await.ok();
    assert_eq!(workspace.calls(Endpoint::Share).len(), 1);
    workspace.sandbox.clear_calls();

    workspace.put(&["from_curl/shares.tf"]);
    let said = workspace.apply().await.flat();
    assert!(!said.contains(ASKS), "{said}");
    assert_eq!(
        workspace.shares(),
        [B, A].map(|appid| format!("{TEA_HOUSE} {appid} bound"))
    );
    assert_eq!(
        workspace.output("confirm_urls").await,
        serde_json::json!({})
    );
    workspace.assert_plan_is_empty().await;
    assert_eq!(workspace.writes(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_not_been_confirmed_is_announced_and_asked_again() {
    let workspace = workspace!();
    if !has_program(workspace.cli(), "curl") {
        return;
    }
    workspace.empty();
    workspace.run_example("from_curl/share.sh").await.ok();
    workspace.sandbox.approve(TEA_HOUSE, A);
    workspace.sandbox.clear_calls();
    workspace.put(&["from_curl/shares.tf"]);
    let said = workspace.run(&["plan", "-no-color"]).await.ok().flat();
    let asks = format!("1 administrator will be asked to confirm: {B}.");
    assert!(said.contains(ASKS) && said.contains(&asks), "{said}");
    assert_eq!(workspace.writes(), 0);
    workspace.apply().await;
    assert_eq!(workspace.named(Endpoint::Share), [B]);
}
