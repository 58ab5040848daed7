//! Bad input and a broken API: the error names the item and the next step, and nothing in state is
//! lost.

use cloudbase::sandbox::{Effect, Fault};

use crate::support::{A, B, ENV, Feature, provider, share};
use crate::workspace;

#[tokio::test(flavor = "multi_thread")]
async fn validate_finds_malformed_arguments() {
    let workspace = workspace!();
    let cases = [
        (
            share(ENV, &["wx123"], ""),
            ["\"wx123\" is not an appid", "16 lower-case"],
        ),
        (
            share(ENV, &[], ""),
            ["`appids` is empty", "at least one appid"],
        ),
        (
            share("no_underscores", &[A], ""),
            ["is not an environment id", "letters, digits"],
        ),
        (
            share(ENV, &[A], "source_type = 1.5"),
            ["`source_type` is not a whole number", "source_type = 1.5"],
        ),
        (
            format!(
                "provider \"cloudbase\" {{\n request_timeout = \"30\"\n}}\n{}",
                share(ENV, &[A], "")
            ),
            [
                "invalid provider argument `request_timeout`",
                "`30` is not a duration",
            ],
        ),
        (
            format!(
                "provider \"cloudbase\" {{\n endpoint = \"http://example.com\"\n}}\n{}",
                share(ENV, &[A], "")
            ),
            ["invalid provider argument `endpoint`", "loopback"],
        ),
    ];
    for (hcl, expected) in cases {
        workspace.configure(&hcl);
        workspace
            .run(&["validate", "-no-color"])
            .await
            .fails_with(&expected);
    }
    assert!(workspace.sandbox.calls().is_empty());
}

/// A share whose arguments are written out.
fn raw_share(arguments: &str) -> String {
    format!("resource \"cloudbase_env_share\" \"test\" {{\n{arguments}\n}}\n")
}

/// Each error says which argument it is, and Terraform shows its line.
#[tokio::test(flavor = "multi_thread")]
async fn validate_finds_nulls_read_only_attributes_and_fractions() {
    let workspace = workspace!();
    let env = format!("env = {ENV:?}");
    let appids = format!("appids = [{A:?}]");
    let null_element = format!("appids = [{A:?}, null]");
    let mut cases = vec![
        (
            raw_share(&format!("env = null\n{appids}")),
            ["`env` is null", "env = null"],
        ),
        (
            raw_share(&format!("{env}\nappids = null")),
            ["`appids` is null", "appids = null"],
        ),
        (
            raw_share(&format!("{env}\n{null_element}")),
            ["an element of `appids` is null", &null_element],
        ),
        (
            raw_share(&format!("{env}\n{appids}\nshares = {{}}")),
            ["`shares` is read-only", "shares = {}"],
        ),
        (
            raw_share(&format!("{env}\n{appids}\nsource_type = 1e30")),
            ["`source_type` is out of range", "source_type = 1e30"],
        ),
        (
            format!("data \"cloudbase_env\" \"test\" {{\n{env}\nalias = \"a\"\n}}\n"),
            ["`alias` is read-only", "alias = \"a\""],
        ),
        (
            "data \"cloudbase_env\" \"test\" {\nenv = null\n}\n".to_owned(),
            ["`env` is null", "env = null"],
        ),
    ];
    if workspace.cli().offers_part(Feature::EphemeralResources) {
        cases.push((
            "ephemeral \"cloudbase_component_token\" \"test\" {\ntoken = \"a\"\n}\n".to_owned(),
            ["`token` is read-only", "token = \"a\""],
        ));
    }
    for (argument, summary) in [
        (
            "token_command = [\"cat\", null]",
            "`token_command[1]` is null",
        ),
        ("max_retries = 1.5", "`max_retries` is not a whole number"),
        ("batch_size = 0.5", "`batch_size` is not a whole number"),
    ] {
        let hcl = format!("{}{}", provider(argument), share(ENV, &[A], ""));
        cases.push((hcl, [summary, argument]));
    }
    for (hcl, expected) in cases {
        workspace.configure(&hcl);
        let run = workspace.run(&["validate", "-no-color"]).await;
        let run = run.fails_with(&expected);
        assert!(!run.flat().contains("report"), "{}", run.flat());
        assert_eq!(run.flat().matches("Error:").count(), 1, "{}", run.flat());
    }
    assert!(workspace.sandbox.calls().is_empty());
}

