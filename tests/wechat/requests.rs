//! What is sent, and what answers are understood.

use std::{collections::BTreeSet, sync::Mutex};

use cloudbase::wechat::{
    ApiQuota, Class, EnvInfo, Freshness, HostingEnv, RateLimit, ShareOutcome, SourceType, TokenKind,
};
use serde_json::{Value, json};

use crate::server::{
    AUTHORIZER_TOKEN, COMPONENT_TOKEN, Reply, Request, Server, appid, appids, env, operation,
};

async fn ok_server() -> Server {
    Server::start(|_| Reply::Json(json!({"errcode": 0, "errmsg": "ok"}))).await
}

fn check(server: &Server, path: &str, token: &str, body: &Value) {
    let requests = server.requests();
    let request = requests.last().unwrap();
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("POST", path)
    );
    assert_eq!(request.query, format!("access_token={token}"));
    assert_eq!(&request.body(), body);
    assert_eq!(
        request.header("content-length"),
        Some(request.text.len().to_string().as_str())
    );
    assert_eq!(request.header("transfer-encoding"), None);
    assert!(
        !request.text.contains("canary"),
        "the token is in the query only"
    );
}

#[tokio::test]
async fn share() {
    let server = ok_server().await;
    let client = server.client();
    client
        .share(&operation(), &env(), &appids([2, 1]), None)
        .await;
    let data = json!([{"env": "test-env-1", "appids": [appid(1), appid(2)]}]);
    check(
        &server,
        "/componenttcb/batchshareenv",
        COMPONENT_TOKEN,
        &json!({"data": data}),
    );
    client
        .share(
            &operation(),
            &env(),
            &appids([2, 1]),
            Some(SourceType::new(1)),
        )
        .await;
    let body = json!({"data": data, "source_type": 1});
    check(
        &server,
        "/componenttcb/batchshareenv",
        COMPONENT_TOKEN,
        &body,
    );
}

#[tokio::test]
async fn unshare() {
    let server = ok_server().await;
    let unshared = server
        .client()
        .unshare(&operation(), &env(), &appids([1]), Some(SourceType::new(0)))
        .await;
    assert!(unshared[&appid(1)].is_ok());
    let body = json!({"data": [{"env": "test-env-1", "appids": [appid(1)]}], "source_type": 0});
    check(
        &server,
        "/componenttcb/batchunshareenv",
        COMPONENT_TOKEN,
        &body,
    );
}

#[tokio::test]
async fn query() {
    let server = ok_server().await;
    let shares = server
        .client()
        .query(&operation(), &appids([1]), None, Freshness::Fresh)
        .await;
    assert_eq!(shares[&appid(1)].as_ref().unwrap(), &BTreeSet::new());
    check(
        &server,
        "/componenttcb/batchgetenvid",
        COMPONENT_TOKEN,
        &json!({"appids": [appid(1)]}),
    );
    let source = Some(SourceType::new(1));
    server
        .client()
        .query(&operation(), &appids([1]), source, Freshness::Fresh)
        .await;
    let body = json!({"appids": [appid(1)], "source_type": 1});
    check(
        &server,
        "/componenttcb/batchgetenvid",
        COMPONENT_TOKEN,
        &body,
    );
}

#[tokio::test]
async fn convert() {
    let server = ok_server().await;
    for (kind, token) in [
        (TokenKind::Component, COMPONENT_TOKEN),
        (TokenKind::Authorizer, AUTHORIZER_TOKEN),
    ] {
        server
            .client()
            .convert(&operation(), &env(), kind)
            .await
            .unwrap();
        check(
            &server,
            "/tcb/modifyenv",
            token,
            &json!({"env": "test-env-1"}),
        );
    }
}

#[tokio::test]
async fn env_info() {
    let server = Server::start(|_| {
        Reply::Json(json!({"errcode": "0", "info_list": [
            {"env": "test2-4a89da", "alias": "test2", "create_time": "2019-04-04 14:10:28", "package_id": null},
            {},
        ]}))
    })
    .await;
    let infos = server.client().env_info(&operation(), None).await.unwrap();
    check(&server, "/tcb/getenvinfo", AUTHORIZER_TOKEN, &json!({}));
    let first = EnvInfo {
        env: "test2-4a89da".into(),
        alias: Some("test2".into()),
        create_time: Some("2019-04-04 14:10:28".into()),
        ..EnvInfo::default()
    };
    assert_eq!(infos, [first, EnvInfo::default()]);
    server
        .client()
        .env_info(&operation(), Some(&env()))
        .await
        .unwrap();
    check(
        &server,
        "/tcb/getenvinfo",
        AUTHORIZER_TOKEN,
        &json!({"env": "test-env-1"}),
    );
}

