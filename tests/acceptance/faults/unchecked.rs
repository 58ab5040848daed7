//! Two things go wrong at once: an answer is lost, and whether it took effect cannot be looked up.

use cloudbase::sandbox::{Effect, Endpoint, Fault};

use super::cell::configuration;
use crate::support::{A, B, ENV};
use crate::workspace;

#[tokio::test(flavor = "multi_thread")]
async fn a_share_that_cannot_be_looked_up_is_not_sent_again() {
    let workspace = workspace!();
    workspace.configure(&configuration(&[A, B]));
    workspace.run(&["plan", "-out=plan"]).await.ok();
    workspace.sandbox.clear_calls();
    workspace
        .sandbox
        .inject(Fault::new(Effect::Reset).on(Endpoint::Share).after_work());
    // The first query is the one before the share.
    workspace
        .sandbox
        .inject(Fault::new(Effect::Busy).on(Endpoint::Query).at_calls(2..20));
    let run = workspace.run(&["apply", "-no-color", "plan"]).await;
    run.fails_with(&[
        ENV,
        A,
        "whether it took effect could not be checked",
        "Try again",
    ]);
    assert_eq!(workspace.calls(Endpoint::Share).len(), 1);
    assert!(workspace.share().await.is_null());

    // The administrators confirm what they were asked, and nobody is asked again.
    workspace.sandbox.clear_faults();
    workspace.sandbox.approve_all();
    workspace.apply().await;
    for appid in [A, B] {
        assert_eq!(workspace.sandbox.requests_sent(ENV, appid, None), 1);
        assert_eq!(workspace.share().await["shares"][appid]["status"], "bound");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unshare_that_cannot_be_looked_up_stays_in_state() {
    let workspace = workspace!();
    workspace.sandbox.bind(ENV, A, None);
    workspace.sandbox.bind(ENV, B, None);
    workspace.configure(&configuration(&[A, B]));
    workspace.apply().await;
    workspace
        .sandbox
        .inject(Fault::new(Effect::Reset).on(Endpoint::Unshare).after_work());
    workspace
        .sandbox
        .inject(Fault::new(Effect::DailyCap).on(Endpoint::Query).always());
    let run = workspace
        .run(&["destroy", "-auto-approve", "-no-color", "-refresh=false"])
        .await;
    run.fails_with(&[ENV, A, B, "could not be checked"]);
    assert_eq!(
        workspace.share().await["appids"].as_array().unwrap().len(),
        2
    );

    workspace.sandbox.clear_faults();
    workspace.sandbox.clear_calls();
    workspace.destroy().await.ok();
    assert!(workspace.share().await.is_null());
    assert_eq!(
        workspace.writes(),
        0,
        "the refresh has seen that it is done"
    );
}
