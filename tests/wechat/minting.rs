//! Tokens that are fetched with `api_component_token` and `api_authorizer_token`.

use std::collections::BTreeSet;

use cloudbase::wechat::{Appid, Class, Client, Freshness, TokenKind, TokenSource};
use futures_util::future::join_all;
use serde_json::json;

use crate::server::{Reply, Request, Server, appid, appids, env, operation};
use crate::tokens::{ORIGIN, client, file, files};

pub(crate) fn component() -> TokenSource {
    TokenSource::MintComponent {
        appid: appid(777),
        // As they come from a file or a form: what is sent is trimmed.
        appsecret: " canary-appsecret\n".into(),
        verify_ticket: "ticket@@@canary-ticket\r\n".into(),
        origin: "the provider attribute `component`".into(),
    }
}

fn authorizer(refresh_token: Option<&str>) -> TokenSource {
    TokenSource::MintAuthorizer {
        component_appid: None,
        authorizer_appid: appid(5),
        refresh_token: refresh_token.map(Into::into),
        origin: "the provider attribute `authorizer`".into(),
    }
}

/// Mints numbered tokens; `api` answers everything else.
async fn minting(api: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
    let minted = std::sync::atomic::AtomicUsize::new(0);
    Server::start(move |request| {
        let next = || minted.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1;
        match request.path.rsplit('/').next().unwrap() {
            "api_component_token" => {
                assert_eq!(request.query, "");
                Reply::Json(json!({"component_access_token": format!("canary-c{}", next()), "expires_in": 7200}))
            }
            "api_authorizer_token" => {
                assert!(request.query.starts_with("access_token=canary-c"), "{}", request.query);
                let body = request.body();
                assert_eq!(body["component_appid"], json!(appid(777)));
                assert_eq!(body["authorizer_appid"], json!(appid(5)));
                if body["authorizer_refresh_token"] != "refreshtoken@@@canary-good" {
                    return Reply::Json(json!({"errcode": 61023, "errmsg": "invalid refresh_token"}));
                }
                Reply::Json(json!({"authorizer_access_token": format!("canary-a{}", next()), "expires_in": "7200", "authorizer_refresh_token": "refreshtoken@@@canary-good"}))
            }
            "api_get_authorizer_list" => {
                let offset = request.body()["offset"].as_u64().unwrap();
                assert_eq!(request.body()["count"], 500);
                // Two pages; ours is on the second.
                let list: Vec<_> = if offset == 0 {
                    (100..600).map(|n| json!({"authorizer_appid": appid(n), "refresh_token": "", "auth_time": 1})).collect()
                } else {
                    vec![json!({"authorizer_appid": appid(5), "refresh_token": "refreshtoken@@@canary-good", "auth_time": "1700000000"})]
                };
                Reply::Json(json!({"total_count": 501, "list": list}))
            }
            _ => api(request),
        }
    })
    .await
}

#[tokio::test]
async fn a_component_token_is_minted_once_for_everybody() {
    let server = minting(|_| Reply::Json(json!({"errcode": 0}))).await;
    let client = client(&server, vec![component()], vec![]);
    let calls = (0..20).map(|_| client.convert_with_component());
    assert!(
        join_all(calls)
            .await
            .into_iter()
            .all(|result| result.is_ok())
    );
    assert_eq!(server.count("api_component_token"), 1);
    let body = server.requests()[0].body();
    assert_eq!(
        body,
        json!({"component_appid": appid(777), "component_appsecret": "canary-appsecret", "component_verify_ticket": "ticket@@@canary-ticket"})
    );
}

/// A call that takes the component token and is not coalesced.
trait ConvertWithComponent {
    async fn convert_with_component(&self) -> Result<(), cloudbase::wechat::Error>;
}

impl ConvertWithComponent for Client {
    async fn convert_with_component(&self) -> Result<(), cloudbase::wechat::Error> {
        self.convert(&operation(), &env(), TokenKind::Component)
            .await
    }
}

#[tokio::test]
async fn a_refused_minted_token_is_minted_once_more_and_never_again() {
    let server =
        minting(|_| Reply::Json(json!({"errcode": 40001, "errmsg": "invalid credential"}))).await;
    let client = client(&server, vec![component()], vec![]);
    for _ in 0..3 {
        let error = client.convert_with_component().await.unwrap_err();
        assert_eq!(error.class(), Class::Token, "{error}");
        let text = format!("{error} {error:?} {}", error.detail());
        assert!(
            text.contains("the provider attribute `component`"),
            "{text}"
        );
        assert!(!text.contains("canary"), "{text}");
    }
    assert_eq!(server.count("api_component_token"), 2);
}

