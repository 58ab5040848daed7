//! Answers with a row whose appid nobody asked about, as in the documents' own sample: nobody is taken
//! to be in the default because of it.

use cloudbase::sandbox::{Effect, Endpoint, Fault};

use crate::support::{A, B, C, ENV, share};
use crate::workspace;

fn mangled(on: Endpoint, appid: &str) -> Fault {
    Fault::new(Effect::MangledAppid(appid.to_owned()))
        .on(on)
        .always()
}

/// One of three is refused, and the row names it with a character missing.
#[tokio::test(flavor = "multi_thread")]
async fn a_share_that_may_have_been_refused_is_pending_with_a_warning() {
    let workspace = workspace!();
    workspace.sandbox.behave(|now| now.sends_urls = false);
    workspace
        .sandbox
        .refuse_appid(Endpoint::Share, B, "main body not same");
    workspace.sandbox.inject(mangled(Endpoint::Share, B));
    workspace.configure(&share(ENV, &[A, B, C], ""));
    let said = workspace.apply().await.ok().flat();
    assert!(
        said.contains("main body not same"),
        "the row's words: {said}"
    );
    assert!(
        said.contains("the API returned no confirmation URL"),
        "{said}"
    );
    let state = workspace.share().await;
    for appid in [A, B, C] {
        assert_eq!(state["shares"][appid]["status"], "pending", "{appid}");
    }
    assert_eq!(
        workspace.calls(Endpoint::Share).len(),
        1,
        "nobody is asked twice"
    );
}

/// It is the only one without a row of its own: the row is its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_share_whose_row_can_only_be_its_own_has_failed() {
    let workspace = workspace!();
    workspace
        .sandbox
        .refuse_appid(Endpoint::Share, B, "main body not same");
    workspace.sandbox.inject(mangled(Endpoint::Share, B));
    workspace.configure(&share(ENV, &[A, B], ""));
    workspace.apply().await;
    let state = workspace.share().await;
    assert_eq!(state["shares"][A]["status"], "pending");
    assert!(state["shares"][A]["confirm_url"].is_string());
    assert_eq!(state["shares"][B]["status"], "failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unshare_that_may_have_been_refused_is_looked_up() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A, B, C], ""));
    workspace.apply().await;
    workspace.sandbox.approve_all();
    workspace.apply().await;
    workspace
        .sandbox
        .refuse_appid(Endpoint::Unshare, B, "not now");
    workspace.sandbox.inject(mangled(Endpoint::Unshare, B));
    let run = workspace.destroy().await;
    run.fails_with(&["not now", B]);
    // The one that is still there stays in state, and no other.
    let state = workspace.share().await;
    assert_eq!(state["appids"], serde_json::json!([B]));
    assert_eq!(workspace.sandbox.bound().len(), 1);

    workspace.sandbox.clear_faults();
    workspace.sandbox.allow_appid(Endpoint::Unshare, B);
    workspace.destroy().await.ok();
    assert!(workspace.sandbox.bound().is_empty());
}

/// The query's row about a bound mini program is mangled: it is not dropped and shared again.
#[tokio::test(flavor = "multi_thread")]
async fn a_bound_share_whose_row_is_mangled_is_not_shared_again() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A, B, C], ""));
    workspace.apply().await;
    workspace.sandbox.approve_all();
    workspace.apply().await;
    workspace.sandbox.clear_calls();
    workspace.sandbox.inject(mangled(Endpoint::Query, B));
    workspace.assert_plan_is_empty().await;
    workspace.apply().await;
    assert_eq!(workspace.writes(), 0);
    assert_eq!(workspace.share().await["shares"][B]["status"], "bound");
}
