//! usecloudaccesstoken, and what interferes with it.

use cloudbase::sandbox::{Effect, Endpoint, Fault};
use serde_json::{Value, json};

use crate::client::{Client, ENV, errcode, start};

const OTHER: &str = "prod-2";

async fn call(client: &Client, token: &str, body: Value) -> Value {
    client
        .call(Endpoint::UseCloudAccessToken, token, &body)
        .await
}

fn set(version: i64, open: bool) -> Value {
    json!({"action": "set", "env": ENV, "open": open, "api_whitelist": ["/b", "/a"], "version": version})
}

#[tokio::test]
async fn a_whitelist_is_the_environments_and_open_the_accounts() {
    let (sandbox, client) = start().await;
    let get = |env: &str| json!({"action": "get", "env": env});
    for token in [sandbox.component_token(), sandbox.authorizer_token()] {
        let answer = call(&client, &token, get(ENV)).await;
        assert_eq!(
            answer,
            json!({"errcode": 0, "errmsg": "ok", "open": true, "api_whitelist": [], "version": 1})
        );
    }
    let token = sandbox.component_token();
    let answer = call(&client, &token, set(1, false)).await;
    assert_eq!(answer, json!({"errcode": 0, "errmsg": "ok"}));
    let answer = call(&client, &token, get(ENV)).await;
    assert_eq!(answer["api_whitelist"], json!(["/b", "/a"]));
    assert_eq!(
        (&answer["version"], &answer["open"]),
        (&2.into(), &false.into())
    );
    let answer = call(&client, &token, get(OTHER)).await;
    assert_eq!(answer["api_whitelist"], json!([]));
    assert_eq!(
        (&answer["version"], &answer["open"]),
        (&1.into(), &false.into())
    );
    assert!(!sandbox.cloud_tokens_open());
}

#[tokio::test]
async fn a_version_that_is_out_of_date_is_refused_unless_it_is_told_otherwise() {
    let (sandbox, client) = start().await;
    let token = sandbox.component_token();
    sandbox.set_whitelist(ENV, &["/x"]);
    let answer = call(&client, &token, set(1, false)).await;
    assert_eq!(errcode(&answer), 40097);
    assert_eq!(sandbox.whitelist(ENV), (vec!["/x".to_owned()], 2));
    assert!(sandbox.cloud_tokens_open());
    sandbox.behave(|now| now.takes_stale_versions = true);
    assert_eq!(errcode(&call(&client, &token, set(1, true)).await), 0);
    assert_eq!(sandbox.whitelist(ENV).1, 3);
}

#[tokio::test]
async fn what_is_missing_or_unknown_is_refused() {
    let (sandbox, client) = start().await;
    let token = sandbox.component_token();
    let without = |field: &str| {
        let mut body = set(1, true);
        body.as_object_mut().unwrap().remove(field);
        body
    };
    for field in ["action", "env", "open", "api_whitelist", "version"] {
        let answer = call(&client, &token, without(field)).await;
        assert_eq!(errcode(&answer), 40101, "{field}");
    }
    let mut odd = set(1, true);
    odd["action"] = "add".into();
    assert_eq!(errcode(&call(&client, &token, odd).await), 40097);
    let mut odd = set(1, true);
    odd["api_whitelist"] = json!([7]);
    assert_eq!(errcode(&call(&client, &token, odd).await), 47001);
    sandbox.behave(|now| now.strict_envs = true);
    assert_eq!(
        errcode(&call(&client, &token, set(1, true)).await),
        -501_007
    );
    assert_eq!(sandbox.whitelist(ENV), (vec![], 1));
}

#[tokio::test]
async fn somebody_else_changes_it_by_the_control_path() {
    let (sandbox, client) = start().await;
    for (body, status) in [
        (json!({"env": ENV, "api_whitelist": ["/x"]}), 200),
        (json!({"open": false}), 200),
        (json!({"env": ENV}), 400),
        (json!({"env": "no id", "api_whitelist": []}), 400),
        (json!({"version": 3}), 400),
    ] {
        let (found, answer) = client
            .control("POST", "cloud_access", &body.to_string())
            .await;
        assert_eq!(found, status, "{body}: {answer}");
    }
    assert_eq!(sandbox.whitelist(ENV), (vec!["/x".to_owned()], 2));
    assert!(!sandbox.cloud_tokens_open());
    let (_, state) = client.control("GET", "state", "null").await;
    assert_eq!(
        state["cloud_access"],
        json!({"open": false, "whitelists": [{"env": ENV, "api_whitelist": ["/x"], "version": 2}]})
    );
}

#[tokio::test]
async fn a_fault_strikes_one_action_only() {
    let (sandbox, client) = start().await;
    let token = sandbox.component_token();
    sandbox.inject(
        Fault::new(Effect::Busy)
            .on(Endpoint::UseCloudAccessToken)
            .of_action("set"),
    );
    let get = json!({"action": "get", "env": ENV});
    assert_eq!(errcode(&call(&client, &token, get).await), 0);
    assert_eq!(errcode(&call(&client, &token, set(1, true)).await), -1);
    assert_eq!(errcode(&call(&client, &token, set(1, true)).await), 0);
}