#[tokio::test]
async fn a_refused_ticket_is_not_tried_again() {
    let server = Server::start(|request| {
        assert!(request.path.ends_with("api_component_token"));
        Reply::Json(json!({"errcode": 61006, "errmsg": "component ticket is invalid ticket@@@canary-ticket"}))
    })
    .await;
    let client = client(&server, vec![component()], vec![]);
    for _ in 0..3 {
        let error = client.convert_with_component().await.unwrap_err();
        assert_eq!(
            (error.class(), error.errcode()),
            (Class::Caller, Some(61006))
        );
        let text = format!("{error} {error:?} {}", error.detail());
        assert!(text.contains("component_verify_ticket"), "{text}");
        assert!(!text.contains("canary"), "{text}");
    }
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn an_unreadable_answer_is_no_refusal_unless_it_stays() {
    type Case = (Vec<fn() -> Reply>, usize);
    let garbage: fn() -> Reply = || Reply::Status(200, "<html>".into());
    let token: fn() -> Reply = || {
        let token = "canary-c1";
        Reply::Json(json!({"errcode": 0, "component_access_token": token, "expires_in": 7200}))
    };
    let cases: [Case; 2] = [
        (vec![garbage, token], 1),
        (
            vec![garbage, || Reply::Json(json!({"errcode": 0})), token],
            2,
        ),
    ];
    for (replies, failing) in cases {
        let server = Server::scripted(replies).await;
        let client = impatient(&server);
        for _ in 0..failing {
            let error = client.convert_with_component().await.unwrap_err();
            assert_eq!(error.class(), Class::TokenSource, "{error}");
        }
        client.convert_with_component().await.unwrap();
        client.convert_with_component().await.unwrap();
        assert_eq!(server.count("api_component_token"), failing + 1);
    }

    let server = Server::scripted(vec![garbage]).await;
    let client = impatient(&server);
    for _ in 0..5 {
        client.convert_with_component().await.unwrap_err();
    }
    assert_eq!(server.count("api_component_token"), 3);
}

/// A client that mints its component token, and makes one attempt at each call.
fn impatient(server: &Server) -> Client {
    let mut settings = server.settings();
    settings.max_retries = 0;
    settings.credentials.component = vec![component()];
    Client::new(settings)
}

#[tokio::test]
async fn a_busy_mint_is_tried_no_more_often_than_any_call() {
    let server = Server::start(|_| Reply::Json(json!({"errcode": -1}))).await;
    let client = client(&server, vec![component()], vec![]);
    let error = client.convert_with_component().await.unwrap_err();
    assert_eq!(
        (error.class(), error.errcode()),
        (Class::TokenSource, Some(-1))
    );
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn an_authorizer_token_is_minted_with_the_component_token() {
    for (refresh_token, expected) in [
        (
            Some("refreshtoken@@@canary-good"),
            vec![
                "api_component_token",
                "api_authorizer_token",
                "getenvinfo",
                "getenvinfo",
            ],
        ),
        (
            None,
            vec![
                "api_component_token",
                "api_get_authorizer_list",
                "api_get_authorizer_list",
                "api_authorizer_token",
                "getenvinfo",
                "getenvinfo",
            ],
        ),
        (
            Some("refreshtoken@@@canary-stale"),
            vec![
                "api_component_token",
                "api_authorizer_token",
                "api_get_authorizer_list",
                "api_get_authorizer_list",
                "api_authorizer_token",
                "getenvinfo",
                "getenvinfo",
            ],
        ),
    ] {
        let server = minting(|request| {
            assert!(
                request.query.starts_with("access_token=canary-a"),
                "{}",
                request.query
            );
            Reply::Json(json!({"errcode": 0}))
        })
        .await;
        let client = client(&server, vec![component()], vec![authorizer(refresh_token)]);
        client.env_info(&operation(), None).await.unwrap();
        client.env_info(&operation(), None).await.unwrap();
        assert_eq!(server.paths(), expected);
    }
}

#[tokio::test]
async fn an_expired_component_token_is_renewed_while_an_authorizer_token_is_minted() {
    let server = Server::start(|request| {
        if request.path.ends_with("api_component_token") {
            return Reply::Json(
                json!({"component_access_token": "canary-c-new", "expires_in": 7200}),
            );
        }
        if request.path.ends_with("api_authorizer_token") && request.query.ends_with("canary-c-new")
        {
            return Reply::Json(json!({"authorizer_access_token": "canary-a", "expires_in": 7200}));
        }
        Reply::Json(json!({"errcode": if request.query.ends_with("canary-a") { 0 } else { 42001 }}))
    })
    .await;
    let files = files(r#"{"component_access_token":"canary-c-old"}"#);
    let authorizer = TokenSource::MintAuthorizer {
        component_appid: Some(appid(777)),
        authorizer_appid: appid(5),
        refresh_token: Some("refreshtoken@@@x".into()),
        origin: ORIGIN.into(),
    };
    let client = client(&server, vec![file(&files.json)], vec![authorizer]);
    let error = client.env_info(&operation(), None).await.unwrap_err();
    assert!(
        error.detail().contains("component access token came from"),
        "{}",
        error.detail()
    );
    std::fs::write(&files.json, r#"{"component_access_token":"canary-c-new"}"#).unwrap();
    client.env_info(&operation(), None).await.unwrap();
}

#[tokio::test]
async fn accounts_are_listed_over_all_pages() {
    let server = minting(|_| Reply::Json(json!({"errcode": 0}))).await;
    let client = client(&server, vec![component()], vec![]);
    let accounts = client.authorizers(&operation(), None).await.unwrap();
    assert_eq!(accounts.len(), 501);
    assert!(accounts[0].refresh_token.is_none());
    assert_eq!(accounts[500].auth_time, Some(1_700_000_000));
    assert!(!format!("{accounts:?}").contains("canary"));
}

#[tokio::test]
async fn an_account_tells_its_permission_sets() {
    let server = minting(|_| {
        Reply::Json(json!({
            "authorizer_info": {"nick_name": "shop", "principal_name": "Shop Ltd"},
            "authorization_info": {"func_info": [{"funcscope_category": {"id": 18}}, {"funcscope_category": {"id": "49"}}, {}]},
        }))
    })
    .await;
    let client = client(&server, vec![component()], vec![]);
    let platform: Appid = appid(777);
    let info = client
        .authorizer_info(&operation(), Some(&platform), &appid(5))
        .await
        .unwrap();
    assert_eq!(info.permission_sets, BTreeSet::from([18, 49]));
    assert_eq!(info.principal_name.as_deref(), Some("Shop Ltd"));
}

#[tokio::test]
async fn environments_of_the_platform_are_listed() {
    let server = Server::start(|_| {
        Reply::Json(json!({"errcode": 0, "info_list": [{"env": "a", "status": "NORMAL", "bucket_id": "b"}, {"env": "c", "dbinstance_id": null}]}))
    })
    .await;
    let envs = server.client().component_envs(&operation()).await.unwrap();
    let seen: Vec<_> = envs
        .iter()
        .map(|env| (env.info.env.as_str(), env.bucket_id.as_deref()))
        .collect();
    assert_eq!(seen, [("a", Some("b")), ("c", None)]);
    assert_eq!(server.requests()[0].text, "{}");
}

#[tokio::test]
async fn batch_calls_take_minted_tokens_too() {
    let server = minting(|request| {
        assert_eq!(request.query, "access_token=canary-c1");
        Reply::Json(json!({"errcode": 0}))
    })
    .await;
    let client = client(&server, vec![component()], vec![]);
    let shares = client
        .query(&operation(), &appids([1]), None, Freshness::Fresh)
        .await;
    assert!(shares[&appid(1)].is_ok());
    assert_eq!(server.paths(), ["api_component_token", "batchgetenvid"]);
}

#[tokio::test]
async fn a_token_that_was_replaced_meanwhile_is_not_minted_again() {
    // The first token is refused to two calls; to one of them long after the other has fetched the second token.
    let server = minting(|request| {
        if request.query != "access_token=canary-c1" {
            return Reply::Json(json!({"errcode": 0}));
        }
        let refused = Reply::Json(json!({"errcode": 42001}));
        let slow = request.body()["env"] == "slow";
        let pause = std::time::Duration::from_millis(if slow { 400 } else { 0 });
        Reply::After(pause, Box::new(refused))
    })
    .await;
    let client = client(&server, vec![component()], vec![]);
    let (operation, slow, quick) = (operation(), "slow".parse().unwrap(), env());
    let (slow, quick) = tokio::join!(
        client.convert(&operation, &slow, TokenKind::Component),
        client.convert(&operation, &quick, TokenKind::Component),
    );
    assert!(slow.is_ok() && quick.is_ok(), "{slow:?} {quick:?}");
    assert_eq!(server.count("api_component_token"), 2);
}
