//! An `env` or `source_type` that is not known in the plan of an existing resource.

use super::{BOTH, PARALLELISM, named};
use crate::support::{A, B, ENV, Feature, OTHER_ENV, actions};
use crate::workspace;

const ADDRESS: &str = "cloudbase_env_share.test";

/// The environment as a resource says it that is replaced when `version` changes.
fn late(env: &str, version: u32, more: &str) -> String {
    format!(
        "resource \"terraform_data\" \"env\" {{\n  input = {env:?}\n  triggers_replace = {version}\n}}\n\
         resource \"cloudbase_env_share\" \"test\" {{\n  env = terraform_data.env.output\n  appids = [{A:?}, {B:?}]\n  {more}\n}}\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn if_it_stays_the_same_nothing_is_sent() {
    for more in ["", "lifecycle {\n    create_before_destroy = true\n  }"] {
        for (level, shares) in PARALLELISM
            .into_iter()
            .flat_map(|level| BOTH.map(|shares| (level, shares)))
        {
            let workspace = workspace!();
            workspace.start_with(&late(ENV, 1, more), shares).await;
            workspace.configure(&late(ENV, 2, more));
            let plan = workspace.plan().await;
            assert_eq!(actions(&plan, ADDRESS), ["update"], "{more}");
            let said = workspace.apply_at(level).await.ok().flat();
            let warning = "Warning: `env` of an existing share is not known until apply";
            assert!(said.contains(warning), "{said}");
            assert_eq!(workspace.writes(), 0, "{more}, {shares:?}");
            workspace.assert_no_share_is_lost().await;
            workspace.assert_plan_is_empty().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn if_it_turns_out_different_the_apply_stops_and_the_next_plan_replaces() {
    for (level, shares) in PARALLELISM
        .into_iter()
        .flat_map(|level| BOTH.map(|shares| (level, shares)))
    {
        let workspace = workspace!();
        workspace.start_with(&late(ENV, 1, ""), shares).await;
        workspace.configure(&late(OTHER_ENV, 2, ""));
        let run = workspace.apply_at(level).await;
        // Earlier ones do not say that they are applying, so that Terraform's own words are all.
        if workspace.cli().has(Feature::WalkIsTold) {
            run.fails_with(&["`env` of an existing share turned out different", OTHER_ENV]);
        } else {
            run.fails_with(&["Provider produced inconsistent final plan"]);
        }
        assert_eq!(workspace.writes(), 0);
        let plan = workspace.plan().await;
        assert_eq!(actions(&plan, ADDRESS), ["delete", "create"]);
        workspace.apply().await;
        assert_eq!(
            (workspace.ended(), workspace.asked()),
            (
                vec![B.to_owned(), A.to_owned()],
                vec![B.to_owned(), A.to_owned()]
            )
        );
    }
}

/// A data source that is read only in the apply makes it unknown as well.
#[tokio::test(flavor = "multi_thread")]
async fn a_deferred_data_source_replaces_nothing() {
    let workspace = workspace!();
    workspace
        .sandbox
        .put_environment(cloudbase::sandbox::Environment::new(ENV));
    let hcl = |version: u32| {
        format!(
            "resource \"terraform_data\" \"other\" {{\n  triggers_replace = {version}\n}}\n\
             data \"cloudbase_env\" \"test\" {{\n  env = {ENV:?}\n  depends_on = [terraform_data.other]\n}}\n\
             resource \"cloudbase_env_share\" \"test\" {{\n  env = data.cloudbase_env.test.env\n  appids = [{A:?}]\n}}\n"
        )
    };
    workspace.start_with(&hcl(1), super::Shares::Bound).await;
    workspace.configure(&hcl(2));
    workspace.apply().await;
    assert_eq!(workspace.writes(), 0);
    workspace.assert_no_share_is_lost().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_source_type_that_stays_the_same_sends_nothing() {
    let workspace = workspace!();
    let hcl = |version: u32| {
        format!(
            "resource \"terraform_data\" \"kind\" {{\n  input = 1\n  triggers_replace = {version}\n}}\n{}",
            named(
                "test",
                ENV,
                &[A],
                "source_type = terraform_data.kind.output"
            )
        )
    };
    workspace.start_with(&hcl(1), super::Shares::Bound).await;
    workspace.configure(&hcl(2));
    assert_eq!(actions(&workspace.plan().await, ADDRESS), ["update"]);
    workspace.apply().await;
    assert_eq!(workspace.writes(), 0);
    workspace.assert_plan_is_empty().await;
}
