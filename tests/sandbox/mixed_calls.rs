//! Share and unshare calls that carry several environments.

use cloudbase::sandbox::{Effect, Endpoint, Fault, MixedCalls, Options, Sandbox, Seed};
use serde_json::{Value, json};

use crate::client::{Client, ENV, errcode, one, other, start};

const OTHER_ENV: &str = "prod-env-7gfwxe92efb3aa38";

/// Two environments, two mini programs each.
fn two_environments() -> Value {
    json!({"data": [
        {"env": ENV, "appids": [one(), other()]},
        {"env": OTHER_ENV, "appids": [one(), other()]},
    ]})
}

async fn mixed(client: &Client, sandbox: &Sandbox, endpoint: Endpoint) -> Value {
    let token = sandbox.component_token();
    client.call(endpoint, &token, &two_environments()).await
}

/// Shares that wait, as (env, appid), sorted.
fn pending(sandbox: &Sandbox) -> Vec<(String, String)> {
    let pending = sandbox.pending().into_iter();
    let mut pairs: Vec<_> = pending.map(|share| (share.env, share.appid)).collect();
    pairs.sort();
    pairs
}

fn pairs_of(envs: &[&str]) -> Vec<(String, String)> {
    let pair = |env: &&str, appid: &str| ((*env).to_owned(), appid.to_owned());
    let mut pairs: Vec<_> = envs
        .iter()
        .flat_map(|env| [pair(env, one()), pair(env, other())])
        .collect();
    pairs.sort();
    pairs
}

fn length(list: &Value) -> usize {
    list.as_array().unwrap().len()
}

#[tokio::test]
async fn a_mixed_call_is_taken_like_any_other_unless_told() {
    let (sandbox, client) = start().await;
    let answer = mixed(&client, &sandbox, Endpoint::Share).await;
    assert_eq!((errcode(&answer), &answer["err_list"]), (0, &json!([])));
    assert_eq!(length(&answer["msg_info_list"]), 4);
    assert_eq!(pending(&sandbox), pairs_of(&[ENV, OTHER_ENV]));
    let answer = mixed(&client, &sandbox, Endpoint::Unshare).await;
    assert_eq!((errcode(&answer), &answer["err_list"]), (0, &json!([])));
    assert!(pending(&sandbox).is_empty());
}

#[tokio::test]
async fn a_mixed_call_can_be_refused_as_a_whole_while_others_work() {
    let (sandbox, client) = start().await;
    sandbox.behave(|now| now.mixed_calls = MixedCalls::Refuses);
    let answer = mixed(&client, &sandbox, Endpoint::Share).await;
    assert_eq!(errcode(&answer), 40097);
    assert!(answer.get("err_list").is_none() && answer.get("msg_info_list").is_none());
    assert!(pending(&sandbox).is_empty());

    for env in [ENV, OTHER_ENV] {
        let answer = client.share(env, &[one(), other()], None).await;
        assert_eq!(errcode(&answer), 0);
    }
    let answer = mixed(&client, &sandbox, Endpoint::Unshare).await;
    assert_eq!(errcode(&answer), 40097);
    assert_eq!(pending(&sandbox), pairs_of(&[ENV, OTHER_ENV]));

    let split = json!({"data": [
        {"env": ENV, "appids": [one()]},
        {"env": ENV, "appids": [other()]},
    ]});
    let token = sandbox.component_token();
    let answer = client.call(Endpoint::Unshare, &token, &split).await;
    assert_eq!(errcode(&answer), 0, "two elements, but one environment");
    assert_eq!(pending(&sandbox), pairs_of(&[OTHER_ENV]));
}

#[tokio::test]
async fn a_mixed_call_can_be_looked_at_only_as_far_as_its_first_element() {
    let (sandbox, client) = start().await;
    sandbox.behave(|now| now.mixed_calls = MixedCalls::FirstOnly);
    let answer = mixed(&client, &sandbox, Endpoint::Share).await;
    assert_eq!((errcode(&answer), &answer["err_list"]), (0, &json!([])));
    assert_eq!(length(&answer["msg_info_list"]), 2);
    assert_eq!(pending(&sandbox), pairs_of(&[ENV]));
    assert_eq!(sandbox.requests_sent(OTHER_ENV, one(), None), 0);

    sandbox.bind(OTHER_ENV, one(), None);
    let answer = mixed(&client, &sandbox, Endpoint::Unshare).await;
    assert_eq!((errcode(&answer), &answer["err_list"]), (0, &json!([])));
    assert!(pending(&sandbox).is_empty());
    assert_eq!(
        sandbox.bound(),
        [(OTHER_ENV.to_owned(), one().to_owned(), 0)],
        "nothing is done for the second"
    );
}

