//! What no plan could know is made good in the apply: nothing is lost, and nobody is asked twice.

use cloudbase::sandbox::{Effect, Endpoint, Fault};

use super::{BOTH, PARALLELISM, Shares, named};
use crate::support::{A, B, ENV, Workspace, provider};
use crate::workspace;

/// A value that is known only once `NAME` has been applied.
fn late(name: &str, value: &str) -> String {
    format!(
        "resource \"terraform_data\" \"{name}\" {{\n  input = {value:?}\n  triggers_replace = {value:?}\n}}\n"
    )
}

/// `cloudbase_env_share.NAME` with A and the appid that `terraform_data.late` comes to.
fn late_share(name: &str, first: &str, more: &str) -> String {
    format!(
        "resource \"cloudbase_env_share\" {name:?} {{\n  env = {ENV:?}\n  appids = [{first:?}, terraform_data.late.output]\n  {more}\n}}\n"
    )
}

/// `a` takes B, which `b` gives up; that `a` does was not known in the plan.
#[tokio::test(flavor = "multi_thread")]
async fn taken_first_stays_shared() {
    for parallelism in PARALLELISM {
        for shares in BOTH {
            let workspace = workspace!();
            let before = named("a", ENV, &[A], "") + &named("b", ENV, &[B], "");
            workspace.start_with(&before, shares).await;
            let url = |name: &str| {
                let state = workspace.state_file();
                let resources = state["resources"].as_array().unwrap().clone();
                let of = resources.iter().find(|one| one["name"] == *name).unwrap();
                of["instances"][0]["attributes"]["shares"][B]["confirm_url"].clone()
            };
            let asked_before = url("b");
            let other = "wxaaaaaaaaaaaaaaa9";
            let after = late("late", B)
                + &late_share("a", A, "")
                + &named("b", ENV, &[other], "depends_on = [cloudbase_env_share.a]");
            workspace.configure(&after);
            let run = workspace.apply_at(parallelism).await.ok();
            assert_eq!(workspace.ended(), [""; 0], "{shares:?} at {parallelism}");
            let said = run.flat();
            let warning = "shares were kept because another resource instance took them over";
            assert!(said.contains(warning), "{said}");
            match shares {
                Shares::Bound => {
                    assert_eq!(workspace.asked(), [other]);
                    assert_eq!(workspace.sandbox.bound().len(), 2);
                }
                // The API does not show that somebody was asked before.
                Shares::Pending => {
                    assert_eq!(workspace.asked(), [B, other]);
                    assert_ne!(url("a"), asked_before);
                }
            }
            workspace.assert_no_share_is_lost().await;
            workspace.assert_plan_is_empty().await;
        }
    }
}

/// The other way round: the share has ended by the time that it is taken. It is asked for again, and
/// that is told.
#[tokio::test(flavor = "multi_thread")]
async fn given_up_first_is_asked_for_again_and_told() {
    for parallelism in PARALLELISM {
        for shares in BOTH {
            let workspace = workspace!();
            let before = named("a", ENV, &[A], "") + &named("b", ENV, &[B], "");
            workspace.start_with(&before, shares).await;
            let other = "wxaaaaaaaaaaaaaaa9";
            let after = late("late", B)
                + &late_share("a", A, "depends_on = [cloudbase_env_share.b]")
                + &named("b", ENV, &[other], "");
            workspace.configure(&after);
            let said = workspace.apply_at(parallelism).await.ok().flat();
            let warning = "shares were ended and requested again in this run";
            assert!(said.contains(warning), "{said}");
            assert_eq!(workspace.ended(), [B]);
            assert_eq!(workspace.asked(), [B, other]);
            workspace.assert_no_share_is_lost().await;
            workspace.assert_plan_is_empty().await;
        }
    }
}

/// Two instances turn out to list the same mini program.
#[tokio::test(flavor = "multi_thread")]
async fn two_that_turn_out_to_list_the_same_ask_once() {
    for parallelism in PARALLELISM {
        // Others do not say that they are applying: where both are planned again before either is
        // applied, the second one is refused as in a plan.
        let workspace = workspace!(needs WalkIsTold);
        let (c, d) = ("wxaaaaaaaaaaaaaaa8", "wxaaaaaaaaaaaaaaa9");
        workspace.configure(&(late("late", B) + &late_share("a", c, "") + &late_share("b", d, "")));
        let said = workspace.apply_at(parallelism).await.ok().flat();
        let warning = "another resource instance shares with the same mini programs";
        assert!(said.contains(warning), "{said}");
        assert_eq!(workspace.sandbox.requests_sent(ENV, B, None), 1);
        let state = workspace.state_file().to_string();
        let url = workspace
            .sandbox
            .pending()
            .into_iter()
            .find_map(|one| one.url.filter(|_| one.appid == B))
            .unwrap();
        assert_eq!(state.matches(&url).count(), 2, "both have its URL");

        // From then on a plan knows, and asks nobody for it.
        let run = workspace
            .run(&["plan", "-no-color", "-detailed-exitcode"])
            .await;
        assert_eq!(run.code, 0, "{}", run.flat());
        let warning = "more than one resource instance has the same shares";
        assert!(run.flat().contains(warning), "{}", run.flat());
    }
}

