//! State that one version of the CLI has written, read by another: the one that `CLI_OTHER` names.

use cloudbase::sandbox::{Endpoint, Environment, Options};
use serde_json::json;

use crate::support::{A, B, C, Cli, ENV, OTHER_ENV, Workspace};

/// Every type that is in state.
fn all(appids: &[&str]) -> String {
    format!(
        "resource \"cloudbase_env_conversion\" \"test\" {{\n  env = {OTHER_ENV:?}\n}}\n\
         resource \"cloudbase_env_share\" \"test\" {{\n  env = {ENV:?}\n  appids = {appids:?}\n  deletion_policy = \"abandon\"\n}}\n\
         resource \"cloudbase_env_share_confirmation\" \"test\" {{\n  env = {ENV:?}\n  appids = [{A:?}]\n}}\n\
         data \"cloudbase_env\" \"test\" {{\n  env = {ENV:?}\n}}\n"
    )
}

/// The CLI that is tested and the other one, each as the one that writes. None if there is no other.
fn pairs() -> Vec<(Cli, Cli)> {
    let Some(cli) = Cli::find() else {
        return Vec::new();
    };
    let Some(other) = cli.other() else {
        return Vec::new();
    };
    vec![(cli.clone(), other.clone()), (other, cli)]
}

/// A workspace whose sandbox has what [`all`] looks for.
async fn start(cli: Cli) -> Workspace {
    let workspace = Workspace::start(cli, Options::default()).await;
    workspace.sandbox.put_environment(Environment::new(ENV));
    for appid in [A, B] {
        workspace.sandbox.bind(ENV, appid, None);
    }
    workspace
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_writes_the_other_reads_and_back() {
    for (writer, reader) in pairs() {
        println!("{writer} writes, {reader} reads");
        let mut workspace = start(writer.clone()).await;
        workspace.configure(&all(&[A, B]));
        workspace.apply().await;
        let before = workspace.share().await;
        workspace.sandbox.clear_calls();

        workspace.change_cli(reader);
        workspace.assert_plan_is_empty().await;
        assert_eq!(workspace.share().await, before);
        workspace.configure(&all(&[A, B, C]));
        workspace.apply().await;
        assert_eq!(workspace.named(Endpoint::Share), [C]);

        workspace.change_cli(writer);
        workspace.assert_plan_is_empty().await;
        assert_eq!(workspace.share().await["appids"], json!([B, A, C]));
        assert_eq!(workspace.writes(), 1);
        workspace.destroy().await.ok();
        assert!(workspace.share().await.is_null());
        assert_eq!(workspace.sandbox.bound().len(), 2, "they are abandoned");
        assert_eq!(workspace.writes(), 1);
    }
}

/// Private data goes with the state: which object is which, and what has been asked for.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_pending_for_one_is_pending_for_the_other() {
    for (writer, reader) in pairs() {
        let mut workspace = start(writer).await;
        workspace.configure(&all(&[A, C]));
        workspace.apply().await;
        let url = workspace.share().await["shares"][C]["confirm_url"].clone();
        assert!(url.is_string(), "{url}");
        workspace.sandbox.clear_calls();

        workspace.change_cli(reader);
        workspace.assert_plan_is_empty().await;
        assert_eq!(workspace.share().await["shares"][C]["confirm_url"], url);
        workspace.sandbox.approve_all();
        workspace.apply().await;
        assert_eq!(workspace.share().await["shares"][C]["status"], "bound");
        assert_eq!(workspace.writes(), 0);
    }
}
