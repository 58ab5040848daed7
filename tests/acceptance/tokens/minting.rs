//! Tokens that the provider fetches itself.

use cloudbase::sandbox::{Effect, Endpoint, Environment, Fault, TokenKind};

use super::mint_component;
use crate::support::{A, B, ENV, OTHER_ENV, provider, share};
use crate::workspace;

#[tokio::test(flavor = "multi_thread")]
async fn a_component_token_is_minted_once_a_process() {
    let mut workspace = workspace!();
    workspace.unset_tokens();
    let component = workspace.sandbox.component();
    let arguments = format!(
        "component = {{\n  appid = {:?}\n  appsecret = {:?}\n  verify_ticket = {:?}\n}}",
        component.appid, component.appsecret, component.verify_ticket
    );
    workspace.configure(&format!(
        "{}{}{}",
        provider(&arguments),
        share(ENV, &[A], ""),
        share(OTHER_ENV, &[B], "").replace("\"test\"", "\"other\"")
    ));
    workspace.run(&["plan", "-out=plan"]).await.ok();
    assert_eq!(workspace.calls(Endpoint::ComponentToken).len(), 1);
    workspace.sandbox.clear_calls();
    workspace.run(&["apply", "plan"]).await.ok();
    assert_eq!(workspace.calls(Endpoint::ComponentToken).len(), 1);
    assert_eq!(workspace.sandbox.pending().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_component_token_is_minted_once_more_and_not_again() {
    let mut workspace = workspace!();
    workspace.unset_tokens();
    mint_component(&mut workspace);
    let hcl = format!(
        "{}{}",
        share(ENV, &[A], ""),
        share(OTHER_ENV, &[B], "").replace("\"test\"", "\"other\"")
    );
    workspace.configure(&hcl);
    workspace.run(&["plan", "-out=plan"]).await.ok();

    workspace.sandbox.clear_calls();
    workspace.sandbox.inject(
        Fault::new(Effect::TokenExpired)
            .on(Endpoint::Share)
            .always(),
    );
    let run = workspace.run(&["apply", "-no-color", "plan"]).await;
    run.fails_with(&[
        "errcode 42001",
        "CLOUDBASE_COMPONENT_APPSECRET",
        "read at 20",
    ]);
    assert_eq!(workspace.calls(Endpoint::ComponentToken).len(), 2);

    // Once refused is no trouble at all.
    workspace.sandbox.clear_faults();
    workspace
        .sandbox
        .inject(Fault::new(Effect::TokenExpired).on(Endpoint::Share));
    workspace.run(&["plan", "-out=plan"]).await.ok();
    workspace.sandbox.clear_calls();
    workspace.run(&["apply", "-no-color", "plan"]).await.ok();
    assert_eq!(workspace.calls(Endpoint::ComponentToken).len(), 2);
    for (env, appid) in [(ENV, A), (OTHER_ENV, B)] {
        assert_eq!(workspace.sandbox.requests_sent(env, appid, None), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authorizer_token_is_minted_with_a_refresh_token_from_the_list() {
    let mut workspace = workspace!();
    workspace.unset_tokens();
    mint_component(&mut workspace);
    workspace.sandbox.put_environment(Environment::new(ENV));
    let authorizer = workspace.sandbox.authorizers().remove(0);
    let data = "data \"cloudbase_envs\" \"test\" {}\n";
    let arguments = format!("authorizer = {{\n  appid = {:?}\n}}", authorizer.appid);
    workspace.configure(&format!("{}{data}", provider(&arguments)));
    workspace.run(&["plan"]).await.ok();
    let counts = |endpoints: [Endpoint; 4]| endpoints.map(|one| workspace.calls(one).len());
    let endpoints = [
        Endpoint::ComponentToken,
        Endpoint::AuthorizerList,
        Endpoint::AuthorizerToken,
        Endpoint::EnvInfo,
    ];
    assert_eq!(counts(endpoints), [1, 1, 1, 1]);

    workspace.sandbox.clear_calls();
    let arguments = format!(
        "authorizer = {{\n  appid = {:?}\n  refresh_token = {:?}\n}}",
        authorizer.appid,
        authorizer.refresh_token.unwrap()
    );
    workspace.configure(&format!("{}{data}", provider(&arguments)));
    workspace.run(&["plan"]).await.ok();
    assert_eq!(counts(endpoints), [1, 0, 1, 1], "nothing is looked up");
}

/// The token of the platform's own service stays: only its appid is needed beside it.
#[tokio::test(flavor = "multi_thread")]
async fn the_platforms_appid_alone_is_enough_beside_a_component_token() {
    let mut workspace = workspace!();
    workspace.unset("CLOUDBASE_AUTHORIZER_ACCESS_TOKEN");
    workspace.sandbox.put_environment(Environment::new(ENV));
    let authorizer = workspace.sandbox.authorizers().remove(0);
    let arguments = format!(
        "component = {{\n  appid = {:?}\n}}\nauthorizer = {{\n  appid = {:?}\n}}",
        workspace.sandbox.component().appid,
        authorizer.appid
    );
    let data = "data \"cloudbase_envs\" \"test\" {}\ndata \"cloudbase_authorizers\" \"test\" {}\n";
    workspace.configure(&format!("{}{data}", provider(&arguments)));
    workspace.apply().await;
    assert_eq!(workspace.calls(Endpoint::ComponentToken).len(), 0);
    assert_eq!(workspace.calls(Endpoint::EnvInfo).len(), 1);

    // Without another token it is not enough.
    workspace.sandbox.clear_calls();
    workspace.unset_tokens();
    let run = workspace.run(&["plan", "-no-color"]).await;
    run.fails_with(&["invalid provider argument `component`", "`verify_ticket`"]);
    assert!(workspace.sandbox.calls().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_not_in_the_list_is_named() {
    let mut workspace = workspace!();
    workspace.unset_tokens();
    mint_component(&mut workspace);
    workspace.set("CLOUDBASE_AUTHORIZER_APPID", A);
    workspace.configure("data \"cloudbase_envs\" \"test\" {}\n");
    let run = workspace.run(&["plan", "-no-color"]).await;
    run.fails_with(&[A, "not in the list", "authorise the platform"]);
    assert!(workspace.calls(Endpoint::AuthorizerToken).is_empty());
    assert!(workspace.calls(Endpoint::EnvInfo).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_ticket_is_not_tried_twice() {
    let mut workspace = workspace!();
    workspace.unset_tokens();
    mint_component(&mut workspace);
    workspace.sandbox.behave(|now| now.ticket_expired = true);
    workspace.configure(&format!(
        "data \"cloudbase_env_shares\" \"one\" {{\n  appids = [{A:?}]\n}}\n\
         data \"cloudbase_env_shares\" \"two\" {{\n  appids = [{B:?}]\n}}\n"
    ));
    let run = workspace.run(&["plan", "-no-color"]).await;
    run.fails_with(&["61005", "component_verify_ticket"]);
    assert_eq!(workspace.calls(Endpoint::ComponentToken).len(), 1);
    assert!(workspace.calls(Endpoint::Query).is_empty());
}

/// The new token leaves the one before five minutes, as the real API does.
#[tokio::test(flavor = "multi_thread")]
async fn what_others_hold_lives_on_for_the_grace() {
    let mut workspace = workspace!();
    let held = workspace.sandbox.component_token();
    workspace.unset_tokens();
    mint_component(&mut workspace);
    workspace.configure(&share(ENV, &[A], ""));
    workspace.apply().await;
    assert_ne!(workspace.sandbox.component_token(), held);
    workspace.set("CLOUDBASE_COMPONENT_ACCESS_TOKEN", &held);
    workspace.assert_plan_is_empty().await;
    workspace.sandbox.expire_tokens(TokenKind::Component);
    workspace
        .run(&["plan"])
        .await
        .fails_with(&["errcode 42001"]);
}
