//! What each endpoint answers, and what becomes of the state behind it.

use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use cloudbase::sandbox::{Confirm, Endpoint, Environment, Quota, TokenSeen};
use serde_json::{Value, json};

use crate::client::{ENV, errcode, one, other, start};

#[tokio::test]
async fn a_share_waits_for_its_administrator_and_is_then_listed() {
    let (sandbox, client) = start().await;
    let answer = client.share(ENV, &[one(), other()], None).await;
    assert_eq!(errcode(&answer), 0);
    assert_eq!(answer["errmsg"], "ok");
    assert_eq!(answer["err_list"], json!([]));
    let messages = answer["msg_info_list"].as_array().unwrap();
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[0]["appid"], one());
    assert!(
        messages[0].get("env").is_none(),
        "the real list names no environment"
    );
    assert_eq!(client.envs_of(one(), None).await, Vec::<String>::new());
    assert_eq!(sandbox.pending().len(), 2);
    assert_eq!(
        sandbox.pending()[1].url.as_deref(),
        messages[0]["url"].as_str()
    );

    assert!(sandbox.approve(ENV, one()));
    assert!(!sandbox.approve(ENV, one()), "nothing waits any more");
    assert_eq!(client.envs_of(one(), None).await, [ENV]);
    assert_eq!(client.envs_of(other(), None).await, Vec::<String>::new());
    assert!(sandbox.refuse(ENV, other()));
    assert!(sandbox.pending().is_empty());
    assert_eq!(sandbox.bound(), [(ENV.to_owned(), one().to_owned(), 0)]);
    sandbox.stop().await;
}

#[tokio::test]
async fn asking_again_sends_a_fresh_link_and_kills_the_old_one() {
    let (sandbox, client) = start().await;
    let first = client.share_url(ENV, one()).await;
    let second = client.share_url(ENV, one()).await;
    assert_ne!(first, second);
    assert_eq!(sandbox.requests_sent(ENV, one(), None), 2);
    assert_eq!(client.get(&first).await.0, 410);
    assert_eq!(client.get(&second).await.0, 200);

    sandbox.approve(ENV, one());
    let third = client.share_url(ENV, one()).await;
    assert_eq!(
        sandbox.requests_sent(ENV, one(), 0),
        3,
        "a bound pair's administrator too"
    );
    assert_eq!(client.get(&third).await.0, 200);
    assert_eq!(
        client.envs_of(one(), None).await,
        [ENV],
        "it stays bound meanwhile"
    );
    assert!(sandbox.refuse(ENV, one()));
    assert_eq!(
        client.envs_of(one(), None).await,
        [ENV],
        "and after a refusal"
    );
}

/// So that the pages need not know what such a one may be.
#[tokio::test]
async fn markup_for_an_appid_is_refused_and_gets_no_page() {
    let (sandbox, client) = start().await;
    let answer = client
        .share(ENV, &["<script>alert(1)</script>"], None)
        .await;
    assert_eq!(answer["err_list"][0]["errmsg"], "invalid appid");
    assert_eq!(answer["msg_info_list"], json!([]));
    assert!(sandbox.pending().is_empty());
}

#[tokio::test]
async fn an_unshared_pair_is_gone_pending_or_bound() {
    let (sandbox, client) = start().await;
    let url = client.share_url(ENV, one()).await;
    sandbox.bind(ENV, other(), None);
    let answer = client.unshare(ENV, &[one(), other()], None).await;
    assert_eq!(answer["err_list"], json!([]));
    assert!(answer.get("msg_info_list").is_none());
    assert!(sandbox.bound().is_empty() && sandbox.pending().is_empty());
    assert!(client.get(&url).await.1.contains("took the share back"));

    let again = client.unshare(ENV, &[one()], None).await;
    assert_eq!(errcode(&again), 0);
    assert_eq!(again["err_list"][0]["env"], ENV);
    assert_eq!(again["err_list"][0]["appid"], one());
}

#[tokio::test]
async fn the_two_kinds_of_environment_are_apart() {
    let (sandbox, client) = start().await;
    sandbox.bind(ENV, one(), 1);
    assert_eq!(client.envs_of(one(), Some(1)).await, [ENV]);
    assert_eq!(client.envs_of(one(), Some(0)).await, Vec::<String>::new());
    assert_eq!(client.envs_of(one(), None).await, Vec::<String>::new());
    let missed = client.unshare(ENV, &[one()], None).await;
    assert_eq!(missed["err_list"].as_array().unwrap().len(), 1);
    sandbox.bind("prod-2", one(), None);
    assert_eq!(
        client.envs_of(one(), Some(0)).await,
        ["prod-2"],
        "absent is the same as 0"
    );
    let odd = client.query(&[one()], Some(7)).await;
    assert_eq!(errcode(&odd), 40097);
}

