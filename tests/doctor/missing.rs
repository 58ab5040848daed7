//! What is missing is named, with where it is granted.

use std::time::Duration;

use cloudbase::sandbox::{Effect, Endpoint, TokenKind};
use serde_json::json;

use crate::support::{
    BOOKS, HOSTING, OTHER_SHOP, SHOP, TEA, always, assert_nothing_written, code, doctor, paths,
    run, sandbox, sandbox_with, seed,
};

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_permission_is_named_with_where_to_get_it() {
    for (endpoint, effect, begins, advice, report) in [
        (
            Endpoint::EnvInfo,
            Effect::PermissionNotGranted,
            "missing: permission set 49",
            "Have the account's administrator grant the platform",
            "permission set 49, errcode 61007",
        ),
        (
            Endpoint::DescribeEnvs,
            Effect::PermissionNotGranted,
            "missing: a permission set",
            "Have the account's administrator grant the platform",
            "errcode 61007",
        ),
        (
            Endpoint::AuthorizerInfo,
            code(61003),
            "missing: the account's authorisation",
            "Have the account's administrator authorise the platform",
            "errcode 61003",
        ),
        (
            Endpoint::Query,
            Effect::IpNotAllowed {
                ip: "203.0.113.7".to_owned(),
            },
            "missing: this machine's address in the IP whitelist",
            "Add this machine's public address to the IP whitelist",
            "errcode 61004",
        ),
        (
            Endpoint::Query,
            code(85088),
            "missing: cloud development",
            "batch cloud development for the platform",
            "errcode 85088",
        ),
        (
            Endpoint::DescribeEnvs,
            code(48001),
            "missing: the right token, or batch cloud development",
            "component token",
            "errcode 48001",
        ),
        (
            Endpoint::EnvInfo,
            code(-501_009),
            "missing: the environment: it is not this account's, or was not converted",
            "cloudbase_env_conversion",
            "errcode -501009",
        ),
        (
            Endpoint::DescribeEnvs,
            Effect::DailyCap,
            "missing: calls left for today",
            "Wait until midnight",
            "errcode 45009",
        ),
    ] {
        let sandbox = sandbox().await;
        always(&sandbox, endpoint, effect);
        let said = run(&mut doctor(&sandbox, &["--env", TEA, "--appid", SHOP]));
        said.ends_with(1);
        said.assert_line(endpoint.path(), begins);
        let line = said.line(endpoint.path());
        assert!(line.contains(advice), "{advice} in {line}");
        assert!(
            said.report().contains(report),
            "{report} in {}",
            said.report()
        );
        assert!(!said.report().contains("203.0.113.7"), "{}", said.report());
        assert_eq!(
            sandbox.calls_to(endpoint).len(),
            1,
            "nothing is asked twice"
        );
        assert_nothing_written(&sandbox);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_that_the_api_saw_is_told() {
    let sandbox = sandbox().await;
    let effect = Effect::IpNotAllowed {
        ip: "203.0.113.7".to_owned(),
    };
    always(&sandbox, Endpoint::DescribeEnvs, effect);
    let said = run(&mut doctor(&sandbox, &[]));
    let line = said.line("/componenttcb/describeenvs");
    assert!(
        line.contains("The API saw the address 203.0.113.7."),
        "{line}"
    );
    assert!(line.contains("(rid "), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mini_program_without_permission_set_18_is_told() {
    let sandbox = sandbox().await;
    let said = run(&mut doctor(&sandbox, &["--appid", OTHER_SHOP]));
    said.ends_with(1);
    let line = said.line("permission sets of --appid");
    assert!(line.starts_with("missing: "), "{line}");
    assert!(line.contains("has not granted permission set 18"), "{line}");
    assert!(line.contains("49 is granted, too"), "{line}");

    // Of whom nobody named nothing is expected.
    let mut world = seed();
    world["authorizers"].as_array_mut().unwrap().remove(0);
    let sandbox = sandbox_with(world).await;
    run(&mut doctor(&sandbox, &[])).ends_with(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_that_is_not_converted_is_told() {
    let sandbox = sandbox().await;
    let said = run(&mut doctor(&sandbox, &["--env", "elsewhere-1"]));
    said.ends_with(1);
    said.assert_line(
        "--env",
        "missing: elsewhere-1 is not among the environments of these tokens",
    );
    assert!(said.line("--env").contains("cloudbase_env_conversion"));
    assert!(!said.report().contains("elsewhere-1"));

    let mut world = seed();
    world["envs"][2]["source"] = json!("qcloud");
    let sandbox = sandbox_with(world).await;
    let said = run(&mut doctor(&sandbox, &["--env", HOSTING]));
    said.ends_with(1);
    let line = said.line("--env");
    assert!(
        line.contains("was made in the Tencent Cloud console and is not converted"),
        "{line}"
    );
    run(&mut doctor(&sandbox, &["--env", BOOKS])).ends_with(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_refused_is_told_once_for_each_call_and_not_fetched_anew() {
    let sandbox = sandbox().await;
    let mut command = doctor(&sandbox, &[]);
    sandbox.expire_tokens(TokenKind::Component);
    let said = run(&mut command);
    said.ends_with(1);
    said.assert_line(
        "/cgi-bin/component/api_get_authorizer_list",
        "missing: a valid component access token",
    );
    said.assert_line("/tcb/getenvinfo", "works");
    let component = paths(&sandbox);
    let component = component.iter().filter(|path| **path != "/tcb/getenvinfo");
    assert_eq!(component.count(), 1, "the others would meet the same end");
    assert_nothing_written(&sandbox);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_that_does_not_answer_is_a_failure_and_not_a_difference() {
    for effect in [
        Effect::Busy,
        Effect::MinuteCap,
        Effect::Reset,
        Effect::Http {
            status: 502,
            body: String::new(),
        },
        Effect::Hang(Duration::from_millis(100)),
    ] {
        let sandbox = sandbox().await;
        always(&sandbox, Endpoint::DescribeEnvs, effect.clone());
        let said = run(&mut doctor(&sandbox, &[]));
        said.ends_with(1);
        said.assert_line("/componenttcb/describeenvs", "failed: no answer to go by");
        assert_eq!(
            sandbox.calls_to(Endpoint::DescribeEnvs).len(),
            1,
            "{effect:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_at_the_address_is_told_for_what_it_is() {
    let sandbox = sandbox().await;
    let mut command = doctor(&sandbox, &[]);
    command.env("CLOUDBASE_ENDPOINT", "http://127.0.0.1:1");
    let said = run(&mut command);
    said.ends_with(1);
    said.assert_line("/componenttcb/describeenvs", "failed: no answer to go by");

    let mut command = doctor(&sandbox, &[]);
    command.env(
        "CLOUDBASE_ENDPOINT",
        format!("{}/componenttcb", sandbox.url()),
    );
    let said = run(&mut command);
    said.ends_with(1);
    said.assert_line(
        "/componenttcb/describeenvs",
        "missing: the right address of the API",
    );

    let mut command = doctor(&sandbox, &[]);
    command.env("CLOUDBASE_ENDPOINT", "http://example.com");
    let said = run(&mut command);
    said.ends_with(1);
    assert!(
        said.out
            .contains("invalid environment variable CLOUDBASE_ENDPOINT"),
        "{}",
        said.out
    );
    assert!(sandbox.calls().is_empty());
}

/// A token says nothing of itself; and what it was refused for once is not told once more for each call.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_is_found_then_refused_once_and_nothing_is_said_to_be_as_assumed() {
    let sandbox = sandbox().await;
    let mut command = doctor(&sandbox, &[]);
    command.env("CLOUDBASE_COMPONENT_ACCESS_TOKEN", "69_wrong");
    command.env_remove("CLOUDBASE_AUTHORIZER_ACCESS_TOKEN");
    let said = run(&mut command);
    said.ends_with(1);
    said.assert_line("component access token", "found: from");
    assert_eq!(
        said.out.matches("errcode 40014").count(),
        2,
        "its line, and the report's"
    );
    let skipped = "not asked: the component access token was refused above";
    assert_eq!(said.out.matches(skipped).count(), 3, "{}", said.out);
    assert!(said.report().contains("nothing was looked at"));
    assert!(!said.report().contains("as assumed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_read_of_a_named_mini_program_is_said() {
    let sandbox = sandbox().await;
    let mut command = doctor(&sandbox, &["--appid", SHOP]);
    command.env_remove("CLOUDBASE_COMPONENT_APPID");
    let said = run(&mut command);
    said.assert_line(
        "permission sets of --appid",
        "not asked: what it has granted could not be read",
    );
    assert!(
        said.line("permission sets of --appid")
            .contains("CLOUDBASE_COMPONENT_APPID")
    );
}
