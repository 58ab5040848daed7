//! A plan in a file, and a summary of who will be asked.

use cloudbase::sandbox::Endpoint;

use super::{BOOK_SHOP, D, TEA_HOUSE, example, with};
use crate::support::{A, B, Workspace, has_program};
use crate::workspace;

const PLAN: &str = "sh plan.sh\n";
const APPLY: &str = "terraform apply -input=false plan.tfplan\n";

fn ready(workspace: &Workspace) -> bool {
    workspace.empty();
    workspace.put(&["plan_file/shares.tf", "plan_file/plan.sh"]);
    has_program(workspace.cli(), "jq")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_summary_says_who_is_asked_and_the_plan_does_just_that() {
    let workspace = workspace!();
    if !ready(&workspace) {
        return;
    }
    workspace.sandbox.bind(TEA_HOUSE, A, None);
    workspace.shell(PLAN).await.ok();
    let summary = workspace.read_file("summary.md");
    for line in [
        "Plan: 2 to add, 0 to change, 0 to destroy.".to_owned(),
        format!(
            "- **administrators of mini programs will be asked to confirm**: Environment {TEA_HOUSE}: 1 \
             administrator will be asked to confirm: {B}. 1 mini program is already bound and will be adopted \
             without a new request."
        ),
        format!(
            "- **administrators of mini programs will be asked to confirm**: Environment {BOOK_SHOP}: 1 \
             administrator will be asked to confirm: {D}."
        ),
        "| what | environment | mini program |".to_owned(),
        format!("| added | {TEA_HOUSE} | {A} |"),
        format!("| added | {TEA_HOUSE} | {B} |"),
        format!("| added | {BOOK_SHOP} | {D} |"),
    ] {
        let found = summary.lines().filter(|one| **one == line).count();
        assert_eq!(found, 1, "`{line}` is not once in {summary}");
    }
    assert_eq!(workspace.writes(), 0);

    workspace.shell(APPLY).await.ok();
    assert_eq!(workspace.named(Endpoint::Share), [B, D]);

    workspace.shell(PLAN).await.ok();
    let summary = workspace.read_file("summary.md");
    assert_eq!(
        summary.trim_end(),
        "Plan: 0 to add, 0 to change, 0 to destroy."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_up_is_in_the_summary_of_an_update() {
    let workspace = workspace!();
    if !ready(&workspace) {
        return;
    }
    workspace.apply().await;
    workspace.sandbox.approve_all();
    let shares = example("plan_file/shares.tf");
    let shares = with(&shares, &format!(", {B:?}"), "");
    let book_shop = format!("    {BOOK_SHOP:?} = [{D:?}]\n");
    workspace.write_file("shares.tf", &with(&shares, &book_shop, ""));
    workspace.shell(PLAN).await.ok();
    let summary = workspace.read_file("summary.md");
    let rows: Vec<_> = summary
        .lines()
        .filter(|line| line.starts_with("| given up"))
        .collect();
    assert_eq!(
        rows,
        [(BOOK_SHOP, D), (TEA_HOUSE, B)]
            .map(|(env, appid)| format!("| given up | {env} | {appid} |"))
    );
    workspace.sandbox.clear_calls();
    workspace.shell(APPLY).await.ok();
    assert_eq!(workspace.named(Endpoint::Unshare), [B, D]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_fails_ends_the_script_with_its_errors() {
    let workspace = workspace!();
    if !ready(&workspace) {
        return;
    }
    let short = with(&example("plan_file/shares.tf"), D, "wx8a1c3f0be2d94c5");
    workspace.write_file("shares.tf", &short);
    let run = workspace.shell(PLAN).await;
    assert_eq!(run.code, 1);
    run.fails_with(&["\"wx8a1c3f0be2d94c5\" is not an appid"]);
    assert!(!workspace.path().join("summary.md").exists());
}
