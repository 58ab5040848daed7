//! Where the tokens come from: each source once, and minting only when it is asked for.

use std::fs;

use cloudbase::sandbox::{Effect, Endpoint, Sandbox};
use serde_json::json;

use crate::support::{
    SHOP, always, assert_nothing_written, code, paths, run, sandbox, without_tokens,
};

/// With what minting both tokens takes.
fn with_minting(sandbox: &Sandbox, arguments: &[&str]) -> std::process::Command {
    let mut command = without_tokens(sandbox, arguments);
    command
        .env("CLOUDBASE_COMPONENT_APPSECRET", "secret-canary")
        .env("CLOUDBASE_COMPONENT_VERIFY_TICKET", "ticket-canary")
        .env("CLOUDBASE_AUTHORIZER_APPID", SHOP)
        .env("CLOUDBASE_AUTHORIZER_REFRESH_TOKEN", "refresh-token-canary");
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_minted_unless_it_is_asked_for() {
    let sandbox = sandbox().await;
    let said = run(&mut with_minting(&sandbox, &[]));
    said.ends_with(1);
    for token in ["component access token", "authorizer access token"] {
        said.assert_line(token, "missing: only minting would give one");
        assert!(said.line(token).contains("add --mint"));
    }
    assert!(sandbox.calls().is_empty(), "{:?}", paths(&sandbox));

    let said = run(&mut with_minting(&sandbox, &["--mint"]));
    said.ends_with(0);
    said.assert_line("component access token", "found: from minting");
    said.assert_line("authorizer access token", "found: from minting");
    for endpoint in [Endpoint::ComponentToken, Endpoint::AuthorizerToken] {
        assert_eq!(sandbox.calls_to(endpoint).len(), 1, "{endpoint}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_minted_token_that_is_refused_is_not_minted_again() {
    let sandbox = sandbox().await;
    always(&sandbox, Endpoint::AuthorizerList, Effect::TokenInvalid);
    let said = run(&mut with_minting(&sandbox, &["--mint"]));
    said.ends_with(1);
    said.assert_line(
        "/cgi-bin/component/api_get_authorizer_list",
        "missing: a valid component access token",
    );
    assert_eq!(sandbox.calls_to(Endpoint::ComponentToken).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_token_there_is_nothing_to_mint() {
    let sandbox = sandbox().await;
    let mut command = with_minting(&sandbox, &["--mint"]);
    command
        .env(
            "CLOUDBASE_COMPONENT_ACCESS_TOKEN",
            sandbox.component_token(),
        )
        .env(
            "CLOUDBASE_AUTHORIZER_ACCESS_TOKEN",
            sandbox.authorizer_token(),
        );
    run(&mut command).ends_with(0);
    assert_nothing_written(&sandbox);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_minting_is_refused_for_is_told() {
    let sandbox = sandbox().await;
    for (code, words) in [
        (61005, "ticket"),
        (40125, "AppSecret"),
        (61004, "IP whitelist"),
    ] {
        sandbox.clear_faults();
        always(&sandbox, Endpoint::ComponentToken, self::code(code));
        let said = run(&mut with_minting(&sandbox, &["--mint"]));
        said.ends_with(1);
        said.assert_line("component access token", "missing: it was not given out");
        assert!(
            said.line("component access token").contains(words),
            "{}",
            said.out
        );
        assert!(
            said.report().contains(&format!("errcode {code}")),
            "{}",
            said.report()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_source_it_says_where_a_token_can_be_given() {
    let sandbox = sandbox().await;
    let said = run(&mut without_tokens(&sandbox, &[]));
    said.ends_with(1);
    let line = said.line("component access token");
    assert!(
        line.contains("CLOUDBASE_COMPONENT_ACCESS_TOKEN") && line.contains("--token-command"),
        "{line}"
    );
    assert!(sandbox.calls().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_file_is_read_as_the_providers() {
    let sandbox = sandbox().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tokens.json");
    let tokens = json!({
        "component_access_token": sandbox.component_token(),
        "authorizer_access_token": sandbox.authorizer_token(),
    });
    fs::write(&file, tokens.to_string()).unwrap();
    let mut command = without_tokens(&sandbox, &[]);
    command.env("CLOUDBASE_TOKEN_FILE", &file);
    let said = run(&mut command);
    said.ends_with(0);
    said.assert_line(
        "component access token",
        "found: from the environment variable CLOUDBASE_TOKEN_FILE",
    );

    command.env("CLOUDBASE_TOKEN_FILE", folder.path().join("none.json"));
    let said = run(&mut command);
    said.ends_with(1);
    said.assert_line("component access token", "missing: its source failed");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_token_command_runs_once_for_both_tokens_be_they_refused() {
    let sandbox = sandbox().await;
    let folder = tempfile::tempdir().unwrap();
    let runs = folder.path().join("runs");
    let script = format!(
        "echo run >> {runs:?}; printf '{{\"component_access_token\": \"%s\", \"authorizer_access_token\": \"%s\"}}' \"$1\" \"$2\""
    );
    let (component, authorizer) = (sandbox.component_token(), sandbox.authorizer_token());
    let command = [
        "--token-command",
        "sh",
        "-c",
        &script,
        "sh",
        &component,
        &authorizer,
    ];
    let said = run(&mut without_tokens(&sandbox, &command));
    said.ends_with(0);
    said.assert_line("component access token", "found: from --token-command");
    said.assert_line("authorizer access token", "found: from --token-command");
    assert_eq!(fs::read_to_string(&runs).unwrap().lines().count(), 1);

    fs::remove_file(&runs).unwrap();
    let refused = [
        "--token-command",
        "sh",
        "-c",
        &script,
        "sh",
        "bad-1",
        "bad-2",
    ];
    let said = run(&mut without_tokens(&sandbox, &refused));
    said.ends_with(1);
    said.assert_line(
        "/tcb/getenvinfo",
        "missing: a valid authorizer access token",
    );
    assert_eq!(fs::read_to_string(&runs).unwrap().lines().count(), 1);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_token_command_that_fails_is_told() {
    let sandbox = sandbox().await;
    let command = ["--token-command", "sh", "-c", "exit 3"];
    let said = run(&mut without_tokens(&sandbox, &command));
    said.ends_with(1);
    said.assert_line("component access token", "missing: its source failed");
    assert!(sandbox.calls().is_empty());
}
