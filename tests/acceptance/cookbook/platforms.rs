//! Several platforms in one configuration.

use cloudbase::sandbox::{Endpoint, Options, Sandbox};

use super::{D, example, with};
use crate::support::{A, B, Workspace};
use crate::workspace;

const FILES: &[&str] = &["platforms/platforms.tf", "platforms/platform/main.tf"];

#[tokio::test(flavor = "multi_thread")]
async fn it_is_applied_as_it_is_pasted() {
    let workspace = workspace!();
    workspace.put(FILES);
    workspace.run_example("platforms/apply.sh").await.ok();
    assert_eq!(workspace.named(Endpoint::Share), [B, A, D]);
    assert_eq!(
        workspace
            .output("confirm_urls")
            .await
            .as_object()
            .unwrap()
            .len(),
        3
    );
}

/// A configuration for two platforms at two addresses, with the right token of each in its file.
async fn two(workspace: &Workspace) -> Sandbox {
    let other = Sandbox::start(Options::default()).await.unwrap();
    workspace.put(FILES);
    let mut hcl = example("platforms/platforms.tf");
    for (name, sandbox) in [("north", &workspace.sandbox), ("south", &other)] {
        let file = format!("token_file = \"{name}.json\"\n");
        let endpoint = format!("{file}  endpoint = {:?}\n", sandbox.url());
        hcl = with(&hcl, &file, &endpoint);
        let token = serde_json::json!({ "component_access_token": sandbox.component_token() });
        workspace.write_file(&format!("{name}.json"), &token.to_string());
    }
    workspace.write_file("platforms.tf", &hcl);
    workspace.run(&["get", "-no-color"]).await.ok();
    other
}

#[tokio::test(flavor = "multi_thread")]
async fn each_platform_is_called_with_its_own_token() {
    let mut workspace = workspace!();
    workspace.unset_tokens();
    let south = two(&workspace).await;
    workspace.apply().await;
    assert_eq!(workspace.named(Endpoint::Share), [B, A]);
    let calls = south.calls_to(Endpoint::Share);
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].appids, [D]);
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_script_takes_the_token_out_of_the_way() {
    let workspace = workspace!();
    let south = two(&workspace).await;
    let script = with(
        &example("platforms/apply.sh"),
        "\"$CLOUDBASE_COMPONENT_ACCESS_TOKEN\" > south.json",
        &format!("'{}' > south.json", south.component_token()),
    );
    workspace.shell(&script).await.ok();
    assert_eq!(south.pending().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_in_the_environment_goes_before_both_files() {
    let workspace = workspace!();
    let south = two(&workspace).await;
    let run = workspace.try_apply().await;
    run.fails_with(&[D, "CLOUDBASE_COMPONENT_ACCESS_TOKEN"]);
    assert_eq!(south.bound().len() + south.pending().len(), 0);
    assert_eq!(workspace.named(Endpoint::Share), [B, A]);
}
