//! What does not go together is refused in the plan, whatever the order, before anything is sent.

use super::{BOTH, PARALLELISM, Shares, named};
use crate::support::{A, B, C, ENV, Workspace};
use crate::workspace;

const ENDED: &str = "one resource instance would end shares that another one lists";
const TAKEN: &str =
    "more than one resource instance would share an environment with the same mini programs";
const ABANDONED: &str =
    "one resource instance would abandon unconfirmed shares that another one takes over";

/// Asserts that the configuration at hand is refused with `error` in every run, and that nothing has
/// changed or was sent.
async fn assert_refused(workspace: &Workspace, what: &str, error: &str, appids: &[&str]) {
    let before = workspace.snapshot();
    workspace.sandbox.clear_calls();
    for parallelism in PARALLELISM {
        let run = workspace.apply_at(parallelism).await;
        let said = run.flat();
        assert_eq!(run.code, 1, "{what} at {parallelism}: {said}");
        assert!(said.contains(&format!("Error: {error}")), "{what}: {said}");
        for appid in appids {
            assert!(said.contains(appid), "{what}: {appid} not in {said}");
        }
        assert!(
            said.contains(ENV) && said.contains("To resolve this"),
            "{said}"
        );
        assert_eq!(workspace.writes(), 0, "{what} at {parallelism}");
        assert_eq!(workspace.snapshot(), before, "{what} at {parallelism}");
    }
}