#[tokio::test]
async fn how_mixed_calls_are_taken_is_set_by_option_seed_and_control_path() {
    let seed: Seed = r#"{"behaviour": {"mixed_calls": "first_only"}}"#.parse().unwrap();
    let options = Options {
        seed: Some(seed),
        ..Options::default()
    };
    let sandbox = Sandbox::start(options.clone()).await.unwrap();
    mixed(&Client::of(&sandbox), &sandbox, Endpoint::Share).await;
    assert_eq!(pending(&sandbox), pairs_of(&[ENV]));

    let options = Options {
        mixed_calls: Some(MixedCalls::Refuses),
        ..options
    };
    let sandbox = Sandbox::start(options).await.unwrap();
    let client = Client::of(&sandbox);
    let answer = mixed(&client, &sandbox, Endpoint::Share).await;
    assert_eq!(errcode(&answer), 40097, "the option goes before the seed");
    let accepts = r#"{"mixed_calls": "accepts"}"#;
    let (status, _) = client.control("POST", "behaviour", accepts).await;
    assert_eq!(status, 200);
    client.control("POST", "behaviour", "{}").await;
    let answer = mixed(&client, &sandbox, Endpoint::Share).await;
    assert_eq!(errcode(&answer), 0, "what is left out stays");
    let wrong = r#"{"mixed_calls": "sometimes"}"#;
    let (status, answer) = client.control("POST", "behaviour", wrong).await;
    assert_eq!(status, 400);
    assert!(answer["error"].as_str().unwrap().contains("`first_only`"));
}

#[tokio::test]
async fn one_environment_can_have_the_whole_call_refused() {
    let (sandbox, client) = start().await;
    for endpoint in [Endpoint::Share, Endpoint::Unshare] {
        let refused = Effect::Errcode {
            code: -501_001,
            message: "env not exists".to_owned(),
        };
        sandbox.inject(
            Fault::new(refused)
                .on(endpoint)
                .naming_env(OTHER_ENV)
                .always(),
        );
    }
    let answer = mixed(&client, &sandbox, Endpoint::Share).await;
    assert_eq!(errcode(&answer), -501_001);
    assert!(answer.get("err_list").is_none());
    assert!(
        pending(&sandbox).is_empty(),
        "the first is not shared either"
    );

    let answer = client.share(ENV, &[one(), other()], None).await;
    assert_eq!(errcode(&answer), 0);
    for _ in 0..2 {
        let answer = mixed(&client, &sandbox, Endpoint::Unshare).await;
        assert_eq!(errcode(&answer), -501_001);
    }
    assert_eq!(pending(&sandbox), pairs_of(&[ENV]));
}

#[tokio::test]
async fn the_log_says_which_pairs_a_call_carried() {
    let (sandbox, client) = start().await;
    mixed(&client, &sandbox, Endpoint::Share).await;
    client.query(&[one()], None).await;
    let calls = sandbox.calls();
    assert_eq!(calls[0].envs, [ENV, OTHER_ENV]);
    assert_eq!(calls[0].env.as_deref(), Some(ENV));
    let mut pairs = calls[0].pairs.clone();
    pairs.sort();
    assert_eq!(pairs, pairs_of(&[ENV, OTHER_ENV]));
    assert!(calls[1].envs.is_empty() && calls[1].pairs.is_empty());

    let (_, shown) = client.control("GET", "calls", "").await;
    assert_eq!(shown["calls"][0]["envs"], json!([ENV, OTHER_ENV]));
    assert_eq!(shown["calls"][0]["pairs"][0], json!([ENV, one()]));
    let twice =
        json!({"data": [{"env": ENV, "appids": [one()]}, {"env": ENV, "appids": [other()]}]});
    let token = sandbox.component_token();
    client.call(Endpoint::Unshare, &token, &twice).await;
    let last = &sandbox.calls_to(Endpoint::Unshare)[0];
    assert_eq!((last.envs.len(), last.pairs.len()), (1, 2));
}
