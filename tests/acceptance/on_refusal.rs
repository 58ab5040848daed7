//! `on_refusal`: whether an update fails because of a mini program that is refused.

use cloudbase::sandbox::{Effect, Endpoint, Fault};

use crate::support::{A, B, C, ENV, actions, share};
use crate::workspace;

const WARN: &str = "on_refusal = \"warn\"";

#[tokio::test(flavor = "multi_thread")]
async fn an_update_warns_and_the_pair_stays_failed_and_planned() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A], ""));
    workspace.apply().await;
    workspace
        .sandbox
        .refuse_appid(Endpoint::Share, B, "not today");
    workspace.sandbox.clear_calls();
    workspace.configure(&share(ENV, &[A, B, C], WARN));
    let run = workspace.apply_json().await.ok();
    assert!(run.errors().is_empty());
    let warnings = run.diagnostics();
    let refused = format!("could not share environment {ENV} with mini program {B}: not today");
    let refused = warnings.iter().find(|one| one.summary == refused);
    let refused = refused.unwrap_or_else(|| panic!("{warnings:?}"));
    assert!(
        refused
            .detail
            .ends_with("The next apply tries again, in place.")
    );
    assert_eq!(workspace.named(Endpoint::Share), [B, C]);
    let state = workspace.share().await;
    assert_eq!(state["shares"][B]["status"], "failed");
    assert_eq!(state["shares"][C]["status"], "pending");
    assert!(
        state["shares"][B]["error"]
            .as_str()
            .unwrap()
            .contains("not today")
    );

    // The plan is never empty, and tries that one alone.
    for _ in 0..2 {
        let run = workspace
            .run(&["plan", "-no-color", "-detailed-exitcode"])
            .await;
        assert_eq!(run.code, 2, "{}", run.stdout);
        workspace.sandbox.clear_calls();
        workspace.apply().await;
        assert_eq!(workspace.named(Endpoint::Share), [B]);
        assert_eq!(workspace.share().await["shares"][B]["status"], "failed");
    }
    workspace.sandbox.allow_appid(Endpoint::Share, B);
    workspace.apply().await;
    assert_eq!(workspace.share().await["shares"][B]["status"], "pending");
    workspace.assert_plan_is_empty().await;
    assert_eq!(workspace.sandbox.requests_sent(ENV, A, None), 1);
    assert_eq!(workspace.sandbox.requests_sent(ENV, C, None), 1);
}

/// Left out, or `error`, it is as it was before there was such an argument.
#[tokio::test(flavor = "multi_thread")]
async fn without_it_an_update_fails() {
    for more in ["", "on_refusal = \"error\""] {
        let workspace = workspace!();
        workspace.configure(&share(ENV, &[A], more));
        workspace.apply().await;
        workspace
            .sandbox
            .refuse_appid(Endpoint::Share, B, "not today");
        workspace.configure(&share(ENV, &[A, B], more));
        workspace.try_apply().await.fails_with(&[B, "not today"]);
        assert!(workspace.share().await["shares"][B].is_null());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn to_change_it_alone_sends_nothing() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A, B], ""));
    workspace.apply().await;
    let before = workspace.share().await["shares"].clone();
    workspace.sandbox.clear_calls();
    for more in [WARN, "on_refusal = \"error\"", ""] {
        workspace.configure(&share(ENV, &[A, B], more));
        let plan = workspace.plan().await;
        assert_eq!(actions(&plan, "cloudbase_env_share.test"), ["update"]);
        workspace.apply().await;
        workspace.assert_plan_is_empty().await;
    }
    assert_eq!(workspace.writes(), 0);
    assert_eq!(workspace.share().await["shares"], before);
}

/// It is about what the API says of single mini programs, not about calls that fail.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_fails_is_an_error_all_the_same() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A], WARN));
    workspace.apply().await;
    workspace.sandbox.inject(
        Fault::new(Effect::PermissionNotGranted)
            .on(Endpoint::Share)
            .always(),
    );
    workspace.configure(&share(ENV, &[A, B], WARN));
    workspace.try_apply().await.fails_with(&[B, "61007"]);
    assert!(workspace.share().await["shares"][B].is_null());
}

/// To be asked again is refused: the request before may be open still.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_re_send_warns_and_stays_pending() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A], WARN));
    workspace.apply().await;
    workspace
        .sandbox
        .refuse_appid(Endpoint::Share, A, "not now");
    let trigger = format!("{WARN}\n  confirmation_trigger = \"again\"");
    workspace.configure(&share(ENV, &[A], &trigger));
    workspace.apply().await;
    let state = workspace.share().await;
    assert_eq!(state["shares"][A]["status"], "pending");
    assert!(
        state["shares"][A]["error"]
            .as_str()
            .unwrap()
            .contains("not now")
    );
    let run = workspace
        .run(&["plan", "-no-color", "-detailed-exitcode"])
        .await;
    assert_eq!(run.code, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_create_does_not_ask_for_it() {
    let workspace = workspace!();
    workspace
        .sandbox
        .refuse_appid(Endpoint::Share, B, "not today");
    workspace.configure(&share(ENV, &[A, B], "on_refusal = \"error\""));
    workspace.apply().await;
    assert_eq!(workspace.share().await["shares"][B]["status"], "failed");
    workspace.configure(&share(ENV, &[A, B], "on_refusal = \"perhaps\""));
    let run = workspace.run(&["validate", "-no-color"]).await;
    run.fails_with(&["invalid `on_refusal`", "`error`, `warn`"]);
}
