//! The data source `cloudbase_env`.

use cloudbase::sandbox::Environment;

use crate::support::{ENV, OTHER_ENV};
use crate::workspace;

fn data(env: &str) -> String {
    format!("data \"cloudbase_env\" \"test\" {{\n  env = {env:?}\n}}\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_is_read_as_the_api_says_it() {
    let workspace = workspace!();
    let environment = Environment {
        alias: Some("test2".to_owned()),
        create_time: Some("2019-04-04 14:10:28".to_owned()),
        status: Some("NORMAL".to_owned()),
        package_id: None,
        ..Environment::new(ENV)
    };
    workspace.sandbox.put_environment(environment);
    workspace
        .sandbox
        .put_environment(Environment::new(OTHER_ENV));
    workspace.configure(&data(ENV));
    workspace.apply().await;
    let values = workspace.resource("data.cloudbase_env.test").await["values"].take();
    assert_eq!(values["env"], ENV);
    assert_eq!(values["alias"], "test2");
    assert_eq!(values["create_time"], "2019-04-04 14:10:28");
    assert_eq!(values["status"], "NORMAL");
    assert!(values["package_id"].is_null());
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_does_not_exist_is_an_error_that_lists_those_that_do() {
    let workspace = workspace!();
    workspace
        .sandbox
        .put_environment(Environment::new(OTHER_ENV));
    workspace.configure(&data(ENV));
    workspace
        .run(&["plan", "-no-color"])
        .await
        .fails_with(&[&format!("environment {ENV} was not found"), OTHER_ENV]);
}
