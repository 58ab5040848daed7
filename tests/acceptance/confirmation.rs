//! Waiting for administrators: `cloudbase_env_share_confirmation`.

use std::time::Duration;

use cloudbase::sandbox::{Effect, Endpoint, Fault};

use crate::support::{A, B, C, ENV, OTHER_ENV, Workspace, actions, provider, share};
use crate::workspace;

const CONFIRMATION: &str = "cloudbase_env_share_confirmation.test";

/// A share to A and B, and the wait for both.
fn both(timeout: &str) -> String {
    format!(
        "{}resource \"cloudbase_env_share_confirmation\" \"test\" {{\n  env = cloudbase_env_share.test.env\n  appids = cloudbase_env_share.test.appids\n  timeouts = {{\n    create = {timeout:?}\n  }}\n}}\n",
        share(ENV, &[A, B], "")
    )
}

/// Waits until both shares were asked for.
async fn asked(workspace: &Workspace) {
    while workspace.sandbox.pending().len() < 2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_created_once_all_have_approved() {
    let workspace = workspace!();
    workspace.configure(&both("5m"));
    let approve = async {
        asked(&workspace).await;
        let before = workspace.calls(Endpoint::Query).len();
        workspace.sandbox.approve(ENV, A);
        // It has looked at least once with one of two approved, and goes on.
        workspace
            .sandbox
            .wait_for_calls(Endpoint::Query, before + 2)
            .await;
        // What passes does not end the wait.
        workspace
            .sandbox
            .inject(Fault::new(Effect::Busy).on(Endpoint::Query));
        workspace.sandbox.approve(ENV, B);
    };
    let (run, ()) = tokio::join!(workspace.try_apply(), approve);
    run.ok();
    let values = workspace.resource(CONFIRMATION).await["values"].take();
    assert_eq!(values["env"], ENV);
    assert_eq!(values["appids"].as_array().unwrap().len(), 2);
    for appid in [A, B] {
        assert_eq!(workspace.sandbox.requests_sent(ENV, appid, None), 1);
    }
    let last = workspace.calls(Endpoint::Query).pop().unwrap();
    assert_eq!(last.appids, [B], "what is bound is not asked about again");
    workspace.apply().await;
    assert_eq!(workspace.writes(), 1, "one share, and nothing since");
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_time_out_the_missing_ones_are_listed_and_nothing_else_is_repeated() {
    let workspace = workspace!();
    workspace.configure(&both("2s"));
    let approve = async {
        asked(&workspace).await;
        let url = |appid| {
            let pending = workspace.sandbox.pending();
            let found = pending.into_iter().find(|one| one.appid == appid);
            found.and_then(|one| one.url).unwrap()
        };
        let urls = (url(A), url(B));
        workspace.sandbox.approve(ENV, A);
        urls
    };
    let (run, (url_of_a, url_of_b)) = tokio::join!(workspace.try_apply(), approve);
    let said = run.flat();
    run.fails_with(&[
        &format!("environment {ENV}: not confirmed in time"),
        "1 of 2 mini programs",
        B,
        &url_of_b,
        "this only resumes the wait",
    ]);
    assert!(!said.contains(&url_of_a), "{said}");
    let share = workspace.resource("cloudbase_env_share.test").await;
    assert!(share["tainted"].is_null(), "{share}");
    assert!(workspace.resource(CONFIRMATION).await.is_null());

    workspace.sandbox.clear_calls();
    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, CONFIRMATION), ["create"]);
    assert_eq!(actions(&plan, "cloudbase_env_share.test"), ["no-op"]);
    // In another process the URL is the one that the state has.
    let run = workspace.try_apply().await;
    run.fails_with(&["not confirmed in time", B]);
    workspace.sandbox.approve(ENV, B);
    workspace.apply().await;
    assert_eq!(workspace.writes(), 0);
    assert!(!workspace.resource(CONFIRMATION).await.is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_of_zero_looks_once() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A, B], ""));
    workspace.apply().await;
    workspace.configure(&both("0s"));
    workspace.sandbox.clear_calls();
    workspace
        .run(&["apply", "-auto-approve", "-no-color", "-refresh=false"])
        .await
        .fails_with(&["not confirmed in time", A, B]);
    assert_eq!(workspace.calls(Endpoint::Query).len(), 1);
    workspace.sandbox.approve_all();
    workspace.apply().await;
    assert!(!workspace.resource(CONFIRMATION).await.is_null());
}

