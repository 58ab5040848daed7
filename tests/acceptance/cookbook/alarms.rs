//! Alarms: a plan in the night, and what it checks.

use cloudbase::sandbox::Endpoint;

use super::{BOOK_SHOP, D, TEA_HOUSE, example, with};
use crate::support::{A, B, Run, Workspace, has_program};

async fn nightly(workspace: &Workspace) -> Run {
    workspace.sandbox.clear_calls();
    let run = workspace.shell("sh nightly.sh\n").await;
    assert_eq!(workspace.writes(), 0);
    run
}

async fn start() -> Option<Workspace> {
    let cli = crate::support::Cli::find()?;
    let workspace = Workspace::start(cli, cloudbase::sandbox::Options::default()).await;
    workspace.empty();
    workspace.put(&["alarms/checks.tf", "alarms/nightly.sh"]);
    has_program(workspace.cli(), "jq").then_some(workspace)
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_quiet_when_all_have_confirmed_and_loud_when_a_share_has_ended() {
    let Some(workspace) = start().await else {
        return;
    };
    workspace.apply().await;
    workspace.sandbox.approve_all();
    let quiet = nightly(&workspace).await.ok();
    assert_eq!(quiet.stdout, "", "{}", quiet.stderr);

    // What no apply has recorded as bound is taken for one that waits.
    workspace.sandbox.unbind(TEA_HOUSE, B, None);
    let run = nightly(&workspace).await;
    assert_eq!(
        run.stdout.trim_end(),
        format!("Not confirmed in time: {B}.")
    );
    workspace.sandbox.bind(TEA_HOUSE, B, None);
    let refresh = ["apply", "-refresh-only", "-auto-approve", "-no-color"];
    workspace.run(&refresh).await.ok();

    workspace.sandbox.unbind(TEA_HOUSE, A, None);
    let run = nightly(&workspace).await;
    assert_eq!(run.code, 2, "{}", run.flat());
    let share = format!("cloudbase_env_share.merchant[\"{TEA_HOUSE}\"]: update");
    assert_eq!(run.stdout.trim_end(), share);
    // The plain exit code says so, too.
    let plain = ["plan", "-detailed-exitcode", "-lock=false", "-no-color"];
    assert_eq!(workspace.run(&plain).await.code, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_have_not_confirmed_in_time_are_named() {
    let Some(workspace) = start().await else {
        return;
    };
    workspace.apply().await;
    workspace.sandbox.approve(TEA_HOUSE, B);
    let run = nightly(&workspace).await;
    assert_eq!(run.code, 2, "{}", run.flat());
    // Not the book shop, which has time.
    assert_eq!(
        run.stdout.trim_end(),
        format!("Not confirmed in time: {A}.")
    );
    // A check that fails is no difference to the CLI.
    let plain = ["plan", "-detailed-exitcode", "-lock=false", "-no-color"];
    let run = workspace.run(&plain).await;
    assert_eq!(run.code, 0, "{}", run.flat());
    assert!(run.flat().contains("Not confirmed in time"));

    workspace.sandbox.approve(TEA_HOUSE, A);
    nightly(&workspace).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_that_wait_are_an_alarm() {
    let Some(workspace) = start().await else {
        return;
    };
    let checks = example("alarms/checks.tf");
    workspace.write_file("checks.tf", &with(&checks, "<= 20", "<= 2"));
    workspace.apply().await;
    workspace.sandbox.approve(TEA_HOUSE, A);
    workspace.sandbox.approve(TEA_HOUSE, B);
    nightly(&workspace).await.ok();
    workspace.write_file("checks.tf", &with(&checks, "<= 20", "<= 0"));
    let run = nightly(&workspace).await;
    assert_eq!(run.code, 2, "{}", run.flat());
    assert_eq!(
        run.stdout.trim_end(),
        "1 mini programs wait for their administrators."
    );
    assert_eq!(workspace.sandbox.pending()[0].appid, D);
    assert_eq!(workspace.sandbox.pending()[0].env, BOOK_SHOP);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_cannot_be_told_that_is_no_silence() {
    let Some(workspace) = start().await else {
        return;
    };
    workspace.apply().await;
    workspace
        .sandbox
        .expire_tokens(cloudbase::sandbox::TokenKind::Component);
    let run = nightly(&workspace).await;
    assert_eq!(run.code, 1);
    run.fails_with(&["42001"]);
    assert_eq!(workspace.calls(Endpoint::Share).len(), 0);
}
