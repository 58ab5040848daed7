//! What a plan will ask of people is in the plan.

use super::{Shares, named};
use crate::support::{A, B, C, ENV, OTHER_ENV, Workspace};
use crate::workspace;

const SUMMARY: &str = "Warning: administrators of mini programs will be asked to confirm";

/// The warnings of a plan, as one line of words.
async fn plan(workspace: &Workspace) -> String {
    let run = workspace.run(&["plan", "-no-color"]).await.ok();
    run.flat()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_asked_who_is_adopted_and_what_ends() {
    let workspace = workspace!();
    workspace.sandbox.bind(ENV, B, None);
    workspace.configure(&named("test", ENV, &[A, B], ""));
    let said = plan(&workspace).await;
    assert!(said.contains(SUMMARY), "{said}");
    let asked = format!("Environment {ENV}: 1 administrator will be asked to confirm: {A}.");
    assert!(said.contains(&asked), "{said}");
    assert!(
        said.contains("1 mini program is already bound and will be adopted"),
        "{said}"
    );
    workspace.apply().await;
    workspace.sandbox.approve_all();
    workspace.apply().await;

    workspace.configure(&named("test", ENV, &[B, C], ""));
    let said = plan(&workspace).await;
    let asked = format!("1 administrator will be asked to confirm: {C}.");
    assert!(said.contains(&asked), "{said}");
    let ends = format!("Sharing will end with 1 mini program: {A}.");
    assert!(said.contains(&ends), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_asks_nobody_says_nothing() {
    let workspace = workspace!();
    workspace.sandbox.bind(ENV, A, None);
    workspace.sandbox.bind(ENV, B, None);
    let says_nothing = async |hcl: &str| {
        workspace.configure(hcl);
        let said = plan(&workspace).await;
        assert!(!said.contains("asked"), "{hcl}: {said}");
    };
    says_nothing(&named("test", ENV, &[A, B], "")).await;
    workspace.apply().await;
    says_nothing(&named("test", ENV, &[A, B], "")).await;
    says_nothing(&named("test", ENV, &[A], "")).await;
    says_nothing("").await;
    says_nothing(&named("test", ENV, &[A, B], "confirmation_trigger = \"x\"")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replacement_says_what_it_ends() {
    let workspace = workspace!();
    workspace
        .start_with(&named("test", ENV, &[A, B], ""), Shares::Bound)
        .await;
    workspace.configure(&named("test", OTHER_ENV, &[A, B], ""));
    let said = plan(&workspace).await;
    assert!(
        said.contains("2 administrators will be asked to confirm"),
        "{said}"
    );
    assert!(
        said.contains("The resource will be replaced, which ends its current shares"),
        "{said}"
    );
    // Terraform folds equal summaries: one that ends shares is not hidden by others that only ask.
    let summary = "Warning: shares will end, and administrators of mini programs will be asked";
    assert!(said.contains(summary), "{said}");

    // A tainted one says what a create says.
    workspace.configure(&named("test", ENV, &[A, C], ""));
    workspace
        .run(&["taint", "cloudbase_env_share.test"])
        .await
        .ok();
    let said = plan(&workspace).await;
    assert!(
        said.contains(&format!("1 administrator will be asked to confirm: {C}.")),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_trigger_says_whom_it_asks_again_and_a_removed_one_asks_nobody() {
    let workspace = workspace!();
    let trigger = |text: &str| named("test", ENV, &[A, B], text);
    workspace
        .start_with(&trigger("confirmation_trigger = \"1\""), Shares::Pending)
        .await;
    workspace.sandbox.approve(ENV, A);
    workspace.configure(&trigger("confirmation_trigger = \"2\""));
    let said = plan(&workspace).await;
    assert!(
        said.contains(&format!("1 administrator will be asked to confirm: {B}.")),
        "{said}"
    );

    workspace.configure(&trigger(""));
    let said = plan(&workspace).await;
    assert!(!said.contains("asked"), "{said}");
    workspace.apply().await;
    assert_eq!(workspace.writes(), 0);
    workspace.assert_plan_is_empty().await;
}

/// Equal summaries are folded into one.
#[tokio::test(flavor = "multi_thread")]
async fn many_resources_say_it_once() {
    let workspace = workspace!();
    workspace.configure(&format!(
        "resource \"cloudbase_env_share\" \"test\" {{\n  count = 40\n  env = \"env-${{count.index}}\"\n  appids = [{A:?}]\n}}\n"
    ));
    let said = plan(&workspace).await;
    assert_eq!(said.matches(SUMMARY).count(), 1, "{said}");
    assert!(said.contains("39 more similar warnings"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_known_yet_is_said_to_be() {
    let workspace = workspace!();
    let late = "resource \"terraform_data\" \"late\" {\n  input = [\"wx0000000000000001\"]\n}\n";
    workspace.configure(&format!(
        "{late}resource \"cloudbase_env_share\" \"test\" {{\n  env = {ENV:?}\n  appids = setunion([{A:?}], terraform_data.late.output)\n}}\n"
    ));
    let said = plan(&workspace).await;
    assert!(
        said.contains(SUMMARY) && said.contains("not known until apply"),
        "{said}"
    );

    // Of what is there, some may end.
    workspace.configure(&named("test", ENV, &[A, B], ""));
    workspace.apply().await;
    workspace.configure(&format!(
        "{late}resource \"cloudbase_env_share\" \"test\" {{\n  env = {ENV:?}\n  appids = setunion([{A:?}], terraform_data.late.output)\n}}\n"
    ));
    let said = plan(&workspace).await;
    let ends = format!("Current shares that are not among them will end: {B}, {A}.");
    assert!(said.contains(&ends), "{said}");
}
