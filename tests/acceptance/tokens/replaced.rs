//! A token that dies in the middle of an apply.

use std::time::Duration;

use cloudbase::sandbox::{Endpoint, TokenKind};

use crate::support::{ENV, many_appids, provider, share};
use crate::workspace;

/// 80 mini programs in batches of 5: 32 calls, of which the old token does the first twelve.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_file_that_is_rewritten_is_read_again_in_mid_apply() {
    let mut workspace = workspace!();
    workspace.unset_tokens();
    let old = workspace.sandbox.component_token();
    workspace.write_tokens(&old, "");
    let appids = many_appids(1, 80);
    let names: Vec<&str> = appids.iter().map(String::as_str).collect();
    let file = workspace.token_file();
    let arguments = format!("token_file = {file:?}\nbatch_size = 5");
    workspace.configure(&format!(
        "{}{}",
        provider(&arguments),
        share(ENV, &names, "")
    ));
    workspace.run(&["plan", "-out=plan"]).await.ok();

    workspace.sandbox.clear_calls();
    workspace
        .sandbox
        .set_latency(None, Duration::from_millis(100));
    workspace
        .sandbox
        .expire_tokens_after_calls(TokenKind::Component, 12);
    let apply = workspace.run(&["apply", "-no-color", "plan"]);
    let rewrite = async {
        workspace.sandbox.wait_for_calls(Endpoint::Query, 1).await;
        let new = workspace
            .sandbox
            .rotate_token(TokenKind::Component, Duration::from_secs(300));
        workspace.write_tokens(&new, "");
    };
    let (run, ()) = tokio::join!(apply, rewrite);
    run.ok();

    let refused = workspace
        .sandbox
        .calls()
        .iter()
        .filter(|call| call.errcode == Some(40001) || call.errcode == Some(42001))
        .count();
    assert!((1..=4).contains(&refused), "{refused} calls were refused");
    assert_eq!(
        workspace.share().await["shares"].as_object().unwrap().len(),
        80
    );
    for appid in &appids {
        assert_eq!(workspace.sandbox.requests_sent(ENV, appid, None), 1);
    }
}

/// The same with `TokenExpired` as the fault, and a file that has the new one already.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_share_is_sent_once_more_and_nobody_is_asked_twice() {
    use cloudbase::sandbox::{Effect, Fault};

    let mut workspace = workspace!();
    workspace.unset_tokens();
    workspace.write_tokens(&workspace.sandbox.component_token(), "");
    let arguments = format!("token_file = {:?}", workspace.token_file());
    let appid = crate::support::A;
    workspace.configure(&format!(
        "{}{}",
        provider(&arguments),
        share(ENV, &[appid], "")
    ));
    workspace.run(&["plan", "-out=plan"]).await.ok();

    workspace.sandbox.clear_calls();
    workspace
        .sandbox
        .inject(Fault::new(Effect::Hang(Duration::from_millis(300))).on(Endpoint::Query));
    workspace
        .sandbox
        .inject(Fault::new(Effect::TokenExpired).on(Endpoint::Share));
    let apply = workspace.run(&["apply", "-no-color", "plan"]);
    let rewrite = async {
        workspace.sandbox.wait_for_calls(Endpoint::Query, 1).await;
        let new = workspace
            .sandbox
            .rotate_token(TokenKind::Component, Duration::from_secs(300));
        workspace.write_tokens(&new, "");
    };
    let (run, ()) = tokio::join!(apply, rewrite);
    run.ok();
    assert_eq!(workspace.calls(Endpoint::Share).len(), 2);
    assert_eq!(workspace.sandbox.requests_sent(ENV, appid, None), 1);
}
