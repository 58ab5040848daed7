//! Seeds: what they set up, and what is said of a wrong one.

use cloudbase::sandbox::{Endpoint, Options, Quota, Sandbox, Seed, TokenKind};
use serde_json::json;

use crate::client::{Client, ENV, errcode, one, other};

#[tokio::test]
async fn a_seed_is_what_exists_at_the_start() {
    let seed: Seed = r#"{
        "confirm": "auto",
        "behaviour": {"empty_rows": false, "poison": ["wx3333333333333333"]},
        "envs": [{"env": "test-env-6gni9ity244a6ea3", "package_id": "basic"}],
        "shares": [
            {"env": "test-env-6gni9ity244a6ea3", "appids": ["wx5fe6bb43205e9e07"]},
            {"env": "test-env-6gni9ity244a6ea3", "appids": ["wx075cf85bf347b6df"],
             "source_type": 1, "status": "pending"}
        ],
        "refusals": [{"on": "share", "appid": "wx1111111111111111", "errmsg": "no"}],
        "tokens": {"component": "seeded-component", "life": "1h"},
        "quotas": [{"endpoint": "query", "per_minute": 1}],
        "faults": [{"effect": "busy", "endpoint": "share"}]
    }"#
    .parse()
    .unwrap();
    let sandbox = Sandbox::start(Options {
        seed: Some(seed),
        ..Options::default()
    })
    .await
    .unwrap();
    let client = Client::of(&sandbox);
    assert_eq!(sandbox.component_token(), "seeded-component");
    assert_eq!(client.envs_of(one(), None).await, [ENV]);
    assert_eq!(errcode(&client.query(&[other()], None).await), 45011);
    assert_eq!(sandbox.pending()[0].source_type, 1);
    assert_eq!(errcode(&client.share(ENV, &[other()], None).await), -1);
    let answer = client
        .share(ENV, &[other(), "wx1111111111111111"], None)
        .await;
    assert_eq!(answer["err_list"][0]["errmsg"], "no");
    assert_eq!(
        sandbox.bound().len(),
        2,
        "confirmed by themselves: {:?}",
        sandbox.bound()
    );
    sandbox.set_quota(Quota {
        endpoint: Some(Endpoint::Query),
        ..Quota::default()
    });
    let unknown = client.query(&["wx2222222222222222"], None).await;
    assert_eq!(unknown["relation_data"], json!([]));
    let poisoned = client.query(&["wx3333333333333333"], None).await;
    assert_eq!(errcode(&poisoned), 40097);
    let authorizer = sandbox.rotate_token(TokenKind::Authorizer, std::time::Duration::ZERO);
    let infos = client
        .call(Endpoint::EnvInfo, &authorizer, &json!({}))
        .await;
    assert_eq!(infos["info_list"][0]["package_id"], "basic");
}

#[test]
fn a_seed_that_is_wrong_says_where_and_what() {
    for (seed, parts) in [
        (
            r#"{"env": []}"#,
            &["unknown field `env`", "expected", "`envs`", "line 1"][..],
        ),
        ("{", &["line 1"]),
        (
            r#"{"confirm": "later"}"#,
            &["later", "auto, manual and after=DURATION"],
        ),
        (
            r#"{"envs": [{"env": "a b"}]}"#,
            &["envs[0].env", "\"a b\"", "hyphens"],
        ),
        (
            r#"{"envs": [{"env": "a"}, {"env": "a"}]}"#,
            &["envs[1].env", "twice"],
        ),
        (
            r#"{"shares": [{"env": "a", "appids": ["wx1"]}]}"#,
            &["shares[0].appids[0]", "\"wx1\""],
        ),
        (
            r#"{"behaviour": {"strict_envs": true}, "shares": [{"env": "a", "appids": []}]}"#,
            &["shares[0].env", "not in envs"],
        ),
        (
            r#"{"shares": [{"env": "a", "appids": [], "source_type": 2}]}"#,
            &["shares[0].source_type", "2"],
        ),
        (
            r#"{"envs": [{"env": "a", "source_type": 2}]}"#,
            &["source_type 2 is neither 0 nor 1", "line 1"],
        ),
        (
            r#"{"behaviour": {"strict_envs": true}, "envs": [{"env": "a", "source_type": 1}],
                "shares": [{"env": "a", "appids": []}]}"#,
            &["shares[0].source_type", "\"a\" has another one"],
        ),
        (
            r#"{"refusals": [{"on": "convert", "appid": "wx5fe6bb43205e9e07", "errmsg": "x"}]}"#,
            &["refusals[0].on", "share, unshare and query"],
        ),
        (
            r#"{"faults": [{"effect": "boom"}]}"#,
            &["unknown variant `boom`", "`busy`"],
        ),
        (
            r#"{"behaviour": {"strict_env": true}}"#,
            &["unknown field `strict_env`", "`strict_envs`", "line 1"],
        ),
        (
            r#"{"behaviour": {"poison": ["wx1"]}}"#,
            &["\"wx1\" is not an appid", "line 1"],
        ),
        (
            r#"{"behaviour": {"poison": "wx1"}}"#,
            &["a list of appids", "line 1"],
        ),
        (r#"{"latency": [{"latency": "5"}]}"#, &["\"5\"", "1m30s"]),
        (
            r#"{"tokens": {"component": "x", "authorizer": "x"}}"#,
            &["tokens", "the same"],
        ),
    ] {
        let error = seed.parse::<Seed>().unwrap_err().to_string();
        for part in parts {
            assert!(error.contains(part), "{seed}: {error}");
        }
    }
    let missing = Seed::read(std::path::Path::new("no/such/seed.json")).unwrap_err();
    assert!(
        missing.to_string().contains("no/such/seed.json"),
        "{missing}"
    );
}
