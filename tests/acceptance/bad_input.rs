//! Bad input and a broken API: the error names the item and the next step, and nothing in state is
//! lost.

use cloudbase::sandbox::{Effect, Fault};

use crate::support::{A, ENV, share};
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
            ["not a whole number", "cloud hosting"],
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