#[tokio::test]
async fn confirmation_can_be_immediate_or_take_its_time() {
    let (sandbox, client) = start().await;
    sandbox.set_confirm(Confirm::Auto);
    let answer = client.share(ENV, &[one()], None).await;
    assert_eq!(
        (&answer["err_list"], &answer["msg_info_list"]),
        (&json!([]), &json!([]))
    );
    assert_eq!(client.envs_of(one(), None).await, [ENV]);

    sandbox.set_confirm(Confirm::After(Duration::from_millis(30)));
    client.share_url(ENV, other()).await;
    while client.envs_of(other(), None).await.is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    sandbox.set_confirm(Confirm::Manual);
    sandbox.behave(|now| now.sends_urls = false);
    let answer = client.share("prod-2", &[one()], None).await;
    assert_eq!(answer["msg_info_list"], json!([]));
    assert_eq!(sandbox.pending().len(), 1);
}

/// What no document says of a share that waits can be either way.
#[tokio::test]
async fn what_waits_is_listed_keeps_its_url_or_stays_if_the_sandbox_is_told() {
    let (sandbox, client) = start().await;
    let first = client.share_url(ENV, one()).await;
    assert_ne!(client.share_url(ENV, one()).await, first);
    assert_eq!(client.envs_of(one(), None).await, [""; 0]);

    sandbox.behave(|now| {
        now.lists_pending = true;
        now.same_urls = true;
        now.keeps_pending = true;
    });
    let open = client.share_url(ENV, one()).await;
    assert_eq!(client.share_url(ENV, one()).await, open);
    assert_eq!(sandbox.requests_sent(ENV, one(), None), 4);
    assert_eq!(client.envs_of(one(), None).await, [ENV]);
    let answer = client.unshare(ENV, &[one()], None).await;
    assert_eq!(answer["err_list"][0]["appid"], one());
    assert_eq!(sandbox.pending().len(), 1);

    // What is in effect is taken back all the same.
    assert!(sandbox.approve(ENV, one()));
    let answer = client.unshare(ENV, &[one()], None).await;
    assert_eq!(answer["err_list"], json!([]));
    assert!(sandbox.bound().is_empty());
}

