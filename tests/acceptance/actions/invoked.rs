//! Actions that somebody invokes: `apply -invoke`, `plan -invoke`.

use cloudbase::sandbox::{Endpoint, TokenSeen};
use serde_json::json;

use super::{CONVERT, RESEND, completed, convert, example, invoke, pending_url, progress, resend};
use crate::support::{A, B, C, ENV, share};
use crate::workspace;

#[tokio::test(flavor = "multi_thread")]
async fn administrators_that_have_not_confirmed_are_asked_again() {
    let workspace = workspace!(needs Actions);
    workspace.configure(&(share(ENV, &[A, B, C], "") + &resend()));
    workspace.apply().await;
    workspace.sandbox.approve(ENV, A);
    workspace.apply().await;
    let before = workspace.share().await;
    workspace.sandbox.clear_calls();

    let run = invoke(&workspace, RESEND).await.ok();
    let said = progress(&run, RESEND);
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said.contains(&format!("{A}: is bound, nobody is asked")));
    for appid in [B, C] {
        let url = pending_url(&workspace, appid);
        let line = format!(
            "{appid}: asked to confirm environment {ENV}; when the request before was sent is not known: {url}"
        );
        assert!(said.contains(&line), "{said:?}");
        assert_ne!(before["shares"][appid]["confirm_url"], url, "a fresh one");
        assert_eq!(workspace.sandbox.requests_sent(ENV, appid, None), 2);
    }
    assert_eq!(workspace.sandbox.requests_sent(ENV, A, None), 1);
    assert_eq!(completed(&run, RESEND), ["by hand"]);
    let changes = &run.lines("change_summary").pop().unwrap()["changes"];
    assert_eq!(changes["action_invocation"], 1, "{changes}");
    let shares = workspace.calls(Endpoint::Share);
    assert_eq!(shares.len(), 1);
    assert_eq!(shares[0].appids, [B, C]);
    // No resource is touched, and state keeps what it had.
    assert_eq!(workspace.writes(), 1);
    assert_eq!(workspace.share().await, before);
    workspace.assert_plan_is_empty().await;
}

/// From the state, as the page shows it: nulls are passed over, and so is what is about others.
#[tokio::test(flavor = "multi_thread")]
async fn how_old_the_requests_before_were_is_said_where_it_is_told() {
    let workspace = workspace!(needs Actions);
    let times = "requested_at = { for appid, share in cloudbase_env_share.test.shares : appid => share.requested_at }";
    let with = |times: &str| resend().replace("config {", &format!("config {{\n    {times}"));
    workspace.configure(&(share(ENV, &[A, B, C], "") + &with(times)));
    workspace.apply().await;
    workspace.sandbox.approve(ENV, A);
    workspace.apply().await;
    workspace.sandbox.clear_calls();
    let run = invoke(&workspace, RESEND).await.ok();
    let said = progress(&run, RESEND);
    let recently = "the request before was sent less than a minute ago (2";
    let lines = said.iter().filter(|line| line.contains(recently));
    assert_eq!(lines.count(), 2, "{said:?}");
    assert!(said.contains(&format!("{A}: is bound, nobody is asked")));
    assert_eq!(workspace.named(Endpoint::Share), [B, C]);

    let old =
        format!("requested_at = {{ {B} = \"2020-01-02T03:04:05Z\", {C} = null, nobody = null }}");
    workspace.configure(&(share(ENV, &[A, B, C], "") + &with(&old)));
    let run = invoke(&workspace, RESEND).await.ok();
    let said = progress(&run, RESEND);
    let of = |appid: &str| said.iter().find(|line| line.starts_with(appid)).unwrap();
    assert!(
        of(B).contains("days ago (2020-01-02T03:04:05Z)"),
        "{said:?}"
    );
    assert!(of(C).contains("is not known"), "{said:?}");

    workspace.sandbox.clear_calls();
    let wrong = with("requested_at = { x = \"yesterday\" }");
    workspace.configure(&(share(ENV, &[A, B, C], "") + &wrong));
    let run = invoke(&workspace, RESEND).await;
    run.fails_with(&["invalid time", "RFC 3339"]);
    assert_eq!(workspace.writes(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_is_converted_with_the_token_that_is_named() {
    let workspace = workspace!(needs Actions);
    let authorizer = convert().replace("config {", "config {\n    token = \"authorizer\"");
    for (hcl, token) in [
        (convert(), TokenSeen::Component),
        (authorizer, TokenSeen::Authorizer),
    ] {
        workspace.configure(&hcl);
        workspace.sandbox.clear_calls();
        let run = invoke(&workspace, CONVERT).await.ok();
        let said = progress(&run, CONVERT);
        assert_eq!(
            said,
            [
                format!("Converting environment {ENV}"),
                format!("Environment {ENV} is a mini program environment")
            ]
        );
        let calls = workspace.sandbox.calls();
        assert_eq!(calls.len(), 1, "{calls:?}");
        assert_eq!(
            (calls[0].endpoint, calls[0].token),
            (Endpoint::Convert, token)
        );
    }
    assert_eq!(workspace.sandbox.converted(), [ENV]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_of_an_invocation_calls_nothing_until_it_is_applied() {
    let workspace = workspace!(needs Actions);
    workspace.configure(&(convert() + &share(ENV, &[A], "") + &resend()));
    let invoke = format!("-invoke={CONVERT}");
    workspace
        .run(&["plan", "-no-color", "-out=plan", &invoke])
        .await
        .ok();
    let shown = workspace.run(&["show", "-json", "plan"]).await.ok();
    let plan: serde_json::Value = serde_json::from_str(&shown.stdout).unwrap();
    let invocations = plan["action_invocations"].as_array().unwrap();
    assert_eq!(invocations.len(), 1, "{plan}");
    assert_eq!(invocations[0]["address"], CONVERT);
    assert_eq!(
        invocations[0]["config_values"],
        json!({ "env": ENV, "token": null })
    );
    assert!(plan["resource_changes"].is_null(), "nothing but the action");
    assert!(workspace.sandbox.calls().is_empty());

    let run = workspace.run(&["apply", "-json", "plan"]).await.ok();
    assert_eq!(completed(&run, CONVERT), ["by hand"]);
    assert_eq!(workspace.sandbox.calls().len(), 1);
    assert!(workspace.share().await.is_null());
}

/// What such an action needs of a resource is not there before the resource is.
#[tokio::test(flavor = "multi_thread")]
async fn an_action_about_what_is_not_there_yet_asks_nobody() {
    let workspace = workspace!(needs Actions);
    workspace.configure(&(share(ENV, &[A], "") + &resend()));
    let run = invoke(&workspace, RESEND).await;
    assert_ne!(run.code, 0, "{}", run.flat());
    assert_eq!(workspace.writes(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_run() {
    const PROD: &str = "tea-house-7gfwxe92efb3aa38";
    let workspace = workspace!(needs Actions);
    workspace.configure(&example("cloudbase_convert_env"));
    let address = "action.cloudbase_convert_env.tea_house";
    let run = invoke(&workspace, address).await.ok();
    assert_eq!(completed(&run, address), ["by hand"]);
    assert_eq!(workspace.sandbox.converted(), [PROD]);

    workspace.configure(&example("cloudbase_resend_confirmations"));
    workspace.apply().await;
    workspace.sandbox.approve(PROD, A);
    workspace.sandbox.clear_calls();
    let address = "action.cloudbase_resend_confirmations.tea_house";
    let run = invoke(&workspace, address).await.ok();
    assert_eq!(progress(&run, address).len(), 2);
    assert_eq!(workspace.named(Endpoint::Share), [B]);
}
