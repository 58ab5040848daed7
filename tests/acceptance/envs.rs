//! The data source `cloudbase_envs`.

use cloudbase::sandbox::{Effect, Endpoint, Environment, Fault, TokenSeen};
use serde_json::json;

use crate::support::{ENV, OTHER_ENV};
use crate::workspace;

const DATA: &str = "data \"cloudbase_envs\" \"test\" {}\n";

#[tokio::test(flavor = "multi_thread")]
async fn environments_are_listed_in_order_as_the_api_says_them() {
    let workspace = workspace!();
    workspace.configure(DATA);
    workspace.apply().await;
    let values = workspace.resource("data.cloudbase_envs.test").await["values"].take();
    assert_eq!(values["envs"], json!([]));

    workspace.sandbox.put_environment(Environment::new(ENV));
    workspace.sandbox.put_environment(Environment {
        alias: Some("shop".to_owned()),
        package_id: None,
        ..Environment::new(OTHER_ENV)
    });
    workspace.apply().await;
    let values = workspace.resource("data.cloudbase_envs.test").await["values"].take();
    let envs = values["envs"].as_array().unwrap();
    assert_eq!(envs.len(), 2);
    assert_eq!(
        (&envs[0]["env"], &envs[1]["env"]),
        (&OTHER_ENV.into(), &ENV.into())
    );
    assert_eq!(envs[0]["alias"], "shop");
    assert!(envs[0]["package_id"].is_null());
    let calls = workspace.calls(Endpoint::EnvInfo);
    assert!(
        calls.iter().all(|call| call.token == TokenSeen::Authorizer),
        "{calls:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_which_permission_is_missing() {
    let workspace = workspace!();
    workspace.configure(DATA);
    workspace
        .sandbox
        .inject(Fault::new(Effect::PermissionNotGranted).on(Endpoint::EnvInfo));
    let run = workspace.run(&["plan", "-no-color"]).await;
    run.fails_with(&["could not list the environments", "errcode 61007", "49"]);
}
