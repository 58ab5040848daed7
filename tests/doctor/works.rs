//! Where everything is as it should be.

use std::collections::BTreeMap;
use std::process::Stdio;

use cloudbase::sandbox::Endpoint;
use cloudbase::wechat::documented::READINGS;

use crate::support::{
    BOOKS, HOSTING, OTHER_SHOP, SHOP, TEA, assert_nothing_written, doctor, paths, run, sandbox,
};

#[tokio::test(flavor = "multi_thread")]
async fn each_reading_call_is_made_once_and_nothing_else() {
    let sandbox = sandbox().await;
    let said = run(&mut doctor(&sandbox, &[]));
    said.ends_with(0);
    assert_eq!(said.err, "");
    let mut calls: BTreeMap<&str, usize> = BTreeMap::new();
    for path in paths(&sandbox) {
        *calls.entry(path).or_default() += 1;
    }
    let expected: BTreeMap<&str, usize> = READINGS.iter().map(|call| (call.path, 1)).collect();
    assert_eq!(calls, expected);
    assert_nothing_written(&sandbox);
    for call in READINGS {
        said.assert_line(call.path, "works");
    }
    assert!(said.report().contains("what was looked at is as assumed"));
    assert!(said.report().contains(env!("CARGO_PKG_VERSION")));
    assert!(said.report().contains("asked 127.0.0.1\n"));
}

/// A call that the documents have and the sandbox plays, and nobody examines, would be missed by all other tests.
#[test]
fn every_call_of_the_sandbox_is_examined_or_changes_something() {
    for endpoint in Endpoint::ALL {
        let is_examined = READINGS.iter().any(|call| call.path == endpoint.path());
        let changes = crate::support::NOT_READING.contains(&endpoint.path());
        assert!(
            is_examined != changes,
            "{endpoint}: a row in src/wechat/documented/calls.rs"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_asks_about_whom_it_is_told() {
    let sandbox = sandbox().await;
    let said = run(&mut doctor(&sandbox, &["--env", BOOKS, "--appid", SHOP]));
    said.ends_with(0);
    let asked = |endpoint| sandbox.calls_to(endpoint).remove(0).body;
    assert_eq!(asked(Endpoint::Query)["appids"][0], SHOP);
    assert_eq!(asked(Endpoint::AuthorizerInfo)["authorizer_appid"], SHOP);
    assert_eq!(asked(Endpoint::EnvInfo)["env"], BOOKS);
    said.assert_line("--env", "works");
    said.assert_line("permission sets of --appid", "works: 18 is granted");
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_nobody_named_is_taken_from_the_lists() {
    let sandbox = sandbox().await;
    run(&mut doctor(&sandbox, &[])).ends_with(0);
    let asked = |endpoint| sandbox.calls_to(endpoint).remove(0).body;
    assert_eq!(asked(Endpoint::Query)["appids"][0], SHOP);
    let whole_account = asked(Endpoint::EnvInfo);
    assert!(whole_account.get("env").is_none(), "{whole_account}");
    let envs: Vec<_> = sandbox
        .calls()
        .into_iter()
        .filter_map(|call| call.env)
        .collect();
    assert!(
        !envs.is_empty()
            && envs
                .iter()
                .all(|env| [BOOKS, TEA, HOSTING].contains(&env.as_str())),
        "{envs:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_of_cloud_hosting_is_found_in_its_list() {
    let sandbox = sandbox().await;
    let said = run(&mut doctor(
        &sandbox,
        &["--env", HOSTING, "--appid", OTHER_SHOP],
    ));
    said.assert_line("--env", "works");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_authorizer_token_its_calls_are_left_out() {
    let sandbox = sandbox().await;
    let mut command = doctor(&sandbox, &[]);
    command.env_remove("CLOUDBASE_AUTHORIZER_ACCESS_TOKEN");
    let said = run(&mut command);
    said.ends_with(0);
    said.assert_line("authorizer access token", "not asked: none is configured");
    said.assert_line(
        "/tcb/getenvinfo",
        "not asked: it takes the authorizer access token",
    );
    assert!(!paths(&sandbox).contains(&"/tcb/getenvinfo"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_platforms_appid_the_accounts_are_left_out() {
    let sandbox = sandbox().await;
    let mut command = doctor(&sandbox, &[]);
    command.env_remove("CLOUDBASE_COMPONENT_APPID");
    let said = run(&mut command);
    said.ends_with(0);
    said.assert_line(
        "/cgi-bin/component/api_get_authorizer_list",
        "not asked: it needs the platform's appid: set CLOUDBASE_COMPONENT_APPID",
    );
    said.assert_line(
        "/componenttcb/batchgetenvid",
        "not asked: it needs a mini program: name one with --appid",
    );
    said.assert_line("/componenttcb/describeenvs", "works");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_goes_away_ends_it_quietly() {
    let sandbox = sandbox().await;
    let mut child = doctor(&sandbox, &[])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(141));
    assert_eq!(output.stderr, b"");
}

#[tokio::test(flavor = "multi_thread")]
async fn arguments_that_make_no_sense_are_refused_before_anything_is_asked() {
    let sandbox = sandbox().await;
    for (arguments, named) in [
        (&["--env", "a b"][..], "is not an environment id"),
        (&["--appid", "wx1"], "is not an appid"),
        (&["--env", TEA, "--env", BOOKS], "for --probe-writes only"),
        (&["--probe-writes", "--appid", SHOP], "--env"),
        (&["--probe-writes", "--env", TEA], "--appid"),
        (&["--yes"], "--probe-writes"),
        (
            &["--probe-writes", "--env", TEA, "--appid", SHOP],
            "add --yes",
        ),
        (
            &[
                "--probe-writes",
                "--yes",
                "--env",
                TEA,
                "--env",
                TEA,
                "--appid",
                SHOP,
            ],
            "the same environment",
        ),
        (
            &[
                "--probe-writes",
                "--yes",
                "--env",
                TEA,
                "--env",
                BOOKS,
                "--env",
                HOSTING,
                "--appid",
                SHOP,
            ],
            "more than twice",
        ),
        (
            &["--token-command", "true", "--env", TEA],
            "--token-command and its program last",
        ),
    ] {
        let said = run(&mut doctor(&sandbox, arguments));
        said.ends_with(2);
        assert!(said.err.contains(named), "{named} in {}", said.err);
        assert_eq!(said.out, "", "{arguments:?}");
    }
    assert!(sandbox.calls().is_empty());
}