#[tokio::test]
async fn hosting_envs() {
    let server = Server::start(|_| {
        Reply::Json(json!({"errcode": 0, "env_list": [
            {
                "env_id": "hosting-1", "source": "qcloud", "status": "NORMAL", "alias": null,
                "is_default": true, "is_auto_degrade": "false", "region": "ap-shanghai",
                "databases": [{"instance_id": "tnt-1"}], "unheard_of": {},
            },
            {"is_default": "perhaps"},
        ]}))
    })
    .await;
    let envs = server.client().hosting_envs(&operation()).await.unwrap();
    check(
        &server,
        "/componenttcb/describecloudbaserunenvs",
        COMPONENT_TOKEN,
        &json!({}),
    );
    let text = |text: &str| Some(text.to_owned());
    let first = HostingEnv {
        env: "hosting-1".to_owned(),
        source: text("qcloud"),
        status: text("NORMAL"),
        region: text("ap-shanghai"),
        is_default: Some(true),
        is_auto_degrade: Some(false),
        ..HostingEnv::default()
    };
    assert_eq!(envs, [first, HostingEnv::default()]);
}

#[tokio::test]
async fn api_quota() {
    let answers = Mutex::new(vec![
        json!({"errcode": 0, "quota": null, "rate_limit": null}),
        json!({
            "errcode": 0,
            "quota": {"daily_limit": 1000, "used": "7", "remain": 993},
            "rate_limit": {"call_count": 50, "refresh_second": 60},
            "component_rate_limit": {"call_count": 10},
        }),
    ]);
    let server = Server::start(move |_| Reply::Json(answers.lock().unwrap().pop().unwrap())).await;
    let client = server.client();
    let path = "/componenttcb/batchshareenv";
    let ask = async |token| client.api_quota(&operation(), path, token).await.unwrap();
    let rate = |call_count, refresh_second| {
        Some(RateLimit {
            call_count,
            refresh_second,
        })
    };
    let full = ApiQuota {
        daily_limit: Some(1000),
        used: Some(7),
        remain: Some(993),
        rate_limit: rate(Some(50), Some(60)),
        component_rate_limit: rate(Some(10), None),
    };
    for (kind, token, expected) in [
        (TokenKind::Component, COMPONENT_TOKEN, full),
        (TokenKind::Authorizer, AUTHORIZER_TOKEN, ApiQuota::default()),
    ] {
        assert_eq!(ask(kind).await, expected);
        let body = json!({ "cgi_path": path });
        check(&server, "/cgi-bin/openapi/quota/get", token, &body);
    }
}

#[tokio::test]
async fn missing_and_null_lists_are_fine() {
    for body in [
        json!({"errcode": 0}),
        json!({"info_list": []}),
        json!({"info_list": null, "errcode": null, "errmsg": null}),
    ] {
        let server = Server::start(move |_| Reply::Json(body.clone())).await;
        assert_eq!(
            server.client().env_info(&operation(), None).await.unwrap(),
            []
        );
    }
}

#[tokio::test]
async fn every_appid_gets_its_own_outcome() {
    let server = Server::start(|_| {
        Reply::Json(json!({
            "errcode": 0,
            "err_list": [
                {"env": "mytestenv-7gfwxe92efb3aa38", "appid": appid(1), "errmsg": "main body not same rid: 01234567-89abcdef-01234567"},
                {"env": "mytestenv-7gfwxe92efb3aa38", "appid": "wx5fe6bb43205e9e7", "errmsg": "invalid appid"},
            ],
            "msg_info_list": [{"appid": appid(2), "url": "https://mp.weixin.qq.com/confirm"}],
        }))
    })
    .await;
    let outcomes = server
        .client()
        .share(&operation(), &env(), &appids([1, 2, 3]), None)
        .await;
    assert_eq!(outcomes.len(), 3);
    let refused = outcomes[&appid(1)].as_ref().unwrap_err();
    assert_eq!(refused.class(), Class::Item);
    assert_eq!(refused.errmsg(), Some("main body not same"));
    assert_eq!(refused.rid(), Some("01234567-89abcdef-01234567"));
    assert!(refused.to_string().contains(appid(1).as_str()), "{refused}");
    assert!(refused.to_string().contains("test-env-1"), "{refused}");
    let url = "https://mp.weixin.qq.com/confirm".to_owned();
    let awaiting = ShareOutcome::AwaitingConfirmation { url };
    assert_eq!(outcomes[&appid(2)].as_ref().unwrap(), &awaiting);
    // The mangled row can only be about the one that has no other.
    let mangled = outcomes[&appid(3)].as_ref().unwrap_err();
    assert_eq!(
        (mangled.class(), mangled.errmsg()),
        (Class::Item, Some("invalid appid"))
    );
}

#[tokio::test]
async fn calls_carry_at_most_a_batch() {
    let server = ok_server().await;
    let outcomes = server
        .client()
        .share(&operation(), &env(), &appids(0..1000), None)
        .await;
    assert_eq!(outcomes.len(), 1000);
    let requests = server.requests();
    assert_eq!(requests.len(), 20);
    let sent: BTreeSet<String> = requests.iter().flat_map(Request::appids).collect();
    assert_eq!(sent.len(), 1000);
    assert!(requests.iter().all(|request| request.appids().len() == 50));
}

#[tokio::test]
async fn nothing_to_ask_is_not_asked() {
    let server = ok_server().await;
    let none = appids([]);
    assert!(
        server
            .client()
            .share(&operation(), &env(), &none, None)
            .await
            .is_empty()
    );
    assert!(
        server
            .client()
            .query(&operation(), &none, None, Freshness::Fresh)
            .await
            .is_empty()
    );
    assert_eq!(server.requests().len(), 0);
}
