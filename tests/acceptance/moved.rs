//! `moved` blocks that turn something else into a `cloudbase_env_share`.

use serde_json::json;

use crate::support::{A, B, ENV, actions, share};
use crate::workspace;

const ADDRESS: &str = "cloudbase_env_share.test";
const MOVED: &str = "moved {\n  from = terraform_data.test\n  to   = cloudbase_env_share.test\n}\n";

fn data(input: &str) -> String {
    format!("resource \"terraform_data\" \"test\" {{\n  input = {input}\n}}\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terraform_data_becomes_the_shares_it_describes() {
    let workspace = workspace!(needs MovedBetweenTypes);
    workspace.sandbox.bind(ENV, A, None);
    workspace.sandbox.bind(ENV, B, None);
    workspace.configure(&data(&format!(
        "{{ env = {ENV:?}, appids = [{A:?}, {B:?}] }}"
    )));
    workspace.apply().await;

    workspace.configure(&format!("{MOVED}{}", share(ENV, &[A, B], "")));
    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, ADDRESS), ["no-op"]);
    let change = &plan["resource_changes"][0];
    assert_eq!(change["previous_address"], "terraform_data.test");
    workspace.apply().await;
    let found = workspace.share().await;
    assert_eq!(found["appids"], json!([B, A]));
    assert_eq!(found["shares"][A]["status"], "bound");
    workspace.assert_plan_is_empty().await;
    assert_eq!(workspace.writes(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_described_but_not_shared_is_planned_as_an_addition() {
    let workspace = workspace!(needs MovedBetweenTypes);
    workspace.sandbox.bind(ENV, A, None);
    workspace.configure(&data(&format!(
        "{{ env = {ENV:?}, appids = [{A:?}, {B:?}] }}"
    )));
    workspace.apply().await;
    workspace.configure(&format!("{MOVED}{}", share(ENV, &[A, B], "")));
    assert_eq!(actions(&workspace.plan().await, ADDRESS), ["update"]);
    workspace.apply().await;
    assert_eq!(workspace.sandbox.requests_sent(ENV, A, None), 0);
    assert_eq!(workspace.sandbox.requests_sent(ENV, B, None), 1);
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terraform_data_that_describes_something_else_is_an_error() {
    let workspace = workspace!(needs MovedBetweenTypes);
    workspace.configure(&data("\"just text\""));
    workspace.apply().await;
    workspace.configure(&format!("{MOVED}{}", share(ENV, &[A], "")));
    workspace.run(&["plan", "-no-color"]).await.fails_with(&[
        "the terraform_data does not describe shares",
        "`env`, `appids`",
    ]);
    assert_eq!(workspace.sandbox.calls().len(), 0);
}