/// What one instance keeps in an update, another turns out to list. It has the URL of the first, and
/// nobody is asked for it again.
#[tokio::test(flavor = "multi_thread")]
async fn what_an_update_keeps_is_not_asked_for_by_another() {
    let workspace = workspace!();
    let (c, d) = ("wxaaaaaaaaaaaaaaa8", "wxaaaaaaaaaaaaaaa9");
    workspace
        .start_with(&named("a", ENV, &[B], ""), Shares::Pending)
        .await;
    let depends = "depends_on = [cloudbase_env_share.a]";
    workspace.configure(
        &(named("a", ENV, &[B, c], "") + &late("late", B) + &late_share("b", d, depends)),
    );
    let said = workspace.apply_at(10).await.ok().flat();
    assert!(
        said.contains("another resource instance shares with the same"),
        "{said}"
    );
    assert_eq!(workspace.sandbox.requests_sent(ENV, B, None), 1);
    assert_eq!(workspace.asked(), [c, d]);
}

/// The new object of a replacement takes what the old one has; the old one is destroyed after it.
#[tokio::test(flavor = "multi_thread")]
async fn create_before_destroy_asks_nobody_who_is_bound() {
    let cbd = "lifecycle {\n    create_before_destroy = true\n  }";
    // A resource that needs another to be created first makes that one be created first, too.
    let inherited = named("test", ENV, &[A, B], "")
        + "resource \"terraform_data\" \"dependent\" {\n  input = cloudbase_env_share.test.env\n  lifecycle {\n    create_before_destroy = true\n  }\n}\n";
    for hcl in [named("test", ENV, &[A, B], cbd), inherited] {
        for how in ["-replace", "taint"] {
            for (parallelism, shares) in PARALLELISM
                .into_iter()
                .flat_map(|level| BOTH.map(|shares| (level, shares)))
            {
                let workspace = workspace!();
                workspace.start_with(&hcl, shares).await;
                let address = "cloudbase_env_share.test";
                let run = if how == "taint" {
                    workspace.run(&["taint", address]).await.ok();
                    workspace.apply_at(parallelism).await
                } else {
                    let replace = format!("-replace={address}");
                    let parallelism = format!("-parallelism={parallelism}");
                    workspace
                        .run(&[
                            "apply",
                            "-auto-approve",
                            "-no-color",
                            &replace,
                            &parallelism,
                        ])
                        .await
                };
                let said = run.ok().flat();
                assert!(said.contains("1 added, 0 changed, 1 destroyed"), "{said}");
                assert_eq!(workspace.ended(), [""; 0], "{how}, {shares:?}: {said}");
                match shares {
                    Shares::Bound => {
                        assert_eq!(workspace.asked(), [""; 0], "{how}");
                        assert_eq!(workspace.sandbox.bound().len(), 2);
                    }
                    Shares::Pending => {
                        assert_eq!(workspace.calls(Endpoint::Share).len(), 1);
                        assert_eq!(workspace.sandbox.pending().len(), 2);
                    }
                }
                workspace.assert_no_share_is_lost().await;
                workspace.assert_plan_is_empty().await;
            }
        }
    }
}

/// The new object of a replacement does not get all of what the old one has. That stays shared.
#[tokio::test(flavor = "multi_thread")]
async fn create_before_destroy_ends_nothing_that_the_new_object_failed_to_take() {
    let workspace = workspace!();
    let cbd = "lifecycle {\n    create_before_destroy = true\n  }";
    let hcl = provider("batch_size = 1\nmax_retries = 0") + &named("test", ENV, &[A, B], cbd);
    workspace.start_with(&hcl, Shares::Bound).await;
    let address = "cloudbase_env_share.test";
    let replace = format!("-replace={address}");
    workspace.run(&["plan", "-out=plan", &replace]).await.ok();
    let fault = Fault::new(Effect::Busy).on(Endpoint::Query);
    workspace.sandbox.inject(fault.naming_appid(B).always());
    let said = workspace
        .run(&["apply", "-no-color", "plan"])
        .await
        .ok()
        .flat();
    assert!(said.contains("could not share"), "{said}");
    assert_eq!(workspace.ended(), [""; 0]);
    assert_eq!(workspace.sandbox.bound().len(), 2);
    workspace.sandbox.clear_faults();
    workspace.assert_plan_is_empty().await;
    assert_eq!(workspace.asked(), [""; 0]);
}

/// Two resources that both have A.
async fn two_that_have_the_same(workspace: &Workspace) -> String {
    workspace.sandbox.bind(ENV, A, None);
    let both = named("a", ENV, &[A], "") + &named("b", ENV, &[A], "");
    workspace.configure(&both);
    for name in ["a", "b"] {
        let address = format!("cloudbase_env_share.{name}");
        workspace
            .run(&["import", "-no-color", &address, &format!("{ENV}/{A}")])
            .await
            .ok();
    }
    both
}

/// What `-target` leaves out no provider can see: it ends for both. The next plan asks again for the
/// other, and does not take it for bound.
#[tokio::test(flavor = "multi_thread")]
async fn destroying_one_of_two_by_target_ends_it_for_both_and_the_next_plan_says_so() {
    let workspace = workspace!();
    two_that_have_the_same(&workspace).await;
    workspace
        .run(&["destroy", "-auto-approve", "-target=cloudbase_env_share.b"])
        .await
        .ok();
    assert_eq!(workspace.ended(), [A]);
    workspace.configure(&named("a", ENV, &[A], ""));
    let said = workspace.run(&["plan", "-no-color"]).await.ok().flat();
    assert!(said.contains("1 to add"), "{said}");
    assert!(said.contains("1 administrator will be asked"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_hold_the_same_can_both_be_destroyed() {
    let workspace = workspace!();
    two_that_have_the_same(&workspace).await;
    let said = workspace.destroy().await.ok().flat();
    assert!(!said.contains("may still be open"), "{said}");
    assert_eq!(workspace.ended(), [A], "once is enough");
    assert!(workspace.sandbox.bound().is_empty());
}
