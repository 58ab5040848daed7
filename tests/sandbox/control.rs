//! The control path: the same as the handle, over HTTP.

use cloudbase::sandbox::{Behaviour, Endpoint};
use serde_json::{Value, json};

use crate::client::{Client, ENV, errcode, one, other, start};

async fn command(client: &Client, method: &str, path: &str, body: &Value) -> Value {
    let (status, answer) = client.control(method, path, &body.to_string()).await;
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

#[tokio::test]
async fn shares_are_decided_bound_and_unbound() {
    let (sandbox, client) = start().await;
    let pair = json!({"env": ENV, "appid": one()});
    client.share_url(ENV, one()).await;
    let decided = command(&client, "POST", "approve", &pair).await;
    assert_eq!(decided["decided"], 1);
    assert_eq!(
        command(&client, "POST", "refuse", &pair).await["decided"],
        0
    );
    assert_eq!(client.envs_of(one(), None).await, [ENV]);
    client.share(ENV, &[other()], None).await;
    client.share("prod-2", &[other()], Some(1)).await;
    let all = command(&client, "POST", "approve", &json!({"all": true})).await;
    assert_eq!(all["decided"], 2);
    assert_eq!(
        command(&client, "POST", "unbind", &pair).await["found"],
        true
    );
    assert_eq!(
        command(&client, "POST", "unbind", &pair).await["found"],
        false
    );
    let hosting = json!({"env": ENV, "appid": one(), "source_type": 1});
    command(&client, "POST", "bind", &hosting).await;
    assert_eq!(sandbox.bound().len(), 3);
    command(&client, "POST", "confirm", &json!({"mode": "auto"})).await;
    client.share("prod-3", &[one()], None).await;
    assert!(sandbox.pending().is_empty());
}

#[tokio::test]
async fn the_state_shows_what_there_is() {
    let (sandbox, client) = start().await;
    client.share(ENV, &[one()], None).await;
    sandbox.bind(ENV, other(), None);
    command(&client, "POST", "envs", &json!({"env": ENV, "alias": "a"})).await;
    let state = command(&client, "GET", "state", &Value::Null).await;
    assert_eq!(state["url"], sandbox.url());
    assert_eq!(state["confirm"], "manual");
    assert_eq!(state["component_access_token"], sandbox.component_token());
    assert_eq!(
        state["bound"],
        json!([{"env": ENV, "appid": other(), "source_type": 0}])
    );
    assert_eq!(state["pending"][0]["appid"], one());
    assert!(
        state["pending"][0]["url"]
            .as_str()
            .unwrap()
            .starts_with(&sandbox.url())
    );
    assert_eq!(state["envs"][0]["alias"], "a");
    let removed = command(&client, "DELETE", "envs", &json!({"env": ENV})).await;
    assert_eq!(removed["found"], true);
}

#[tokio::test]
async fn calls_are_shown_without_the_control_calls() {
    let (sandbox, client) = start().await;
    client.share(ENV, &[one()], None).await;
    let calls = command(&client, "GET", "calls", &Value::Null).await;
    let calls = calls["calls"].as_array().unwrap();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0]["endpoint"], "share");
    assert_eq!(calls[0]["path"], "/componenttcb/batchshareenv");
    assert_eq!(calls[0]["token"], "component");
    assert!(calls[0]["answered_at_ms"].as_f64() >= calls[0]["at_ms"].as_f64());
    command(&client, "DELETE", "calls", &Value::Null).await;
    assert!(sandbox.calls().is_empty());
}

#[tokio::test]
async fn faults_quotas_refusals_and_latency_are_set() {
    let (sandbox, client) = start().await;
    let fault = json!({"effect": {"errcode": {"code": 61004, "message": "x"}}, "times": 2});
    command(&client, "POST", "faults", &fault).await;
    assert_eq!(errcode(&client.query(&[one()], None).await), 61004);
    let armed = command(&client, "GET", "faults", &Value::Null).await;
    assert_eq!(armed["faults"][0]["effect"]["errcode"]["code"], 61004);
    command(&client, "DELETE", "faults", &Value::Null).await;
    assert_eq!(errcode(&client.query(&[one()], None).await), 0);

    let refusal = json!({"on": "query", "appid": one(), "errmsg": "no"});
    command(&client, "POST", "refusals", &refusal).await;
    assert_eq!(
        client.query(&[one()], None).await["err_list"][0]["errmsg"],
        "no"
    );
    command(
        &client,
        "DELETE",
        "refusals",
        &json!({"on": "query", "appid": one()}),
    )
    .await;
    assert_eq!(client.query(&[one()], None).await["err_list"], json!([]));

    let behaviour = json!({"poison": {one(): true}, "max_appids": 1, "empty_rows": false});
    command(&client, "POST", "behaviour", &behaviour).await;
    assert_eq!(errcode(&client.query(&[one()], None).await), 40097);
    assert_eq!(
        errcode(&client.query(&[other(), "wx1111111111111111"], None).await),
        40097
    );
    assert_eq!(
        client.query(&[other()], None).await["relation_data"],
        json!([])
    );

    command(
        &client,
        "POST",
        "latency",
        &json!({"endpoint": "query", "latency": "20ms"}),
    )
    .await;
    sandbox.clear_calls();
    client.query(&[other()], None).await;
    let call = &sandbox.calls()[0];
    assert!((call.answered_at.unwrap() - call.at).as_millis() >= 20);
    command(&client, "POST", "quotas", &json!({"per_minute": 0})).await;
    assert_eq!(errcode(&client.query(&[other()], None).await), 45011);
}

