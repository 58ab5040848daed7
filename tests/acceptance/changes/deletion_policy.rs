//! `deletion_policy`: what becomes of shares that are not wanted any more.

use super::{Shares, named};
use crate::support::{A, B, C, ENV, actions};
use crate::workspace;

const ADDRESS: &str = "cloudbase_env_share.test";
const ABANDON: &str = "deletion_policy = \"abandon\"";

#[tokio::test(flavor = "multi_thread")]
async fn abandoned_shares_leave_state_and_stay_shared() {
    let workspace = workspace!();
    workspace
        .start_with(&named("test", ENV, &[A, B], ""), Shares::Bound)
        .await;
    // In an update the new policy counts, so that one apply sets it and drops a mini program.
    workspace.configure(&named("test", ENV, &[A], ABANDON));
    assert_eq!(actions(&workspace.plan().await, ADDRESS), ["update"]);
    workspace.apply().await;
    assert_eq!(workspace.statuses().await, [format!("{ADDRESS} {A} bound")]);
    assert_eq!(workspace.share().await["deletion_policy"], "abandon");
    workspace.assert_plan_is_empty().await;

    workspace.configure("");
    workspace.apply().await;
    assert_eq!(workspace.writes(), 0);
    assert_eq!(workspace.sandbox.bound().len(), 2);
    assert!(workspace.share().await.is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destroy_goes_by_the_policy_in_state() {
    let workspace = workspace!();
    workspace
        .start_with(&named("test", ENV, &[A], ABANDON), Shares::Bound)
        .await;
    // Changing it sends nothing.
    for more in ["deletion_policy = \"unshare\"", ABANDON, ""] {
        workspace.configure(&named("test", ENV, &[A], more));
        workspace.apply().await;
        workspace.assert_plan_is_empty().await;
    }
    assert_eq!(workspace.writes(), 0);
    workspace.destroy().await.ok();
    assert_eq!(workspace.ended(), [A]);
}

#[tokio::test(flavor = "multi_thread")]
async fn abandoning_what_is_pending_warns_that_it_will_be_asked_for_again() {
    let workspace = workspace!();
    workspace
        .start_with(&named("test", ENV, &[A, B], ABANDON), Shares::Pending)
        .await;
    let warning = "shares that are not confirmed will be abandoned";
    workspace.configure(&named("test", ENV, &[A], ABANDON));
    let said = workspace.run(&["plan", "-no-color"]).await.ok().flat();
    assert!(said.contains(warning) && said.contains(B), "{said}");
    workspace.configure("");
    let said = workspace
        .run(&["apply", "-auto-approve", "-no-color"])
        .await
        .ok()
        .flat();
    assert!(said.contains(warning), "{said}");
    assert_eq!(workspace.writes(), 0);
    assert_eq!(workspace.sandbox.pending().len(), 2);
}

/// One gives them up and another takes them, in the same run and in any order.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_abandoned_while_bound_is_taken_over_without_asking() {
    for parallelism in super::PARALLELISM {
        for (a, b) in [
            ("", ""),
            ("depends_on = [cloudbase_env_share.b]", ""),
            ("", "depends_on = [cloudbase_env_share.a]"),
        ] {
            let workspace = workspace!();
            let before = named("a", ENV, &[A], "") + &named("b", ENV, &[B, C], "");
            workspace.start_with(&before, Shares::Bound).await;
            workspace.configure(
                &(named("a", ENV, &[A, C], a)
                    + &named("b", ENV, &[B], &format!("{ABANDON}\n  {b}"))),
            );
            workspace.apply_at(parallelism).await.ok();
            assert_eq!(workspace.writes(), 0, "{a}{b} at {parallelism}");
            workspace.assert_no_share_is_lost().await;
            workspace.assert_plan_is_empty().await;
        }
    }
}

/// The state that Terraform plans a destroy with may be that before the refresh.
#[tokio::test(flavor = "multi_thread")]
async fn what_has_been_confirmed_since_the_last_apply_is_abandoned_as_bound() {
    let workspace = workspace!();
    let before = named("a", ENV, &[A], "") + &named("b", ENV, &[B], ABANDON);
    workspace.start_with(&before, Shares::Pending).await;
    workspace.sandbox.approve_all();
    workspace.configure(&named("a", ENV, &[A, B], ""));
    let said = workspace.apply().await.flat();
    assert!(!said.contains("not confirmed"), "{said}");
    assert_eq!(workspace.writes(), 0);
    workspace.assert_no_share_is_lost().await;
    workspace.assert_plan_is_empty().await;
}

/// A policy that is not known in the plan is taken to be the one in state.
#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_is_not_known_yet_is_that_of_the_state() {
    let workspace = workspace!();
    let late = |version: u32| {
        format!(
            "resource \"terraform_data\" \"policy\" {{\n  input = \"abandon\"\n  triggers_replace = {version}\n}}\n"
        )
    };
    let policy = "deletion_policy = terraform_data.policy.output";
    let before = late(1) + &named("a", ENV, &[A], "") + &named("b", ENV, &[B, C], policy);
    workspace.start_with(&before, Shares::Bound).await;
    workspace
        .configure(&(late(2) + &named("a", ENV, &[A, C], "") + &named("b", ENV, &[B], policy)));
    workspace.apply().await;
    assert_eq!(workspace.writes(), 0);
    workspace.assert_no_share_is_lost().await;
    workspace.assert_plan_is_empty().await;
}

/// The way out of two that hold the same: nothing refuses the first step of it.
#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_that_hold_the_same_lets_go() {
    let workspace = workspace!();
    workspace.sandbox.bind(ENV, A, None);
    let a = named("a", ENV, &[A], "");
    workspace.configure(&(a.clone() + &named("b", ENV, &[A], "")));
    for name in ["a", "b"] {
        let address = format!("cloudbase_env_share.{name}");
        workspace
            .run(&["import", "-no-color", &address, &format!("{ENV}/{A}")])
            .await
            .ok();
    }
    // While it is kept by both, there is a warning; to destroy one would end it for the other.
    let run = workspace
        .run(&["plan", "-no-color", "-detailed-exitcode"])
        .await;
    assert_eq!(run.code, 0, "{}", run.flat());
    assert!(
        run.flat()
            .contains("Warning: more than one resource instance has the same shares")
    );
    workspace.configure(&a);
    let run = workspace.apply_at(10).await;
    run.fails_with(&["one resource instance would end shares that another one lists"]);

    workspace.configure(&(a.clone() + &named("b", ENV, &[A], ABANDON)));
    workspace.apply().await;
    workspace.configure(&a);
    workspace.apply().await;
    assert_eq!(workspace.writes(), 0);
    assert_eq!(workspace.sandbox.bound().len(), 1);
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_word_is_an_error() {
    let workspace = workspace!();
    workspace.configure(&named("test", ENV, &[A], "deletion_policy = \"keep\""));
    workspace
        .run(&["validate", "-no-color"])
        .await
        .fails_with(&["invalid `deletion_policy`", "`unshare`, `abandon`"]);
}