#[tokio::test]
async fn single_appids_are_refused_in_err_list() {
    let (sandbox, client) = start().await;
    sandbox.refuse_appid(Endpoint::Share, one(), "main body not same");
    let answer = client.share(ENV, &[one(), other(), "wx123"], None).await;
    assert_eq!(errcode(&answer), 0);
    let errors = json!([
        {"env": ENV, "appid": one(), "errmsg": "main body not same"},
        {"env": ENV, "appid": "wx123", "errmsg": "invalid appid"},
    ]);
    assert_eq!(answer["err_list"], errors);
    assert_eq!(answer["msg_info_list"].as_array().unwrap().len(), 1);
    assert_eq!(sandbox.requests_sent(ENV, one(), None), 0);
    sandbox.allow_appid(Endpoint::Share, one());
    assert_eq!(
        client.share(ENV, &[one()], None).await["err_list"],
        json!([])
    );

    sandbox.bind(ENV, other(), None);
    sandbox.refuse_appid(Endpoint::Unshare, other(), "locked");
    let answer = client.unshare(ENV, &[other()], None).await;
    assert_eq!(answer["err_list"][0]["errmsg"], "locked");
    assert_eq!(client.envs_of(other(), None).await, [ENV]);

    sandbox.refuse_appid(Endpoint::Query, other(), "no permission");
    let answer = client.query(&[one(), other()], None).await;
    assert_eq!(
        answer["err_list"],
        json!([{"appid": other(), "errmsg": "no permission"}])
    );
    assert_eq!(answer["relation_data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_whole_batch_is_refused_and_nothing_of_it_done() {
    let (sandbox, client) = start().await;
    sandbox.behave(|now| {
        now.poison.insert(one().to_owned());
    });
    assert_eq!(
        errcode(&client.share(ENV, &[other(), one()], None).await),
        40097
    );
    assert_eq!(errcode(&client.unshare(ENV, &[one()], None).await), 40097);
    assert_eq!(errcode(&client.query(&[one(), other()], None).await), 40097);
    assert!(sandbox.pending().is_empty());
    sandbox.behave(|now| {
        now.poison.remove(one());
    });
    sandbox.behave(|now| now.max_appids = 1);
    assert_eq!(
        errcode(&client.share(ENV, &[other(), one()], None).await),
        40097
    );
    assert_eq!(errcode(&client.share(ENV, &[one()], None).await), 0);
    sandbox.behave(|now| {
        now.no_cloud_development.insert(other().to_owned());
    });
    assert_eq!(errcode(&client.query(&[other()], None).await), 85088);
    assert_eq!(errcode(&client.query(&[one()], None).await), 0);
    sandbox.behave(|now| now.platform_without_cloud = true);
    assert_eq!(errcode(&client.query(&[one()], None).await), 85088);
}

#[tokio::test]
async fn the_query_can_leave_out_empty_rows() {
    let (sandbox, client) = start().await;
    let answer = client.query(&[one()], None).await;
    assert_eq!(
        answer["relation_data"],
        json!([{"appid": one(), "env_list": []}])
    );
    sandbox.behave(|now| now.empty_rows = false);
    assert_eq!(
        client.query(&[one()], None).await["relation_data"],
        json!([])
    );
}

#[tokio::test]
async fn environments_are_listed_and_converted() {
    let (sandbox, client) = start().await;
    let mut known = Environment::new(ENV);
    known.alias = Some("test".to_owned());
    sandbox.put_environment(known);
    sandbox.put_environment(Environment::new("another-1"));
    let authorizer = sandbox.authorizer_token();
    let component = sandbox.component_token();

    let all = client
        .call(Endpoint::EnvInfo, &authorizer, &json!({}))
        .await;
    assert_eq!(all["info_list"].as_array().unwrap().len(), 2);
    let one = client
        .call(Endpoint::EnvInfo, &authorizer, &json!({"env": ENV}))
        .await;
    assert_eq!(one["info_list"][0]["alias"], "test");
    assert_eq!(one["info_list"][0]["package_id"], Value::Null);
    let none = client
        .call(Endpoint::EnvInfo, &authorizer, &json!({"env": "nope"}))
        .await;
    assert_eq!((errcode(&none), &none["info_list"]), (0, &json!([])));
    let wrong = client.call(Endpoint::EnvInfo, &component, &json!({})).await;
    assert_eq!(errcode(&wrong), 48001);
    let described = client
        .call(Endpoint::DescribeEnvs, &component, &json!({}))
        .await;
    assert!(described["info_list"][0]["bucket_id"].is_string());

    sandbox.put_environment(Environment {
        source: Some("qcloud".to_owned()),
        source_type: Some(1),
        ..Environment::new("hosting-1")
    });
    let nothing = json!({});
    let hosting = async || {
        let answer = client.call(Endpoint::HostingEnvs, &component, &nothing);
        let list = answer.await["env_list"].take();
        (list.as_array().unwrap().len(), list[0].clone())
    };
    let (number, row) = hosting().await;
    assert_eq!((number, &row["env_id"]), (1, &json!("hosting-1")));
    assert_eq!(row["source"], "qcloud");
    let convert = json!({"env": "hosting-1"});
    client.call(Endpoint::Convert, &component, &convert).await;
    assert_eq!(hosting().await.1["source"], "miniapp");
    let wrong = client.call(Endpoint::HostingEnvs, &authorizer, &nothing);
    assert_eq!(errcode(&wrong.await), 48001);
    sandbox.remove_environment("hosting-1");

    for token in [&component, &authorizer] {
        let answer = client
            .call(Endpoint::Convert, token, &json!({"env": ENV}))
            .await;
        assert_eq!(errcode(&answer), 0);
    }
    assert_eq!(sandbox.converted(), ["hosting-1", ENV]);
    sandbox.behave(|now| now.strict_envs = true);
    let answer = client
        .call(Endpoint::Convert, &component, &json!({"env": "nope"}))
        .await;
    assert_eq!(errcode(&answer), -501_007);
    let answer = client.share("nope", &[crate::client::one()], None).await;
    assert_eq!(answer["err_list"][0]["errmsg"], "invalid env");
    assert_eq!(sandbox.converted(), ["hosting-1", ENV]);
}

#[tokio::test]
async fn a_quota_counts_the_calls_of_one_path() {
    let (sandbox, client) = start().await;
    let (component, authorizer) = (sandbox.component_token(), sandbox.authorizer_token());
    sandbox.set_quota(Quota {
        endpoint: Some(Endpoint::Share),
        per_minute: Some(10),
        per_day: Some(100),
    });
    client.share(ENV, &[one()], None).await;
    let ask = async |token: &str, path: &str| {
        let body = json!({"cgi_path": path});
        client.call(Endpoint::ApiQuota, token, &body).await
    };
    let quota = ask(&component, Endpoint::Share.path()).await;
    let counted = json!({"daily_limit": 100, "used": 1, "remain": 99});
    assert_eq!(quota["quota"], counted);
    assert_eq!(
        quota["rate_limit"],
        json!({"call_count": 10, "refresh_second": 60})
    );
    let quota = ask(&authorizer, Endpoint::EnvInfo.path()).await;
    assert_eq!(quota["quota"]["used"], 0);
    assert_eq!(quota.get("rate_limit"), None);
    for (token, path, code) in [
        (&component, "componenttcb/batchshareenv", 76003),
        (&component, "/componenttcb/none", 76021),
        (&component, Endpoint::EnvInfo.path(), 76022),
        (&authorizer, Endpoint::Share.path(), 76022),
    ] {
        assert_eq!(errcode(&ask(token, path).await), code, "{path}");
    }
}

#[tokio::test]
async fn requests_that_are_wrong_get_their_documented_code() {
    let (sandbox, client) = start().await;
    let url = client.url(Endpoint::Share, &sandbox.component_token());
    let post = async |body: &str| client.post_text(&url, body).await.1;
    for (body, code) in [
        ("", 44002),
        ("{", 47001),
        ("[]", 47001),
        ("{}", 40101),
        (r#"{"data": {}}"#, 47001),
        (r#"{"data": []}"#, 40097),
        (r#"{"data": [{"appids": ["wx5fe6bb43205e9e07"]}]}"#, 40101),
        (r#"{"data": [{"env": "e"}]}"#, 40101),
        (r#"{"data": [{"env": "e", "appids": [1]}]}"#, 47001),
        (
            r#"{"data": [{"env": "a b", "appids": ["wx5fe6bb43205e9e07"]}]}"#,
            40097,
        ),
        (
            r#"{"data": [{"env": "e", "appids": ["wx5fe6bb43205e9e07"]}], "source_type": "1"}"#,
            47001,
        ),
    ] {
        let answer: Value = serde_json::from_str(&post(body).await).unwrap();
        assert_eq!(errcode(&answer), code, "{body}");
        let errmsg = answer["errmsg"].as_str().unwrap();
        let rid = errmsg.rsplit_once(" rid: ").unwrap().1;
        assert!(rid.split('-').all(|part| part.len() == 8), "{errmsg}");
    }
    assert_eq!(client.get_code(&url).await, 43002);
    assert_eq!(client.code_with_token(Endpoint::Query, "").await, 41001);
    assert_eq!(
        client.code_with_token(Endpoint::Query, "made-up").await,
        40014
    );
    let authorizer = sandbox.authorizer_token();
    assert_eq!(
        client.code_with_token(Endpoint::Query, &authorizer).await,
        48001
    );
    let unknown = url.replace("batchshareenv", "batchshareenvs");
    let answer: Value = serde_json::from_str(&client.post_text(&unknown, "{}").await.1).unwrap();
    assert_eq!(errcode(&answer), 40066);
    let (status, body) = client.post_chunked(&url, r#"{"data": []}"#).await;
    assert_eq!((status, body.as_str()), (412, ""));
}

#[tokio::test]
async fn the_log_says_what_was_asked_and_answered() {
    let (sandbox, client) = start().await;
    client.share(ENV, &[one(), other()], Some(1)).await;
    client.code_with_token(Endpoint::Query, "made-up").await;
    let calls = sandbox.calls();
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0].endpoint, Endpoint::Share);
    assert_eq!(calls[0].appids, [one(), other()]);
    assert_eq!(calls[0].env.as_deref(), Some(ENV));
    assert_eq!(calls[0].source_type, Some(1));
    assert_eq!(calls[0].token, TokenSeen::Component);
    assert_eq!(calls[0].errcode, Some(0));
    assert_eq!(calls[0].body["data"][0]["env"], ENV);
    assert_eq!(
        (calls[1].token, calls[1].errcode),
        (TokenSeen::Unknown, Some(40014))
    );
    assert_eq!(sandbox.calls_to(Endpoint::Share).len(), 1);
    sandbox.clear_calls();
    assert!(sandbox.calls().is_empty());
    client.query(&[one()], None).await;
    assert_eq!(sandbox.calls()[0].number, 3);
}

#[tokio::test]
async fn large_states_answer_quickly_enough_to_be_a_base_for_tests() {
    let (sandbox, client) = start().await;
    sandbox.set_confirm(Confirm::Auto);
    let appids: Vec<String> = (0..5_000).map(|n| format!("wx{n:016}")).collect();
    let refs: Vec<&str> = appids.iter().map(String::as_str).collect();
    for env in 0..10 {
        let answer = client.share(&format!("env-{env}"), &refs, None).await;
        assert_eq!(answer["err_list"], json!([]));
    }
    assert_eq!(sandbox.bound().len(), 50_000);
    let answer = client.query(&refs[..50], None).await;
    assert_eq!(
        answer["relation_data"][49]["env_list"]
            .as_array()
            .unwrap()
            .len(),
        10
    );
}

#[tokio::test]
async fn a_function_is_uploaded_listed_changed_and_deleted() {
    let (sandbox, client) = start().await;
    let token = sandbox.component_token();
    sandbox.behave(|now| now.function_creation = Duration::from_secs(3600));
    let zip = BASE64_STANDARD.encode(b"PK\x03\x04one");
    let upload = |envs: &[&str]| json!({"functionname": "f", "envs": envs, "zipfile": zip});
    let answer = client
        .call(
            Endpoint::UploadFunction,
            &token,
            &upload(&[ENV, "not an env"]),
        )
        .await;
    assert_eq!(errcode(&answer), 0);
    let rows = json!([{"env": "not an env", "errmsg": "invalid env"}]);
    assert_eq!(answer["fail_env_list"], rows);

    let list = json!({"env": ENV, "searchkey": "f", "limit": 100});
    let answer = client.call(Endpoint::FunctionList, &token, &list).await;
    assert_eq!((errcode(&answer), &answer["total_count"]), (0, &json!(1)));
    let listed = &answer["functions"][0];
    assert_eq!(
        (&listed["name"], &listed["status"]),
        (&json!("f"), &json!("Creating"))
    );
    assert_eq!(listed["status_reason"], json!([]));
    assert!(listed.get("code").is_none(), "the API tells no code");
    let before = sandbox.functions();

    // A second one is refused; new code is for one that is there.
    let answer = client
        .call(Endpoint::UploadFunction, &token, &upload(&[ENV]))
        .await;
    assert_eq!(answer["fail_env_list"][0]["env"], ENV);
    assert_eq!(sandbox.functions(), before);
    sandbox.behave(|now| now.function_creation = Duration::ZERO);
    let answer = client
        .call(
            Endpoint::UploadFunctionCode,
            &token,
            &upload(&[ENV, "other-env"]),
        )
        .await;
    assert_eq!(answer["fail_list"][0]["env"], "other-env");
    assert!(answer["fail_list"][0]["errormsg"].is_string());
    let after = sandbox.functions();
    assert_eq!(after[0].status, "Active");
    assert_ne!(after[0].mod_time, before[0].mod_time);

    let delete = json!({"functionname": "f", "env": ENV});
    assert_eq!(
        errcode(&client.call(Endpoint::DeleteFunction, &token, &delete).await),
        0
    );
    let again = client.call(Endpoint::DeleteFunction, &token, &delete).await;
    assert_eq!(errcode(&again), -501_000);
    assert!(sandbox.functions().is_empty());
    sandbox.stop().await;
}

#[tokio::test]
async fn only_uploads_may_be_large_and_only_zip_files_are_taken() {
    let (sandbox, client) = start().await;
    let token = sandbox.component_token();
    let body = |bytes: &[u8]| json!({"functionname": "f", "envs": [ENV], "zipfile": BASE64_STANDARD.encode(bytes)});
    let mut largest = b"PK\x03\x04".to_vec();
    largest.resize(20 << 20, 0);
    let answer = client
        .call(Endpoint::UploadFunction, &token, &body(&largest))
        .await;
    assert_eq!(errcode(&answer), 0);
    largest.push(0);
    for wrong in [&largest[..], b"text"] {
        let answer = client
            .call(Endpoint::UploadFunctionCode, &token, &body(wrong))
            .await;
        assert_eq!(errcode(&answer), 40097);
    }
    // The log is no place for it.
    let calls = sandbox.calls_to(Endpoint::UploadFunction);
    assert_eq!(calls[0].envs, [ENV]);
    assert_eq!(calls[0].body["zipfile"], "(27962028 characters)");
    let (status, _) = client
        .post_text(
            &client.url(Endpoint::FunctionList, &token),
            &"x".repeat(5 << 20),
        )
        .await;
    assert_eq!(status, 413);
    sandbox.stop().await;
}
