//! `confirmation_triggers`: single mini programs are asked again, and no others.

use cloudbase::sandbox::Endpoint;
use serde_json::json;

use crate::support::{A, B, C, ENV, Workspace, actions, share};
use crate::workspace;

const ADDRESS: &str = "cloudbase_env_share.test";
/// A text that is not known before the apply.
const UNKNOWN: &str = "resource \"terraform_data\" \"text\" {\n  input = \"again\"\n}\n";

fn triggers(texts: &[(&str, &str)], more: &str) -> String {
    let lines = texts
        .iter()
        .map(|(appid, text)| format!("    {appid} = {text}\n"));
    let lines: String = lines.collect();
    share(
        ENV,
        &[A, B, C],
        &format!("confirmation_triggers = {{\n{lines}  }}\n  {more}"),
    )
}

/// A is bound, B and C are pending.
async fn start(workspace: &Workspace) {
    workspace.sandbox.bind(ENV, A, None);
    workspace.configure(&share(ENV, &[A, B, C], ""));
    workspace.apply().await;
    workspace.sandbox.clear_calls();
}

/// What a plan says, and what an apply of it asks.
async fn asks(workspace: &Workspace, hcl: &str) -> (String, Vec<String>) {
    workspace.configure(hcl);
    let said = workspace.run(&["plan", "-no-color"]).await.ok().flat();
    workspace.sandbox.clear_calls();
    workspace.apply().await;
    assert!(workspace.calls(Endpoint::Unshare).is_empty());
    (said, workspace.named(Endpoint::Share))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_added_or_changed_text_asks_that_one_again_and_a_removed_one_nobody() {
    let workspace = workspace!();
    start(&workspace).await;
    let before = workspace.share().await;
    let (said, asked) = asks(&workspace, &triggers(&[(B, "\"1\"")], "")).await;
    let one = format!("1 administrator will be asked to confirm: {B}.");
    assert!(said.contains(&one), "{said}");
    assert_eq!(asked, [B]);
    let state = workspace.share().await;
    assert_eq!(state["confirmation_triggers"], json!({ B: "1" }));
    assert_eq!(state["shares"][C], before["shares"][C]);
    assert_ne!(state["shares"][B], before["shares"][B]);
    workspace.assert_plan_is_empty().await;

    let (_, asked) = asks(&workspace, &triggers(&[(B, "\"2\"")], "")).await;
    assert_eq!(asked, [B]);
    let (said, asked) = asks(&workspace, &triggers(&[(B, "\"2\""), (C, "\"\"")], "")).await;
    assert!(said.contains(C), "an empty text is one: {said}");
    assert_eq!(asked, [C]);
    for hcl in [triggers(&[], ""), share(ENV, &[A, B, C], "")] {
        let (said, asked) = asks(&workspace, &hcl).await;
        assert!(!said.contains("will be asked"), "{said}");
        assert!(asked.is_empty(), "{asked:?}");
    }
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bound_ones_send_nothing_and_one_that_both_name_is_asked_once() {
    let workspace = workspace!();
    start(&workspace).await;
    let (said, asked) = asks(&workspace, &triggers(&[(A, "\"1\"")], "")).await;
    assert!(!said.contains("will be asked"), "{said}");
    assert!(asked.is_empty(), "{asked:?}");
    let both = triggers(
        &[(A, "\"2\""), (B, "\"1\"")],
        "confirmation_trigger = \"x\"",
    );
    let (said, asked) = asks(&workspace, &both).await;
    let two = "2 administrators will be asked to confirm";
    assert!(said.contains(two), "{said}");
    assert_eq!(asked, [B, C]);
    assert_eq!(workspace.sandbox.requests_sent(ENV, B, None), 2);
    assert_eq!(workspace.sandbox.requests_sent(ENV, A, None), 0);
    workspace.assert_plan_is_empty().await;
}

/// One that was refused is sent by each update, and once, whatever names it.
#[tokio::test(flavor = "multi_thread")]
async fn a_re_send_that_is_refused_is_tried_again_without_the_others() {
    let workspace = workspace!();
    start(&workspace).await;
    workspace
        .sandbox
        .refuse_appid(Endpoint::Share, B, "not now");
    workspace.configure(&triggers(&[(B, "\"1\""), (C, "\"1\"")], ""));
    workspace.try_apply().await.fails_with(&[B, "not now"]);
    workspace.sandbox.allow_appid(Endpoint::Share, B);
    workspace.sandbox.clear_calls();
    workspace.apply().await;
    assert_eq!(workspace.named(Endpoint::Share), [B]);
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appid_that_is_not_listed_is_an_error_wherever_it_shows() {
    const STRANGE: &str = "wxbbbbbbbbbbbbbbb2";
    let workspace = workspace!();
    start(&workspace).await;
    let error = format!("`confirmation_triggers` names \"{STRANGE}\", which is not in `appids`");
    workspace.configure(&triggers(&[(STRANGE, "\"1\""), (B, "\"1\"")], ""));
    let run = workspace.run(&["validate", "-no-color"]).await;
    run.fails_with(&[&error, "main.tf line"]);
    workspace.configure(&triggers(&[("nonsense", "\"1\"")], ""));
    let run = workspace.run(&["validate", "-no-color"]).await;
    let said = run.fails_with(&["names \"nonsense\", which is not in `appids`"]);
    assert!(!said.flat().contains("mistake in the provider"));

    // Known in the plan.
    let hcl = |appid: &str| {
        format!(
            "variable \"appid\" {{\n  default = {appid:?}\n}}\n{}",
            triggers(&[("(var.appid)", "\"1\"")], "")
        )
    };
    workspace.configure(&hcl(STRANGE));
    workspace.run(&["validate", "-no-color"]).await.ok();
    let run = workspace.run(&["plan", "-no-color"]).await;
    run.fails_with(&[&error]);

    // Known in the apply.
    let late = |appid: &str| {
        let map = "confirmation_triggers = { (terraform_data.late.output) = \"1\" }";
        format!(
            "resource \"terraform_data\" \"late\" {{\n  input = {appid:?}\n}}\n{}",
            share(ENV, &[A, B, C], map)
        )
    };
    workspace.configure(&late(STRANGE));
    workspace.run(&["plan", "-no-color"]).await.ok();
    workspace.try_apply().await.fails_with(&[&error]);
    assert_eq!(workspace.writes(), 0);
    assert!(workspace.share().await["confirmation_triggers"].is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_known_yet_counts_as_asked_until_it_turns_out() {
    let workspace = workspace!();
    start(&workspace).await;
    // One value: that one may be asked.
    let value = format!(
        "{UNKNOWN}{}",
        triggers(&[(B, "terraform_data.text.output")], "")
    );
    workspace.configure(&value);
    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, ADDRESS), ["update"]);
    let mut changes = plan["resource_changes"].as_array().unwrap().iter();
    let change = changes.find(|one| one["address"] == ADDRESS).unwrap();
    let unknown = &change["change"]["after_unknown"];
    assert_eq!(unknown["shares"][B], true, "{unknown}");
    assert_ne!(unknown["shares"][C], true, "{unknown}");
    let (said, asked) = asks(&workspace, &value).await;
    let one = format!("1 administrator will be asked to confirm: {B}.");
    assert!(said.contains(&one), "{said}");
    assert_eq!(asked, [B]);

    // The map as a whole: everybody who is pending.
    let map = "confirmation_triggers = terraform_data.map.output";
    let map = share(ENV, &[A, B, C], map);
    let whole = format!(
        "{UNKNOWN}resource \"terraform_data\" \"map\" {{\n  input = {{ {B} = \"again\" }}\n}}\n{map}"
    );
    let (said, asked) = asks(&workspace, &whole).await;
    let two = "2 administrators will be asked to confirm";
    assert!(said.contains(two), "{said}");
    assert!(asked.is_empty(), "it turns out as it was: {asked:?}");
}
