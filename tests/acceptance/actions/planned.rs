//! What a plan knows of the actions that it triggers: conditions, unknown values, and that it calls
//! nothing.

use cloudbase::sandbox::Endpoint;
use serde_json::{Value as Json, json};

use super::{CONVERT, RESEND, completed, convert, progress, trigger, triggering};
use crate::support::{A, B, ENV, share};
use crate::workspace;

const VARIABLE: &str = "variable \"again\" {\n  type = bool\n  default = false\n}\n";

/// The addresses and events of what a plan will invoke.
fn planned(plan: &Json) -> Vec<(String, String)> {
    let invocations = plan["action_invocations"].as_array();
    let text = |value: &Json| value.as_str().unwrap().to_owned();
    let of = |one: &Json| {
        let event = &one["lifecycle_action_trigger"]["action_trigger_event"];
        (text(&one["address"]), text(event))
    };
    invocations.into_iter().flatten().map(of).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_is_not_applied_calls_nothing() {
    let workspace = workspace!(needs Actions);
    let triggers = [
        trigger("before_create, before_update", CONVERT, ""),
        trigger("after_create, after_update", RESEND, ""),
    ];
    workspace.configure(&triggering(&[A], &triggers));
    let plan = workspace.plan().await;
    let expected = [(CONVERT, "BeforeCreate"), (RESEND, "AfterCreate")]
        .map(|(address, event)| (address.to_owned(), event.to_owned()));
    assert_eq!(planned(&plan), expected);
    let config = &plan["action_invocations"][1]["config_values"];
    assert_eq!(
        *config,
        json!({ "env": ENV, "appids": [A], "requested_at": null, "source_type": null })
    );
    assert_eq!(workspace.writes(), 0);
    assert!(workspace.sandbox.pending().is_empty());

    workspace.run(&["apply", "-no-color", "plan"]).await.ok();
    assert_eq!(workspace.sandbox.converted(), [ENV]);
    workspace.sandbox.clear_calls();
    workspace.configure(&triggering(&[A, B], &triggers));
    let plan = workspace.plan().await;
    let expected = [(CONVERT, "BeforeUpdate"), (RESEND, "AfterUpdate")]
        .map(|(address, event)| (address.to_owned(), event.to_owned()));
    assert_eq!(planned(&plan), expected);
    assert_eq!(workspace.writes(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_condition_decides() {
    let workspace = workspace!(needs Actions);
    let if_wanted = [trigger(
        "after_create, after_update",
        RESEND,
        "condition = var.again",
    )];
    let configured = |appids: &[&str]| format!("{VARIABLE}{}", triggering(appids, &if_wanted));
    workspace.configure(&configured(&[A]));
    assert!(planned(&workspace.plan().await).is_empty());
    let run = workspace.apply_json().await.ok();
    assert!(completed(&run, RESEND).is_empty());

    workspace.sandbox.clear_calls();
    workspace.configure(&configured(&[A, B]));
    let arguments = ["apply", "-auto-approve", "-json", "-var=again=true"];
    let run = workspace.run(&arguments).await.ok();
    assert_eq!(completed(&run, RESEND), ["AfterUpdate"]);
    assert_eq!(workspace.named(Endpoint::Share), [B, A]);
}

/// What another resource will say is not known in the plan; the action waits for it.
#[tokio::test(flavor = "multi_thread")]
async fn arguments_may_be_unknown_in_the_plan() {
    let workspace = workspace!(needs Actions);
    let lifecycle = format!(
        "lifecycle {{\n{}{}}}\n",
        trigger("before_create", CONVERT, ""),
        trigger("after_create", RESEND, "")
    );
    let resend = format!(
        "action \"cloudbase_resend_confirmations\" \"test\" {{\n  config {{\n    env = {ENV:?}\n    appids = [terraform_data.appid.output]\n  }}\n}}\n"
    );
    let hcl = [
        format!("resource \"terraform_data\" \"env\" {{\n  input = {ENV:?}\n}}\n"),
        format!("resource \"terraform_data\" \"appid\" {{\n  input = {A:?}\n}}\n"),
        share(ENV, &[A], &lifecycle),
        convert().replace(&format!("{ENV:?}"), "terraform_data.env.output"),
        resend,
    ];
    workspace.configure(&hcl.concat());
    let plan = workspace.plan().await;
    let unknown: Vec<_> = plan["action_invocations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["config_unknown"])
        .collect();
    assert_eq!(unknown[0]["env"], true, "{unknown:?}");
    assert_eq!(unknown[1]["appids"], json!([true]), "{unknown:?}");
    assert_eq!(workspace.writes(), 0);

    let run = workspace.run(&["apply", "-json", "plan"]).await.ok();
    assert_eq!(workspace.sandbox.converted(), [ENV]);
    let said = progress(&run, RESEND);
    assert!(said.len() == 1 && said[0].contains(A), "{said:?}");
    assert_eq!(workspace.sandbox.requests_sent(ENV, A, None), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_arguments_are_refused_by_validate() {
    let workspace = workspace!(needs Actions);
    let wrong = |from: &str, to: &str| convert().replace(from, to);
    let env = format!("{ENV:?}");
    for (hcl, says) in [
        (wrong(&env, "\"no id\""), "is not an environment id"),
        (wrong("env = ", "token = "), "\"env\" is required"),
        (
            wrong(&env, &format!("{ENV:?}\n    token = \"both\"")),
            "\"both\" is none of `component`, `authorizer`",
        ),
    ] {
        workspace.configure(&hcl);
        workspace
            .run(&["validate", "-no-color"])
            .await
            .fails_with(&[says]);
    }
    assert!(workspace.sandbox.calls().is_empty());
}