/// The share was stored before the wait, and nothing of it is stored after.
#[tokio::test(flavor = "multi_thread")]
async fn shares_are_pending_in_state_until_the_next_refresh() {
    let workspace = workspace!();
    workspace.configure(&both("5m"));
    let approve = async {
        asked(&workspace).await;
        workspace.sandbox.approve_all();
    };
    let (run, ()) = tokio::join!(workspace.try_apply(), approve);
    run.ok();
    assert_eq!(workspace.share().await["shares"][A]["status"], "pending");
    workspace
        .run(&["apply", "-refresh-only", "-auto-approve", "-no-color"])
        .await
        .ok();
    assert_eq!(workspace.share().await["shares"][A]["status"], "bound");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_waits_again_when_a_share_has_ended_and_destroying_it_only_forgets() {
    let workspace = workspace!();
    workspace.sandbox.bind(ENV, A, None);
    workspace.sandbox.bind(ENV, B, None);
    workspace.configure(&both("5m"));
    workspace.apply().await;
    assert_eq!(workspace.writes(), 0, "both were bound already");

    workspace.sandbox.unbind(ENV, A, None);
    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, CONFIRMATION), ["create"]);
    assert_eq!(actions(&plan, "cloudbase_env_share.test"), ["update"]);
    workspace.sandbox.bind(ENV, A, None);

    workspace.configure(&share(ENV, &[A, B], ""));
    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, CONFIRMATION), ["delete"]);
    workspace.sandbox.clear_calls();
    workspace
        .run(&["apply", "-auto-approve", "-refresh=false"])
        .await
        .ok();
    assert!(workspace.sandbox.calls().is_empty());
    assert!(workspace.resource(CONFIRMATION).await.is_null());
    assert_eq!(workspace.sandbox.bound().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_source_type_is_another_wait() {
    let workspace = workspace!();
    workspace.sandbox.bind(ENV, A, None);
    let confirmation = format!(
        "resource \"cloudbase_env_share_confirmation\" \"test\" {{\n  env = {ENV:?}\n  appids = [{A:?}]\n  source_type = 1\n  timeouts = {{ create = \"1s\" }}\n}}\n"
    );
    workspace.configure(&confirmation);
    let run = workspace.try_apply().await;
    run.fails_with(&["not confirmed in time", A]);
    workspace.sandbox.bind(ENV, A, 1);
    workspace.apply().await;
    assert!(
        workspace
            .sandbox
            .calls()
            .iter()
            .all(|call| call.source_type == Some(1))
    );
}

/// A token file that is being written is no reason to stop waiting.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_cannot_be_had_in_passing_does_not_end_the_wait() {
    let mut workspace = workspace!();
    let (component, authorizer) = (
        workspace.sandbox.component_token(),
        workspace.sandbox.authorizer_token(),
    );
    workspace.unset_tokens();
    workspace.write_tokens(&component, &authorizer);
    let file = format!(
        "token_file = {:?}",
        workspace.token_file().display().to_string()
    );
    workspace.configure(&format!("{}{}", provider(&file), both("5m")));
    let approve = async {
        asked(&workspace).await;
        let looks = workspace.calls(Endpoint::Query).len();
        workspace
            .sandbox
            .wait_for_calls(Endpoint::Query, looks + 2)
            .await;
        // The old token ends while the file is half written.
        std::fs::write(workspace.token_file(), "{\"component_acc").unwrap();
        let new = workspace
            .sandbox
            .rotate_token(cloudbase::sandbox::TokenKind::Component, Duration::ZERO);
        // Time for some looks, none of which has a token.
        tokio::time::sleep(Duration::from_secs(6)).await;
        workspace.write_tokens(&new, &authorizer);
        workspace.sandbox.approve_all();
    };
    let apply = workspace.try_apply();
    tokio::pin!(apply);
    // If it ended before the file is whole, it did not wait.
    tokio::select! {
        run = &mut apply => panic!("it did not wait: {}", run.flat()),
        () = approve => {}
    }
    apply.await.ok();
    assert!(!workspace.resource(CONFIRMATION).await.is_null());
    assert_eq!(workspace.writes(), 1);
}

/// No time at all is one look.
#[tokio::test(flavor = "multi_thread")]
async fn a_timeout_of_nothing_looks_once() {
    let workspace = workspace!();
    workspace.configure(&both("0s"));
    let run = workspace.try_apply().await;
    run.fails_with(&["not confirmed in time", A, B]);
    workspace.sandbox.approve_all();
    workspace.sandbox.clear_calls();
    workspace.apply().await;
    assert!(!workspace.resource(CONFIRMATION).await.is_null());
    assert_eq!(workspace.writes(), 0);
}

/// The last look may take longer than what is left of the wait.
#[tokio::test(flavor = "multi_thread")]
async fn the_last_look_has_time_to_be_answered() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A, B], ""));
    workspace.apply().await;
    workspace.sandbox.approve_all();
    workspace.configure(&both("0s"));
    workspace
        .run(&["plan", "-no-color", "-out=plan"])
        .await
        .ok();
    workspace
        .sandbox
        .set_latency(Some(Endpoint::Query), Duration::from_secs(2));
    workspace.run(&["apply", "-no-color", "plan"]).await.ok();
}

/// What was read before a long wait decides no share after it.
#[tokio::test(flavor = "multi_thread")]
async fn a_share_after_a_long_wait_looks_anew() {
    let workspace = workspace!();
    // C is looked at early, and adopted in another environment.
    workspace.sandbox.bind(OTHER_ENV, C, None);
    workspace.configure(&format!(
        "{}{}{}",
        both("5m"),
        share(OTHER_ENV, &[C], "").replace("\"test\"", "\"early\""),
        share(
            ENV,
            &[C],
            "depends_on = [cloudbase_env_share_confirmation.test]"
        )
        .replace("\"test\"", "\"later\"")
    ));
    let approve = async {
        asked(&workspace).await;
        // C is bound by somebody else while the apply waits, for longer than a read counts.
        workspace.sandbox.bind(ENV, C, None);
        tokio::time::sleep(Duration::from_secs(11)).await;
        workspace.sandbox.approve_all();
    };
    let (run, ()) = tokio::join!(workspace.try_apply(), approve);
    run.ok();
    assert_eq!(workspace.sandbox.requests_sent(ENV, C, None), 0);
    assert_eq!(workspace.named(Endpoint::Share), [B, A]);
}
