//! The data source `cloudbase_env`.

use cloudbase::framework::Value;
use cloudbase::sandbox::{Effect, Endpoint, Environment, Fault};

use crate::rig::{ENV, OTHER_ENV, Rig};

fn arguments() -> [(&'static str, Value); 1] {
    [("env", Value::string(ENV))]
}

#[tokio::test]
async fn it_says_what_the_api_says() {
    let rig = Rig::start().await;
    rig.sandbox.put_environment(Environment {
        alias: Some("店铺".to_owned()),
        status: Some("NORMAL".to_owned()),
        ..Environment::new(ENV)
    });
    let (state, said) = rig
        .core
        .read_data("cloudbase_env", arguments())
        .await
        .unwrap();
    said.nothing();
    assert_eq!(state.attribute("env").as_str(), Some(ENV));
    assert_eq!(state.attribute("alias").as_str(), Some("店铺"));
    assert_eq!(state.attribute("status").as_str(), Some("NORMAL"));
    assert!(state.attribute("package_id").is_null(), "as the API has it");
}

#[tokio::test]
async fn one_that_is_not_there_is_an_error_that_lists_those_that_are() {
    let rig = Rig::start().await;
    rig.sandbox.put_environment(Environment::new(OTHER_ENV));
    let failed = rig.core.read_data("cloudbase_env", arguments()).await;
    let failed = failed.unwrap_err();
    assert!(failed.text().contains(ENV) && failed.text().contains(OTHER_ENV));
    assert!(failed.0[0].attribute.is_some());
}

#[tokio::test]
async fn a_refusal_of_the_api_is_an_error() {
    let rig = Rig::start_with([("max_retries", Value::integer(0))]).await;
    rig.sandbox.put_environment(Environment::new(ENV));
    let busy = Fault::new(Effect::Busy).on(Endpoint::EnvInfo);
    rig.sandbox.inject(busy);
    let failed = rig.core.read_data("cloudbase_env", arguments()).await;
    assert!(failed.unwrap_err().text().contains(ENV));
    rig.core
        .read_data("cloudbase_env", arguments())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_malformed_id_is_refused_at_validation() {
    let rig = Rig::unconfigured().await;
    let bad = [("env", Value::string("not an id"))];
    let failed = rig.core.read_data("cloudbase_env", bad).await.unwrap_err();
    assert!(failed.text().contains("not an id"), "{}", failed.text());
}
