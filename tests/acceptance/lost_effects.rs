//! Shares that take effect although their answer does not say so: looked up before they are sent again, and before they
//! are given up.

use cloudbase::sandbox::{Confirm, Effect, Endpoint, Fault, Options};

use crate::support::{A, B, C, ENV, Workspace, provider, share};
use crate::workspace;

/// Answers that do not say that nothing was done.
fn answers() -> Vec<(&'static str, Effect)> {
    let http = |status| Effect::Http {
        status,
        body: String::new(),
    };
    let code = |code| Effect::Errcode {
        code,
        message: "no".to_owned(),
    };
    vec![
        ("-1", Effect::Busy),
        ("-1000", Effect::SystemError),
        ("45011", Effect::MinuteCap),
        ("-501001", code(-501_001)),
        ("-501002", code(-501_002)),
        ("HTTP 429", http(429)),
        ("HTTP 502", http(502)),
        ("reset", Effect::Reset),
        ("cut off", Effect::TruncatedJson),
    ]
}

fn auto() -> Options {
    Options {
        confirm: Some(Confirm::Auto),
        ..Options::default()
    }
}

fn configuration(max_retries: u32, appids: &[&str]) -> String {
    format!(
        "{}{}",
        provider(&format!("max_retries = {max_retries}")),
        share(ENV, appids, "")
    )
}

fn spoil(workspace: &Workspace, effect: &Effect) {
    let fault = Fault::new(effect.clone()).on(Endpoint::Share).after_work();
    workspace.sandbox.inject(fault);
}

async fn assert_bound(workspace: &Workspace, name: &str, appids: &[&str]) {
    let state = workspace.share().await;
    assert_eq!(
        state["shares"].as_object().unwrap().len(),
        appids.len(),
        "{name}: {state}"
    );
    for &appid in appids {
        assert_eq!(state["shares"][appid]["status"], "bound", "{name}: {state}");
        let asked = workspace.sandbox.requests_sent(ENV, appid, None);
        assert_eq!(asked, 1, "{name}: {appid}");
    }
    assert_eq!(workspace.sandbox.bound().len(), appids.len(), "{name}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_that_took_effect_is_found_and_not_sent_again() {
    for max_retries in [0, 1] {
        for (name, effect) in answers() {
            let workspace = workspace!(auto());
            workspace.configure(&configuration(max_retries, &[A, B]));
            spoil(&workspace, &effect);
            workspace.apply().await;
            assert_eq!(workspace.calls(Endpoint::Share).len(), 1, "{name}");
            assert_bound(&workspace, name, &[A, B]).await;
            workspace.assert_plan_is_empty().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_that_is_added_is_found_too() {
    let workspace = workspace!(auto());
    workspace.configure(&configuration(0, &[A]));
    workspace.apply().await;
    workspace.sandbox.clear_calls();
    workspace.configure(&configuration(0, &[A, B, C]));
    spoil(&workspace, &Effect::MinuteCap);
    workspace.apply().await;
    assert_eq!(workspace.named(Endpoint::Share), [B, C]);
    assert_bound(&workspace, "45011", &[A, B, C]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_not_found_is_sent_again_and_has_the_latest_url() {
    let workspace = workspace!();
    workspace.configure(&configuration(1, &[A]));
    spoil(&workspace, &Effect::Busy);
    workspace.apply().await;
    // What is pending is in no query; nobody was given the first URL.
    assert_eq!(workspace.sandbox.requests_sent(ENV, A, None), 2);
    let state = workspace.share().await;
    assert_eq!(state["shares"][A]["status"], "pending");
    let pending = workspace.sandbox.pending();
    assert_eq!(
        state["shares"][A]["confirm_url"].as_str(),
        pending[0].url.as_deref()
    );
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_given_up_says_that_its_effect_is_open_and_is_adopted_later() {
    let workspace = workspace!();
    workspace.configure(&configuration(0, &[A]));
    spoil(&workspace, &Effect::Busy);
    let run = workspace.try_apply().await;
    run.fails_with(&[ENV, A, "errcode -1", "It is unknown whether it took effect"]);
    assert!(workspace.share().await.is_null());
    let calls: Vec<_> = workspace.sandbox.calls();
    assert_eq!(calls.last().unwrap().endpoint, Endpoint::Query, "looked up");

    workspace.sandbox.approve_all();
    workspace.apply().await;
    assert_bound(&workspace, "later", &[A]).await;
}

/// Nobody knows whether B was asked. It stays in state, is asked for again, or withdrawn with the rest.
#[tokio::test(flavor = "multi_thread")]
async fn one_that_may_have_been_asked_is_not_left_behind() {
    for destroyed in [true, false] {
        let workspace = workspace!();
        let arguments = "batch_size = 1\nmax_retries = 0";
        workspace.configure(&format!(
            "{}{}",
            provider(arguments),
            share(ENV, &[A, B], "")
        ));
        let fault = Fault::new(Effect::Reset).on(Endpoint::Share).after_work();
        workspace.sandbox.inject(fault.naming_appid(B));
        let said = workspace.apply().await.flat();
        assert!(
            said.contains(B) && said.contains("unknown whether"),
            "{said}"
        );
        let state = workspace.share().await;
        assert_eq!(state["shares"][B]["status"], "pending");
        assert!(state["shares"][B]["error"].is_string());

        if destroyed {
            workspace.destroy().await.ok();
            assert!(workspace.sandbox.pending().is_empty());
            continue;
        }
        workspace.sandbox.clear_calls();
        workspace.apply().await;
        assert_eq!(workspace.named(Endpoint::Share), [B]);
        assert!(workspace.share().await["shares"][B]["confirm_url"].is_string());
        workspace.assert_plan_is_empty().await;
    }
}

/// The query refuses one that has no share. That is no reason to give it up.
#[tokio::test(flavor = "multi_thread")]
async fn one_that_the_query_refuses_is_sent_again_all_the_same() {
    let workspace = workspace!();
    workspace
        .sandbox
        .refuse_appid(Endpoint::Query, B, "not authorised");
    workspace.configure(&share(ENV, &[A, B], ""));
    workspace
        .sandbox
        .inject(Fault::new(Effect::Busy).on(Endpoint::Share));
    workspace.apply().await;
    let state = workspace.share().await;
    for appid in [A, B] {
        assert_eq!(state["shares"][appid]["status"], "pending");
        assert!(state["shares"][appid]["confirm_url"].is_string());
    }
}
