//! Queries that fail, and those that are not sent.

use std::time::Duration;

use cloudbase::sandbox::TokenKind;

use super::{ask, assert_only_asked, fleet, list};
use crate::support::{A, ENV};
use crate::workspace;

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_is_told_and_nothing_is_generated() {
    let workspace = workspace!(needs Query);
    fleet(&workspace);
    ask(&workspace, &list("all", "", &format!("appids = [{A:?}]")));
    workspace
        .sandbox
        .rotate_token(TokenKind::Component, Duration::ZERO);
    let run = workspace.run(&["query", "-json"]).await;
    assert_eq!(run.code, 1);
    let errors = run.errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(errors[0].address, "list.cloudbase_env_share.all");
    assert!(
        errors[0]
            .summary
            .starts_with("could not read what is shared"),
        "{errors:?}"
    );
    assert!(
        errors[0]
            .detail
            .contains("CLOUDBASE_COMPONENT_ACCESS_TOKEN")
    );
    assert!(run.lines("list_resource_found").is_empty());

    let generate = ["query", "-no-color", "-generate-config-out=generated.tf"];
    workspace.run(&generate).await.fails_with(&["access token"]);
    assert!(!workspace.path().join("generated.tf").exists());
    assert_only_asked(&workspace);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_query_is_refused_before_anything_is_asked() {
    let workspace = workspace!(needs Query);
    for (config, says) in [
        ("appids = []".to_owned(), "at least one appid"),
        (
            "appids = [\"nonsense\"]".to_owned(),
            "\"nonsense\" is not an appid",
        ),
        (
            format!("appids = [{A:?}]\n    env = \"no id\""),
            "is not an environment id",
        ),
        (format!("env = {ENV:?}"), "\"appids\" is required"),
        (
            format!("appids = [{A:?}]\n    source_type = 1.5"),
            "not a whole number",
        ),
    ] {
        ask(&workspace, &list("all", "", &config));
        for command in [
            &["validate", "-query", "-no-color"][..],
            &["query", "-no-color"],
        ] {
            workspace.run(command).await.fails_with(&[says]);
        }
    }
    assert!(workspace.sandbox.calls().is_empty());
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_hangs_ends_with_an_interrupt() {
    use cloudbase::sandbox::{Effect, Endpoint, Fault};

    let workspace = workspace!(needs Query);
    fleet(&workspace);
    ask(&workspace, &list("all", "", &format!("appids = [{A:?}]")));
    let hang = Effect::Hang(Duration::from_secs(600));
    workspace
        .sandbox
        .inject(Fault::new(hang).on(Endpoint::Query));
    let child = workspace.spawn(&["query", "-no-color"]);
    workspace.sandbox.wait_for_calls(Endpoint::Query, 1).await;
    let run = crate::stop::interrupt(child).await;
    run.fails_with(&["could not read what is shared", "cancelled"]);
    assert_eq!(workspace.sandbox.calls().len(), 1);
}