/// Starts with `before`, and asserts that `after` is refused, for bound and for pending shares.
async fn refused(what: &str, before: &str, after: &str, error: &str, appids: &[&str]) {
    for shares in BOTH {
        let workspace = workspace!();
        workspace.start_with(before, shares).await;
        workspace.configure(after);
        let what = format!("{what}, {shares:?}");
        assert_refused(&workspace, &what, error, appids).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_takes_what_another_gives_up() {
    let before = named("a", ENV, &[A], "") + &named("b", ENV, &[B, C], "");
    let a = named("a", ENV, &[A, C], "");
    for (what, b) in [
        (
            "first",
            named("b", ENV, &[B], "depends_on = [cloudbase_env_share.a]"),
        ),
        ("in any order", named("b", ENV, &[B], "")),
    ] {
        refused(what, &before, &(a.clone() + &b), ENDED, &[C]).await;
    }
    let after = named("a", ENV, &[A, C], "depends_on = [cloudbase_env_share.b]")
        + &named("b", ENV, &[B], "");
    refused("last", &before, &after, ENDED, &[C]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rename_without_moved() {
    let before = named("old", ENV, &[A, B], "");
    let after = named("new", ENV, &[A, B], "");
    refused("resource", &before, &after, ENDED, &[A, B]).await;

    let each = |key: &str| {
        format!(
            "resource \"cloudbase_env_share\" \"test\" {{\n  for_each = {{ {key} = [{A:?}, {B:?}] }}\n  env = {ENV:?}\n  appids = each.value\n}}\n"
        )
    };
    refused("key", &each("old"), &each("new"), ENDED, &[A, B]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_beside_a_rename() {
    let workspace = workspace!();
    workspace
        .start_with(&named("old", ENV, &[A], ""), Shares::Bound)
        .await;
    let block = format!("import {{\n  to = cloudbase_env_share.new\n  id = \"{ENV}/{A}\"\n}}\n");
    workspace.configure(&(named("new", ENV, &[A], "") + &block));
    assert_refused(&workspace, "import", ENDED, &[A]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_that_loses_an_element_in_the_middle() {
    let count = |appids: &[&str]| {
        format!(
            "locals {{\n  appids = {appids:?}\n}}\n\
             resource \"cloudbase_env_share\" \"test\" {{\n  count = length(local.appids)\n  env = {ENV:?}\n  appids = [local.appids[count.index]]\n}}\n"
        )
    };
    refused("count", &count(&[A, B, C]), &count(&[A, C]), ENDED, &[C]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swap() {
    let before = named("a", ENV, &[A], "") + &named("b", ENV, &[B], "");
    let after = named("a", ENV, &[B], "") + &named("b", ENV, &[A], "");
    refused("swap", &before, &after, ENDED, &[A]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_list_the_same() {
    let before = named("a", ENV, &[A], "");
    for (what, b) in [
        ("one has it", named("b", ENV, &[A, B], "")),
        (
            "one has it, and the other is alike",
            named("b", ENV, &[A], ""),
        ),
    ] {
        refused(what, &before, &(before.clone() + &b), TAKEN, &[A]).await;
    }
    let nothing = "";
    let alike = named("a", ENV, &[A, B], "") + &named("b", ENV, &[A, B], "");
    let overlapping = named("a", ENV, &[A, B], "") + &named("b", ENV, &[A, C], "");
    let zero = named("a", ENV, &[A], "") + &named("b", ENV, &[A], "source_type = 0");
    for (what, after) in [
        ("alike", alike),
        ("overlapping", overlapping),
        ("0 and unset", zero),
    ] {
        refused(what, nothing, &after, TAKEN, &[A]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_takes_what_another_abandons_while_it_is_pending() {
    let workspace = workspace!();
    let before = named("a", ENV, &[A], "") + &named("b", ENV, &[B, C], "");
    workspace.start_with(&before, Shares::Pending).await;
    let after =
        named("a", ENV, &[A, C], "") + &named("b", ENV, &[B], "deletion_policy = \"abandon\"");
    workspace.configure(&after);
    assert_refused(&workspace, "abandon", ABANDONED, &[C]).await;
    // The way out: once it is confirmed, it moves without a call that asks.
    workspace.sandbox.approve_all();
    workspace.apply().await;
    assert_eq!(workspace.writes(), 0);
    workspace.assert_plan_is_empty().await;
    workspace.assert_no_share_is_lost().await;
}

/// The full plan that `terraform destroy` makes first is refused; without it the way is free.
#[tokio::test(flavor = "multi_thread")]
async fn a_destroy_after_a_rename_that_was_never_applied() {
    for shares in BOTH {
        let workspace = workspace!();
        workspace
            .start_with(&named("old", ENV, &[A, B], ""), shares)
            .await;
        workspace.configure(&named("new", ENV, &[A, B], ""));
        let before = workspace.snapshot();
        let run = workspace.destroy().await;
        run.fails_with(&[ENDED, "terraform destroy -refresh=false"]);
        assert_eq!(workspace.writes(), 0);
        assert_eq!(workspace.snapshot(), before);

        workspace
            .run(&["destroy", "-auto-approve", "-no-color", "-refresh=false"])
            .await
            .ok();
        assert_eq!(workspace.ended(), [B, A]);
        assert!(workspace.sandbox.bound().is_empty() && workspace.sandbox.pending().is_empty());
    }
}

/// A failed apply has left the old object of a replacement behind. To destroy it would end what the
/// new one has.
#[tokio::test(flavor = "multi_thread")]
async fn a_deposed_object_that_is_left_behind() {
    let workspace = workspace!();
    let hcl = named("test", ENV, &[A, B], "");
    workspace.start_with(&hcl, Shares::Bound).await;
    let mut state = workspace.state_file();
    let mut deposed = state["resources"][0]["instances"][0].clone();
    deposed["deposed"] = "00000001".into();
    let instances = state["resources"][0]["instances"].as_array_mut().unwrap();
    instances.push(deposed);
    workspace.put_state_file(&state);
    assert_refused(&workspace, "deposed", ENDED, &[A, B]).await;

    // The way out.
    let address = "cloudbase_env_share.test";
    workspace.run(&["state", "rm", address]).await.ok();
    workspace
        .run(&["import", "-no-color", address, &format!("{ENV}/{A},{B}")])
        .await
        .ok();
    workspace.assert_plan_is_empty().await;
    assert_eq!(workspace.writes(), 0);
    assert_eq!(workspace.sandbox.bound().len(), 2);
}

/// Each instance of many says it by itself, and no more than its own.
#[tokio::test(flavor = "multi_thread")]
async fn many_instances_with_a_shifted_list() {
    let workspace = workspace!();
    let appids = crate::support::many_appids(1, 30);
    let count = |appids: &[String]| {
        format!(
            "locals {{\n  appids = {appids:?}\n}}\n\
             resource \"cloudbase_env_share\" \"test\" {{\n  count = length(local.appids)\n  env = {ENV:?}\n  appids = [local.appids[count.index]]\n}}\n"
        )
    };
    workspace.start_with(&count(&appids), Shares::Bound).await;
    workspace.configure(&count(&appids[1..]));
    assert_refused(&workspace, "shift", ENDED, &[]).await;
    let said = workspace.run(&["plan", "-no-color"]).await.flat();
    assert!(
        said.matches(&format!("Error: {ENDED}")).count() > 10,
        "{said}"
    );
    assert_eq!(
        said.matches("To resolve this").count(),
        1,
        "they are told once"
    );
}

/// Whether the other one keeps it is not known until apply; that it has it is.
#[tokio::test(flavor = "multi_thread")]
async fn one_gives_up_what_another_has_whose_appids_are_not_known_yet() {
    let workspace = workspace!();
    workspace.sandbox.bind(ENV, A, None);
    let late = |version: u32| {
        format!(
            "resource \"terraform_data\" \"late\" {{\n  input = [{A:?}]\n  triggers_replace = {version}\n}}\n\
             resource \"cloudbase_env_share\" \"a\" {{\n  env = {ENV:?}\n  appids = terraform_data.late.output\n}}\n"
        )
    };
    workspace.configure(&late(1));
    workspace.apply().await;
    workspace.configure(&(late(1) + &named("b", ENV, &[A], "")));
    let address = "cloudbase_env_share.b";
    workspace
        .run(&["import", "-no-color", address, &format!("{ENV}/{A}")])
        .await
        .ok();
    workspace.configure(&late(2));
    assert_refused(&workspace, "unknown appids", ENDED, &[A]).await;
}

/// A second resource was added and never applied: to destroy everything is still possible.
#[tokio::test(flavor = "multi_thread")]
async fn a_destroy_beside_a_second_taker_that_was_never_applied() {
    let workspace = workspace!();
    let a = named("a", ENV, &[A], "");
    workspace.start_with(&a, Shares::Bound).await;
    workspace.configure(&(a + &named("b", ENV, &[A], "")));
    let run = workspace.destroy().await;
    run.fails_with(&[TAKEN, "terraform destroy -refresh=false"]);
    workspace
        .run(&["destroy", "-auto-approve", "-no-color", "-refresh=false"])
        .await
        .ok();
    assert_eq!(workspace.ended(), [A]);
}
