//! The data source `cloudbase_env_shares`.

use cloudbase::sandbox::{Effect, Endpoint, Fault};
use serde_json::json;

use crate::support::{A, B, C, ENV, OTHER_ENV, many_appids};
use crate::workspace;

fn data(appids: &[&str], more: &str) -> String {
    format!("data \"cloudbase_env_shares\" \"test\" {{\n  appids = {appids:?}\n  {more}\n}}\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn it_says_what_is_shared_both_ways_and_what_was_refused() {
    let workspace = workspace!();
    workspace.sandbox.bind(ENV, A, None);
    workspace.sandbox.bind(OTHER_ENV, A, None);
    workspace.sandbox.bind(ENV, C, 1);
    workspace
        .sandbox
        .refuse_appid(Endpoint::Query, B, "invalid appid");
    for rows in [true, false] {
        workspace.sandbox.behave(|now| now.empty_rows = rows);
        workspace.configure(&data(&[A, B, C], ""));
        workspace.apply().await;
        let values = workspace.resource("data.cloudbase_env_shares.test").await["values"].take();
        assert_eq!(values["shares"], json!({ A: [OTHER_ENV, ENV], C: [] }));
        assert_eq!(values["appids_by_env"], json!({ OTHER_ENV: [A], ENV: [A] }));
        assert_eq!(values["errors"], json!({ B: "invalid appid" }));
    }

    workspace.configure(&data(&[A, C], "source_type = 1"));
    workspace.apply().await;
    let values = workspace.resource("data.cloudbase_env_shares.test").await["values"].take();
    assert_eq!(values["shares"], json!({ A: [], C: [ENV] }));
    assert_eq!(values["appids_by_env"], json!({ ENV: [C] }));
    assert_eq!(values["errors"], json!({}));
    assert_eq!(workspace.writes(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unshared_appid_has_an_empty_set_and_many_are_asked_in_batches() {
    let workspace = workspace!();
    let appids = many_appids(1, 120);
    let names: Vec<&str> = appids.iter().map(String::as_str).collect();
    workspace.configure(&data(&names, ""));
    workspace.apply().await;
    assert_eq!(workspace.calls(Endpoint::Query).len(), 3);
    let values = workspace.resource("data.cloudbase_env_shares.test").await["values"].take();
    let shares = values["shares"].as_object().unwrap();
    assert_eq!(shares.len(), 120);
    assert!(shares.values().all(|envs| *envs == json!([])));
    assert_eq!(values["appids_by_env"], json!({}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_call_is_an_error_and_not_an_empty_answer() {
    let workspace = workspace!();
    workspace.sandbox.bind(ENV, A, None);
    workspace.configure(&data(&[A], ""));
    workspace
        .sandbox
        .inject(Fault::new(Effect::DailyCap).on(Endpoint::Query).always());
    let run = workspace.run(&["plan", "-no-color"]).await;
    run.fails_with(&[A, "errcode 45009", "clear_quota", "on main.tf line"]);
    assert_eq!(
        workspace.calls(Endpoint::Query).len(),
        1,
        "it is not tried again"
    );
}