#[tokio::test]
async fn behaviour_is_changed_in_part_and_shown() {
    let (sandbox, client) = start().await;
    let change = async |change: Value| command(&client, "POST", "behaviour", &change).await;
    change(json!({"ticket_expired": true, "poison": {one(): true}})).await;
    change(json!({"sends_urls": false, "poison": {other(): true}})).await;
    let mut now = Behaviour {
        ticket_expired: true,
        sends_urls: false,
        poison: [one().to_owned(), other().to_owned()].into(),
        ..Behaviour::default()
    };
    assert_eq!(sandbox.behaviour(), now);
    let state = command(&client, "GET", "state", &Value::Null).await;
    assert_eq!(
        state["behaviour"]["poison"],
        json!({one(): true, other(): true})
    );
    assert_eq!(state["behaviour"]["sends_urls"], false);

    change(json!({"poison": {one(): false}, "max_appids": 3})).await;
    now.poison.remove(one());
    now.max_appids = 3;
    assert_eq!(sandbox.behaviour(), now);
    // A list says all there are; 0 is any number.
    change(json!({"poison": [one()], "max_appids": 0})).await;
    now.poison = [one().to_owned()].into();
    now.max_appids = 0;
    assert_eq!(sandbox.behaviour(), now);
    // What the state shows is a change, too.
    change(state["behaviour"].clone()).await;
    change(json!({})).await;
    now.poison.insert(other().to_owned());
    assert_eq!(sandbox.behaviour(), now);
}

#[tokio::test]
async fn tokens_are_rotated_and_expired() {
    let (sandbox, client) = start().await;
    let first = sandbox.component_token();
    let rotate = json!({"kind": "component", "action": {"rotate": {"grace": "5m"}}});
    let second = command(&client, "POST", "tokens", &rotate).await["token"].clone();
    let second = second.as_str().unwrap().to_owned();
    assert_ne!(first, second);
    assert_eq!(client.code_with_token(Endpoint::Query, &first).await, 0);
    let limit = json!({"kind": "component", "action": {"expire_after_calls": 1}});
    command(&client, "POST", "tokens", &limit).await;
    assert_eq!(client.code_with_token(Endpoint::Query, &second).await, 0);
    assert_eq!(
        client.code_with_token(Endpoint::Query, &second).await,
        42001
    );
    let expire = json!({"kind": "component", "action": "expire"});
    let third = command(&client, "POST", "tokens", &expire).await["token"].clone();
    assert_eq!(
        client
            .code_with_token(Endpoint::Query, third.as_str().unwrap())
            .await,
        0
    );
    let soon = json!({"kind": "component", "action": {"expire_in": "0s"}});
    command(&client, "POST", "tokens", &soon).await;
    assert_eq!(
        client
            .code_with_token(Endpoint::Query, third.as_str().unwrap())
            .await,
        42001
    );
}

#[tokio::test]
async fn a_wrong_command_is_told_so_and_changes_nothing() {
    let (sandbox, client) = start().await;
    for (path, body, part) in [
        ("faults", r#"{"effect": "boom"}"#, "unknown variant `boom`"),
        (
            "faults",
            r#"{"effect": {"http": {"status": 99}}}"#,
            "status 99 ",
        ),
        (
            "bind",
            r#"{"env": "a b", "appid": "wx5fe6bb43205e9e07"}"#,
            "\"a b\"",
        ),
        ("bind", r#"{"env": "a", "appid": "wx1"}"#, "\"wx1\""),
        (
            "bind",
            r#"{"env": "a", "appid": "wx5fe6bb43205e9e07", "source_type": 2}"#,
            "2",
        ),
        ("approve", r#"{"env": "a"}"#, "all"),
        ("confirm", r#"{"mode": "after=5"}"#, "1m30s"),
        ("envs", r#"{"env": "a", "source_type": 2}"#, "source_type 2"),
        (
            "refusals",
            r#"{"on": "convert", "appid": "x", "errmsg": "y"}"#,
            "share, unshare",
        ),
        ("behaviour", r#"{"poisson": {}}"#, "`poison`"),
        (
            "behaviour",
            r#"{"empty_rows": false, "max_appids": -1}"#,
            "max_appids: ",
        ),
        (
            "behaviour",
            r#"{"empty_rows": false, "ticket_expired": null}"#,
            "ticket_expired: ",
        ),
        (
            "behaviour",
            r#"{"empty_rows": false, "poison": {"wx1": true}}"#,
            "\"wx1\" is not an appid",
        ),
        ("behaviour", "true", "expected a map"),
        ("tokens", "", "EOF"),
    ] {
        let (status, answer) = client.control("POST", path, body).await;
        assert_eq!(status, 400, "{path} {body}");
        let error = answer["error"].as_str().unwrap();
        assert!(error.contains(part), "{path} {body}: {error}");
    }
    assert_eq!(sandbox.behaviour(), Behaviour::default());
    assert_eq!(client.control("POST", "aprove", "{}").await.0, 404);
    assert!(sandbox.bound().is_empty());
    assert_eq!(errcode(&client.query(&[one()], None).await), 0);
}
