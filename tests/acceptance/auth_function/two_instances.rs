//! Two resources with the function of one environment do not undo each other's work, and none cuts off shops for another.

use super::{FILE, NAME, THIRD_ENV, envs_of, with_code, write_zip, writes};
use crate::support::{ENV, OTHER_ENV, Workspace};
use crate::workspace;
use cloudbase::sandbox::Endpoint;

fn named(name: &str, envs: &[&str], more: &str) -> String {
    format!(
        "resource \"cloudbase_auth_function\" {name:?} {{\n  envs = {envs:?}\n  source = {FILE:?}\n  {more}\n}}\n"
    )
}

const DELETE: &str = "deletion_policy = \"delete\"";

async fn apply(workspace: &Workspace, configuration: &str) {
    write_zip(workspace, "code");
    workspace.configure(configuration);
    workspace.apply().await;
    workspace.sandbox.clear_calls();
}

/// Plans, and expects a refusal before anything is sent.
async fn is_refused(workspace: &Workspace, words: &[&str]) {
    let run = workspace.run(&["plan", "-no-color"]).await;
    run.fails_with(words);
    assert_eq!(writes(workspace), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_with_two_is_refused_and_names_the_environments() {
    let workspace = workspace!();
    apply(&workspace, &named("one", &[ENV, OTHER_ENV], "")).await;
    let two = named("one", &[ENV, OTHER_ENV], "") + &named("two", &[THIRD_ENV, ENV], "");
    workspace.configure(&two);
    let words = [
        &*format!("function {NAME} of the same environment is in two resources"),
        &*format!("Environments: {ENV}."),
    ];
    is_refused(&workspace, &words).await;
    // Another function of the same environment is another thing.
    workspace.configure(&two.replace("\"two\" {", "\"two\" {\n  name = \"other\""));
    workspace.apply().await;
    assert_eq!(workspace.calls(Endpoint::UploadFunction).len(), 1);
}

/// Its old name deletes what its new name has only put its code into.
#[tokio::test(flavor = "multi_thread")]
async fn a_rename_that_would_delete_the_function_is_refused() {
    let workspace = workspace!();
    apply(&workspace, &named("one", &[ENV], DELETE)).await;
    workspace.configure(&named("two", &[ENV], DELETE));
    let words = [
        &*format!("function {NAME} would be deleted while another resource manages it"),
        "add a `moved` block",
    ];
    is_refused(&workspace, &words).await;
    let moved =
        "moved {\n  from = cloudbase_auth_function.one\n  to = cloudbase_auth_function.two\n}\n";
    workspace.configure(&(named("two", &[ENV], DELETE) + moved));
    workspace.apply().await;
    assert_eq!(writes(&workspace), 0);
    assert_eq!(with_code(&workspace, "code"), [ENV]);
    workspace.destroy().await.ok();
    assert_eq!(envs_of(&workspace, Endpoint::DeleteFunction), [[ENV]]);
}

/// What is kept is no loss.
#[tokio::test(flavor = "multi_thread")]
async fn a_rename_that_keeps_the_function_is_fine() {
    let workspace = workspace!();
    apply(&workspace, &named("one", &[ENV], "")).await;
    workspace.configure(&named("two", &[ENV], ""));
    workspace.apply().await;
    assert_eq!(workspace.calls(Endpoint::DeleteFunction).len(), 0);
    assert_eq!(with_code(&workspace, "code"), [ENV]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_that_goes_to_another_resource_keeps_its_function() {
    let before = named("one", &[ENV, OTHER_ENV], DELETE) + &named("two", &[THIRD_ENV], DELETE);
    let workspace = workspace!();
    apply(&workspace, &before).await;
    let after = named("one", &[OTHER_ENV], DELETE) + &named("two", &[THIRD_ENV, ENV], DELETE);
    workspace.configure(&after);
    is_refused(&workspace, &["would be deleted while another", ENV]).await;
    // The way that the message says.
    workspace.configure(&before.replace("delete", "keep"));
    workspace.apply().await;
    workspace.configure(&after.replace("delete", "keep"));
    workspace.apply().await;
    assert_eq!(workspace.calls(Endpoint::DeleteFunction).len(), 0);
    assert_eq!(with_code(&workspace, "code").len(), 3);
}

/// Another name replaces the resource, which is no other instance.
#[tokio::test(flavor = "multi_thread")]
async fn a_replacement_is_no_conflict_with_itself() {
    let workspace = workspace!();
    apply(
        &workspace,
        &named("one", &[ENV], &format!("name = \"first\"\n  {DELETE}")),
    )
    .await;
    workspace.configure(&named(
        "one",
        &[ENV],
        &format!("name = \"second\"\n  {DELETE}"),
    ));
    workspace.apply().await;
    let left = workspace.sandbox.functions();
    let left: Vec<_> = left.into_iter().map(|function| function.name).collect();
    assert_eq!(left, ["second"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_plan_could_know_is_refused_by_the_apply() {
    let workspace = workspace!();
    write_zip(&workspace, "code");
    let late = format!("resource \"terraform_data\" \"late\" {{\n  input = {ENV:?}\n}}\n");
    let unknown = |name: &str| {
        named(name, &[ENV], "").replace(&format!("{ENV:?}"), "terraform_data.late.output")
    };
    workspace.configure(&(late + &unknown("one") + &unknown("two")));
    let run = workspace.try_apply().await;
    run.fails_with(&["is in two resources", "nothing was sent for this one"]);
    assert_eq!(workspace.calls(Endpoint::UploadFunction).len(), 1);
    assert_eq!(workspace.calls(Endpoint::UploadFunctionCode).len(), 0);
}
