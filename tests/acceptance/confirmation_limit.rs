//! `max_confirmation_requests` in the provider block: how many administrators one run may ask.

use cloudbase::sandbox::Endpoint;

use crate::support::{A, B, C, ENV, Feature, OTHER_ENV, Workspace, many_appids, provider, share};
use crate::workspace;

const OVER: &str = "`max_confirmation_requests` is";

fn limited(limit: &str, hcl: &str) -> String {
    provider(&format!("  max_confirmation_requests = {limit}")) + hcl
}

fn named(name: &str, env: &str, appids: &[&str], more: &str) -> String {
    share(env, appids, more).replace("\"test\"", &format!("{name:?}"))
}

/// Asserts that a plan is refused once, with this count and limit, and that nothing was sent.
async fn assert_plan_is_refused(workspace: &Workspace, count: usize, limit: usize) {
    workspace.sandbox.clear_calls();
    for command in [&["plan", "-json"][..], &["apply", "-auto-approve", "-json"]] {
        let run = workspace.run(command).await;
        assert_ne!(run.code, 0);
        let errors = run.errors();
        assert_eq!(errors.len(), 1, "{errors:?}");
        let people = if count == 1 {
            "1 administrator".to_owned()
        } else {
            format!("{count} administrators")
        };
        let summary = format!("the plan would ask at least {people}; {OVER} {limit}");
        assert!(errors[0].summary.starts_with(&summary), "{errors:?}");
        assert!(errors[0].detail.contains("Nothing has been sent."));
    }
    assert_eq!(workspace.writes(), 0);
    assert!(workspace.sandbox.pending().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_asks_as_many_as_may_be_is_applied_and_one_more_is_refused() {
    let workspace = workspace!();
    workspace.configure(&limited("1", &share(ENV, &[A, B], "")));
    assert_plan_is_refused(&workspace, 2, 1).await;
    workspace.configure(&limited("2", &share(ENV, &[A, B], "")));
    workspace.apply().await;
    assert_eq!(workspace.named(Endpoint::Share), [B, A]);
    // Those of an earlier run do not count.
    workspace.configure(&limited("1", &share(ENV, &[A, B, C], "")));
    workspace.apply().await;
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_instances_of_the_walk_count_and_one_of_them_tells() {
    let workspace = workspace!();
    let appids = many_appids(0, 60);
    let fleet: String = appids
        .chunks(2)
        .enumerate()
        .map(|(number, appids)| {
            let appids: Vec<_> = appids.iter().map(String::as_str).collect();
            named(&format!("n{number}"), ENV, &appids, "")
        })
        .collect();
    workspace.configure(&limited("11", &fleet));
    workspace.sandbox.clear_calls();
    let run = workspace.run(&["plan", "-json"]).await;
    let errors = run.errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
    let summary = format!("the plan would ask at least 12 administrators; {OVER} 11");
    assert_eq!(errors[0].summary, summary);
    assert_eq!(workspace.writes(), 0);
    workspace.configure(&limited("60", &fleet));
    workspace.apply().await;
    assert_eq!(workspace.sandbox.pending().len(), 60);
}

/// 0 is for adopting what is there, and for pipelines that are not to ask anybody.
#[tokio::test(flavor = "multi_thread")]
async fn with_0_nobody_is_asked_and_all_else_works() {
    let workspace = workspace!();
    for appid in [A, B] {
        workspace.sandbox.bind(ENV, appid, None);
    }
    workspace.configure(&limited("0", &share(ENV, &[A, B], "")));
    workspace.apply().await;
    workspace.assert_plan_is_empty().await;
    workspace.configure(&limited("0", &share(ENV, &[A, B, C], "")));
    let run = workspace.run(&["plan", "-no-color"]).await;
    let nobody = "the plan would ask at least 1 administrator; `max_confirmation_requests` is 0: nobody may be asked";
    run.fails_with(&[nobody, C, ENV]);
    let triggers = format!("confirmation_triggers = {{ {A} = \"1\" }}");
    workspace.configure(&limited("0", &share(ENV, &[A, B], &triggers)));
    workspace.apply().await;
    workspace.configure(&limited("0", &share(ENV, &[B], "")));
    workspace.apply().await;
    assert!(workspace.calls(Endpoint::Share).is_empty());
    assert_eq!(workspace.named(Endpoint::Unshare), [A]);
}

/// Those that are sent again count, whichever of the triggers names them, and once.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_again_counts() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A, B], ""));
    workspace.apply().await;
    workspace.sandbox.clear_calls();
    let both = format!("confirmation_trigger = \"x\"\n  confirmation_triggers = {{ {A} = \"x\" }}");
    workspace.configure(&limited("1", &share(ENV, &[A, B], &both)));
    let run = workspace.run(&["plan", "-no-color"]).await;
    run.fails_with(&["would ask at least 2 administrators"]);
    assert_eq!(workspace.writes(), 0);
    workspace.configure(&limited("2", &share(ENV, &[A, B], &both)));
    workspace.apply().await;
    assert_eq!(workspace.named(Endpoint::Share), [B, A]);
}

/// A replacement ends the shares and asks everybody again, though they are bound when it is planned.
#[tokio::test(flavor = "multi_thread")]
async fn a_replacement_counts_whom_it_asks_again() {
    let workspace = workspace!();
    workspace.configure(&limited("2", &share(ENV, &[A, B], "")));
    workspace.apply().await;
    workspace.sandbox.approve_all();
    workspace.apply().await;
    workspace.sandbox.clear_calls();
    workspace.configure(&limited("1", &share(OTHER_ENV, &[A, B], "")));
    let run = workspace.run(&["plan", "-no-color"]).await;
    run.fails_with(&["would ask at least 2 administrators"]);
    workspace.configure(&limited("1", &share(ENV, &[A, B], "")));
    let replace = [
        "apply",
        "-auto-approve",
        "-no-color",
        "-replace=cloudbase_env_share.test",
    ];
    let run = workspace.run(&replace).await;
    run.fails_with(&["would ask at least 2 administrators"]);
    assert_eq!(workspace.writes(), 0);
    assert_eq!(workspace.sandbox.bound().len(), 2);
    workspace.configure(&limited("2", &share(ENV, &[A, B], "")));
    workspace.run(&replace).await.ok();
    assert_eq!(workspace.named(Endpoint::Share), [B, A]);

    // Of a tainted one a plan does not know what it has: only the apply refuses to ask, when it has ended the shares.
    workspace.sandbox.approve_all();
    workspace.configure(&limited("1", &share(ENV, &[A, B], "")));
    workspace.apply().await;
    workspace
        .run(&["taint", "cloudbase_env_share.test"])
        .await
        .ok();
    workspace.sandbox.clear_calls();
    let run = workspace.try_apply().await;
    run.fails_with(&["this run would ask 2 administrators"]);
    assert!(workspace.calls(Endpoint::Share).is_empty());
    assert!(workspace.sandbox.bound().is_empty());
}

/// What the plan could not know: the second line. The instance that would go beyond the limit sends nothing at all.
#[tokio::test(flavor = "multi_thread")]
async fn an_apply_refuses_before_it_sends_what_no_plan_could_know() {
    let workspace = workspace!();
    let late = |appids: &[&str]| {
        format!(
            "resource \"terraform_data\" \"late\" {{\n  input = {appids:?}\n}}\n\
             resource \"cloudbase_env_share\" \"late\" {{\n  env = {ENV:?}\n  appids = terraform_data.late.output\n  depends_on = [cloudbase_env_share.test]\n}}\n{}",
            share(OTHER_ENV, &[A], "")
        )
    };
    workspace.configure(&limited("2", &late(&[B, C])));
    workspace.run(&["plan", "-no-color"]).await.ok();
    let run = workspace.try_apply().await;
    let summary = format!("with environment {ENV}, this run would ask 3 administrators; {OVER} 2");
    run.fails_with(&[&summary, "Nothing was changed."]);
    assert_eq!(workspace.named(Endpoint::Share), [A]);
    assert!(
        workspace
            .resource("cloudbase_env_share.late")
            .await
            .is_null()
    );
    workspace.apply().await;
    assert_eq!(workspace.sandbox.pending().len(), 3);
}

/// A saved plan is applied under the limit of its plan, and what has changed since then counts.
#[tokio::test(flavor = "multi_thread")]
async fn an_update_that_is_refused_in_the_apply_changes_nothing() {
    let workspace = workspace!();
    workspace.sandbox.bind(ENV, A, None);
    workspace.sandbox.bind(ENV, B, None);
    workspace.configure(&limited("0", &share(ENV, &[A], "")));
    workspace.apply().await;
    workspace.configure(&limited("0", &share(ENV, &[B], "")));
    workspace.plan().await;
    let before = workspace.share().await;
    workspace.sandbox.unbind(ENV, B, None);
    workspace.sandbox.clear_calls();
    let run = workspace.run(&["apply", "-no-color", "plan"]).await;
    // What an apply plans again is told as a plan is, where the CLI does not say that it applies.
    run.fails_with(&["`max_confirmation_requests` is 0: nobody may be asked", B]);
    assert_eq!(workspace.writes(), 0, "A is not ended either");
    assert_eq!(workspace.share().await, before);
}

/// Whom the API refuses, or lists as bound after all, was not asked.
#[tokio::test(flavor = "multi_thread")]
async fn only_those_that_were_asked_count_in_an_apply() {
    let workspace = workspace!();
    workspace
        .sandbox
        .refuse_appid(Endpoint::Share, B, "not today");
    let first = named("first", ENV, &[A, B], "");
    let late = format!(
        "resource \"terraform_data\" \"late\" {{\n  input = [{C:?}]\n  depends_on = [cloudbase_env_share.first]\n}}\n\
         resource \"cloudbase_env_share\" \"late\" {{\n  env = {ENV:?}\n  appids = terraform_data.late.output\n}}\n"
    );
    workspace.configure(&limited("2", &(first + &late)));
    workspace.apply().await;
    assert_eq!(workspace.sandbox.pending().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_action_counts_too() {
    let workspace = workspace!(needs Actions);
    let action = format!(
        "action \"cloudbase_resend_confirmations\" \"test\" {{\n  config {{\n    env = {ENV:?}\n    appids = {:?}\n  }}\n}}\n",
        [A, B]
    );
    let hcl = share(ENV, &[A, B], "") + &action;
    workspace.configure(&hcl);
    workspace.apply().await;
    workspace.sandbox.clear_calls();
    let invoke = [
        "apply",
        "-auto-approve",
        "-no-color",
        "-invoke=action.cloudbase_resend_confirmations.test",
    ];
    workspace.configure(&limited("1", &hcl));
    let run = workspace.run(&invoke).await;
    run.fails_with(&["this run would ask 2 administrators"]);
    assert_eq!(workspace.writes(), 0);
    workspace.configure(&limited("2", &hcl));
    workspace.run(&invoke).await.ok();
    assert_eq!(workspace.named(Endpoint::Share), [B, A]);
}

/// Two aliases are two configurations, each with its own limit.
#[tokio::test(flavor = "multi_thread")]
async fn each_configuration_of_the_provider_has_its_own() {
    let workspace = workspace!();
    let alias =
        "provider \"cloudbase\" {\n  alias = \"other\"\n  max_confirmation_requests = 1\n}\n";
    let one = share(ENV, &[A, B], "");
    let other = named("other", OTHER_ENV, &[A], "provider = cloudbase.other");
    workspace.configure(&format!("{alias}{}", limited("2", &(one + &other))));
    workspace.apply().await;
    assert_eq!(workspace.sandbox.pending().len(), 3);
}

/// One process serves all runs of a file: what plans mean to ask is not added up, and each apply has its own count.
#[tokio::test(flavor = "multi_thread")]
async fn in_terraform_test_an_apply_is_refused() {
    let workspace = workspace!(needs Tests);
    if !workspace.cli().offers_part(Feature::Tests) {
        return;
    }
    workspace.configure(&format!(
        "variable \"appids\" {{\n  type = set(string)\n}}\n{}",
        share(ENV, &[], "").replace("[]", "var.appids")
    ));
    let file = format!(
        "provider \"cloudbase\" {{\n  max_confirmation_requests = 1\n}}\n\
         run \"one\" {{\n  variables {{\n    appids = [{A:?}]\n  }}\n}}\n\
         run \"another\" {{\n  variables {{\n    appids = [{A:?}, {B:?}]\n  }}\n}}\n\
         run \"two\" {{\n  variables {{\n    appids = [{A:?}, {B:?}, \"wxbbbbbbbbbbbbbbb2\", {C:?}]\n  }}\n}}\n"
    );
    std::fs::write(workspace.path().join("all.tftest.hcl"), file).unwrap();
    let run = workspace.run(&["test", "-no-color"]).await;
    let said = run.fails_with(&["2 administrators"]).flat();
    assert!(said.contains("run \"one\"... pass"), "{said}");
    assert!(said.contains("run \"another\"... pass"), "{said}");
    assert!(said.contains("run \"two\"... fail"), "{said}");
    assert!(!workspace.named(Endpoint::Share).contains(&C.to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_a_whole_number_from_0_on() {
    let workspace = workspace!();
    for (limit, error) in [
        ("-1", "-1 is not a number of administrators"),
        ("1.5", "max_confirmation_requests"),
    ] {
        workspace.configure(&limited(limit, &share(ENV, &[A], "")));
        let run = workspace.run(&["validate", "-no-color"]).await;
        run.fails_with(&[error]);
    }
    assert!(workspace.sandbox.calls().is_empty());
}
