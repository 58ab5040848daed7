//! All that a merchant needs: the function, the share, and the whitelist.

use cloudbase::sandbox::{Effect, Endpoint, Fault};

use super::{BOOK_SHOP, D, TEA_HOUSE};
use crate::support::{A, B, Workspace};
use crate::workspace;

async fn pasted(workspace: &Workspace) {
    workspace.empty();
    workspace.run_example("whole_merchant/zip.sh").await.ok();
    workspace.put(&["whole_merchant/merchants.tf"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_function_is_there_before_anybody_is_asked() {
    let workspace = workspace!();
    pasted(&workspace).await;
    workspace.apply().await;
    let calls = workspace.sandbox.calls();
    let first = |endpoint| calls.iter().position(|call| call.endpoint == endpoint);
    assert!(first(Endpoint::UploadFunction) < first(Endpoint::Share));
    assert_eq!(workspace.calls(Endpoint::UploadFunction).len(), 1);
    assert_eq!(workspace.named(Endpoint::Share), [B, A, D]);
    for env in [TEA_HOUSE, BOOK_SHOP] {
        let listed: Vec<_> = workspace.sandbox.whitelist(env).0.into_iter().collect();
        assert_eq!(listed, ["/wxa/msg_sec_check"]);
    }
    let links = workspace.output("confirm_urls").await;
    assert_eq!(links.as_object().unwrap().len(), 3);
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_function_nobody_is_asked() {
    let workspace = workspace!();
    pasted(&workspace).await;
    let no = Effect::PermissionNotGranted;
    workspace
        .sandbox
        .inject(Fault::new(no).on(Endpoint::UploadFunction).always());
    workspace
        .try_apply()
        .await
        .fails_with(&["function cloudbase_auth"]);
    assert_eq!(workspace.calls(Endpoint::Share).len(), 0);
}