/// Variables are unknown to `validate`, whatever their defaults are.
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_finds_what_validate_could_not_know() {
    let workspace = workspace!();
    for (default, arguments, expected) in [
        (
            "null",
            format!("env = var.it\nappids = [{A:?}]"),
            ["`env` is null", "env = var.it"],
        ),
        (
            "null",
            format!("env = {ENV:?}\nappids = var.it"),
            ["`appids` is null", "appids = var.it"],
        ),
        (
            "null",
            format!("env = {ENV:?}\nappids = [var.it]"),
            ["an element of `appids` is null", "appids = [var.it]"],
        ),
        (
            "1.5",
            format!("env = {ENV:?}\nappids = [{A:?}]\nsource_type = var.it"),
            [
                "`source_type` is not a whole number",
                "source_type = var.it",
            ],
        ),
    ] {
        let variable = format!("variable \"it\" {{\n  default = {default}\n}}\n");
        workspace.configure(&format!("{variable}{}", raw_share(&arguments)));
        workspace.run(&["validate", "-no-color"]).await.ok();
        let run = workspace.run(&["plan", "-no-color"]).await;
        run.fails_with(&expected);
    }
    assert!(workspace.sandbox.calls().is_empty());
}

/// What is unknown even to the plan is found in the apply, before anything is sent: neither is
/// anybody asked, nor does what is shared end.
#[tokio::test(flavor = "multi_thread")]
async fn an_apply_finds_what_the_plan_could_not_know() {
    let turns_out = |value: &str, hcl: &str| {
        let it = "resource \"terraform_data\" \"it\" {\n  input = \"known\"\n}\n";
        let known = "terraform_data.it.output == \"known\"";
        format!("{it}locals {{\n  it = {known} ? {value}\n}}\n{hcl}")
    };
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A, B], ""));
    workspace.apply().await;
    workspace.sandbox.approve_all();
    workspace.apply().await;
    let before = workspace.share().await;
    for (value, hcl, expected) in [
        (
            format!("null : [{A:?}]"),
            raw_share(&format!("env = {ENV:?}\nappids = local.it")),
            "`appids` is null",
        ),
        (
            format!("null : {B:?}"),
            raw_share(&format!("env = {ENV:?}\nappids = [{A:?}, local.it]")),
            "an element of `appids` is null",
        ),
        (
            format!("null : {ENV:?}"),
            share(ENV, &[A, B], "") + "data \"cloudbase_env\" \"test\" {\n  env = local.it\n}\n",
            "`env` is null",
        ),
        (
            format!("null : {ENV:?}"),
            share(ENV, &[A, B], "")
                + &raw_share(&format!("env = local.it\nappids = [{A:?}]"))
                    .replace("\"test\"", "\"other\""),
            "`env` is null",
        ),
        (
            "1.5 : 1".to_owned(),
            share(ENV, &[A, B], "")
                + &raw_share(&format!(
                    "env = \"other-env\"\nappids = [{A:?}]\nsource_type = local.it"
                ))
                .replace("\"test\"", "\"other\""),
            "`source_type` is not a whole number",
        ),
    ] {
        workspace.configure(&turns_out(&value, &hcl));
        workspace
            .run(&["plan", "-no-color", "-out=plan"])
            .await
            .ok();
        workspace.sandbox.clear_calls();
        let run = workspace.run(&["apply", "-no-color", "plan"]).await;
        run.fails_with(&[expected]);
        assert!(workspace.sandbox.calls().is_empty(), "{hcl}");
        assert_eq!(workspace.share().await, before, "{hcl}");
        assert_eq!(workspace.sandbox.bound().len(), 2, "{hcl}");
        workspace
            .run(&["state", "rm", "terraform_data.it"])
            .await
            .ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undocumented_source_type_is_a_warning() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A], "source_type = 7"));
    let run = workspace.run(&["validate", "-no-color"]).await.ok();
    assert!(
        run.flat()
            .contains("Warning: `source_type` = 7 is not documented"),
        "{}",
        run.flat()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_token_names_every_way_to_supply_it() {
    let mut workspace = workspace!();
    workspace.unset("CLOUDBASE_COMPONENT_ACCESS_TOKEN");
    workspace.configure(&share(ENV, &[A], ""));
    workspace
        .try_apply()
        .await
        .fails_with(&["component_access_token", "CLOUDBASE_COMPONENT_ACCESS_TOKEN"]);
    assert!(workspace.sandbox.calls().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_of_a_refresh_keep_the_state() {
    let mut workspace = workspace!();
    let provider = "provider \"cloudbase\" {\n  max_retries = 0\n  request_timeout = \"2s\"\n}\n";
    workspace.configure(&format!("{provider}{}", share(ENV, &[A], "")));
    workspace.apply().await;
    workspace.sandbox.approve_all();
    workspace.apply().await;
    let before = workspace.share().await;

    for (effect, expected) in [
        (Effect::EmptyBody, "empty"),
        (Effect::Garbage, "a web page instead of JSON"),
        (Effect::TruncatedJson, "cut off"),
        (
            Effect::Http {
                status: 502,
                body: "bad gateway".to_owned(),
            },
            "502",
        ),
        (Effect::PermissionNotGranted, "errcode 61007"),
    ] {
        workspace
            .sandbox
            .inject(Fault::new(effect.clone()).always());
        let run = workspace.run(&["plan", "-no-color"]).await;
        let expected = [
            expected,
            &format!("could not read whether environment {ENV} is shared"),
        ];
        let run = run.fails_with(&expected);
        assert!(!run.stdout.contains("Plan:"), "{effect:?}: {}", run.stdout);
        workspace.sandbox.clear_faults();
    }

    let token = workspace.sandbox.component_token();
    workspace.set(
        "CLOUDBASE_COMPONENT_ACCESS_TOKEN",
        "not-the-token-0123456789",
    );
    workspace.run(&["plan", "-no-color"]).await.fails_with(&[
        "errcode 40014",
        "the environment variable CLOUDBASE_COMPONENT_ACCESS_TOKEN",
    ]);
    workspace.set("CLOUDBASE_COMPONENT_ACCESS_TOKEN", &token);

    let endpoint = workspace.sandbox.url();
    workspace.set("CLOUDBASE_ENDPOINT", "http://127.0.0.1:9");
    workspace
        .run(&["plan", "-no-color"])
        .await
        .fails_with(&["127.0.0.1:9"]);
    workspace.set("CLOUDBASE_ENDPOINT", &endpoint);

    assert_eq!(workspace.share().await, before);
    workspace.assert_plan_is_empty().await;
}

/// The API answers an address that it does not have with a code, and with HTTP 200.
#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_with_a_path_of_a_call_is_told_by_its_name() {
    let mut workspace = workspace!();
    let endpoint = format!("{}/componenttcb", workspace.sandbox.url());
    workspace.set("CLOUDBASE_ENDPOINT", &endpoint);
    workspace.configure(&share(ENV, &[A], ""));
    workspace.try_apply().await.fails_with(&[
        "errcode 40066",
        "a path that does not belong there",
        "`endpoint` in the provider block, or CLOUDBASE_ENDPOINT",
        "without a path",
    ]);
    assert!(workspace.sandbox.calls().is_empty());
    assert_eq!(workspace.sandbox.requests_sent(ENV, A, None), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_not_known_yet_does_not_fail_the_plan_of_a_create() {
    let mut workspace = workspace!();
    let token = workspace.sandbox.component_token();
    workspace.unset("CLOUDBASE_COMPONENT_ACCESS_TOKEN");
    workspace.configure(&format!(
        "resource \"terraform_data\" \"token\" {{\n  input = {token:?}\n}}\n\
         provider \"cloudbase\" {{\n  component_access_token = terraform_data.token.output\n}}\n{}",
        share(ENV, &[A], "")
    ));
    let run = workspace.run(&["plan", "-no-color"]).await.ok();
    assert!(
        !run.flat().contains("Warning: could not check"),
        "{}",
        run.flat()
    );
    assert!(workspace.sandbox.calls().is_empty());
    workspace.apply().await;
    assert_eq!(workspace.share().await["shares"][A]["status"], "pending");
}

/// A list that is known only in the apply may turn out to be empty.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_turns_out_to_be_empty_is_an_error_before_anything_is_sent() {
    let workspace = workspace!();
    let data = "resource \"terraform_data\" \"none\" {\n  input = tolist([])\n}\n";
    let listed = share(ENV, &[A], "").replace(&format!("[{A:?}]"), "terraform_data.none.output");
    workspace.configure(&format!("{data}{listed}"));
    let run = workspace.try_apply().await;
    run.fails_with(&["`appids` is empty", "List at least one appid"]);
    assert_eq!(workspace.writes(), 0);
    assert!(workspace.share().await.is_null());
}
