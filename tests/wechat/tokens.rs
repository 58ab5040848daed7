//! Where tokens come from, and what happens when one is refused.

use std::{collections::BTreeSet, path::PathBuf, time::Duration};

use cloudbase::wechat::{
    Appid, Class, Client, Credentials, Freshness, Operation, TokenKind, TokenSource,
};
use futures_util::future::join_all;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::server::{Reply, Request, Server, appid, appids, env, operation, value};

const ORIGIN: &str = "the provider attribute `x`";

/// Answers 42001 to every token but `good`.
async fn wanting(good: &'static str) -> Server {
    Server::start(move |request| {
        let errcode = if request.query == format!("access_token={good}") {
            0
        } else {
            42001
        };
        Reply::Json(json!({"errcode": errcode}))
    })
    .await
}

fn client(server: &Server, component: Vec<TokenSource>, authorizer: Vec<TokenSource>) -> Client {
    let mut settings = server.settings();
    settings.credentials = Credentials {
        component,
        authorizer,
    };
    Client::new(settings)
}

fn file(path: &std::path::Path) -> TokenSource {
    TokenSource::File {
        path: path.into(),
        origin: ORIGIN.into(),
    }
}

fn shell(script: String) -> TokenSource {
    TokenSource::Command {
        argv: vec!["/bin/sh".into(), "-c".into(), script],
        timeout: Duration::from_secs(30),
        origin: ORIGIN.into(),
    }
}

/// A program that notes each run in `log` and prints what `json` holds at that time.
fn counting(log: &std::path::Path, json: &std::path::Path) -> TokenSource {
    shell(format!(
        "echo run >> '{}'; cat '{}'",
        log.display(),
        json.display()
    ))
}

fn runs(log: &std::path::Path) -> usize {
    std::fs::read_to_string(log)
        .unwrap_or_default()
        .lines()
        .count()
}

struct Files {
    _directory: tempfile::TempDir,
    json: PathBuf,
    log: PathBuf,
}

fn files(json: &str) -> Files {
    let directory = tempfile::tempdir().unwrap();
    let files = Files {
        json: directory.path().join("tokens.json"),
        log: directory.path().join("log"),
        _directory: directory,
    };
    std::fs::write(&files.json, json).unwrap();
    files
}

const BOTH: &str = r#"{"component_access_token":"canary-component-1","authorizer_access_token":"canary-authorizer-1"}"#;

#[tokio::test]
async fn the_first_source_that_yields_wins() {
    let files = files(r#"{"authorizer_access_token":"canary-authorizer-1"}"#);
    let server = Server::start(|_| Reply::Json(json!({}))).await;
    let sources = vec![file(&files.json), value("canary-fallback", "elsewhere")];
    let client = client(&server, sources.clone(), sources);
    client
        .convert(&operation(), &env(), TokenKind::Authorizer)
        .await
        .unwrap();
    client
        .convert(&operation(), &env(), TokenKind::Component)
        .await
        .unwrap();
    let queries: Vec<String> = server
        .requests()
        .iter()
        .map(|request| request.query.clone())
        .collect();
    assert_eq!(
        queries,
        [
            "access_token=canary-authorizer-1",
            "access_token=canary-fallback"
        ]
    );
}

#[tokio::test]
async fn a_file_is_read_again_when_its_token_is_refused() {
    let files = files(r#"{"authorizer_access_token":"canary-old"}"#);
    let server = wanting("canary-new").await;
    let client = client(&server, vec![], vec![file(&files.json)]);
    let error = client.env_info(&operation(), None).await.unwrap_err();
    assert_eq!((error.class(), error.attempts()), (Class::Token, 1));
    assert!(error.detail().contains(ORIGIN), "{}", error.detail());
    assert!(
        error.detail().contains("has no newer one"),
        "{}",
        error.detail()
    );
    std::fs::write(&files.json, r#"{"authorizer_access_token":"canary-new"}"#).unwrap();
    client.env_info(&operation(), None).await.unwrap();
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_newer_token_that_is_refused_too_ends_it() {
    let files = files(r#"{"authorizer_access_token":"canary-a"}"#);
    let path = files.json.clone();
    let server = Server::start(move |request| {
        let next = format!("{}x", request.query.trim_start_matches("access_token="));
        std::fs::write(&path, json!({"authorizer_access_token": next}).to_string()).unwrap();
        Reply::Json(json!({"errcode": 40001}))
    })
    .await;
    let client = client(&server, vec![], vec![file(&files.json)]);
    let error = client.env_info(&operation(), None).await.unwrap_err();
    assert_eq!((error.class(), error.attempts()), (Class::Token, 2));
    assert!(
        error.detail().contains("refused as well"),
        "{}",
        error.detail()
    );
    assert!(!error.detail().contains("canary"), "{}", error.detail());
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_file_that_can_not_be_used_is_named_and_not_quoted() {
    let server = Server::start(|_| Reply::Json(json!({}))).await;
    let files = files("canary");
    for path in [
        files.json.clone(),
        files.json.with_file_name("missing.json"),
    ] {
        let client = client(&server, vec![], vec![file(&path)]);
        let error = client.env_info(&operation(), None).await.unwrap_err();
        assert_eq!(error.class(), Class::TokenSource);
        let text = format!("{error} {error:?} {}", error.detail());
        assert!(
            text.contains(path.to_str().unwrap()) && text.contains(ORIGIN),
            "{text}"
        );
        assert!(!text.contains("canary"), "{text}");
    }
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn one_run_of_a_command_yields_both_tokens_to_everybody() {
    let files = files(BOTH);
    let server = Server::start(|_| Reply::Json(json!({}))).await;
    let command = counting(&files.log, &files.json);
    let client = client(&server, vec![command.clone()], vec![command]);
    let calls = (0..40).map(|n| {
        let kind = if n % 2 == 0 {
            TokenKind::Component
        } else {
            TokenKind::Authorizer
        };
        let client = client.clone();
        async move { client.convert(&operation(), &env(), kind).await }
    });
    assert!(
        join_all(calls)
            .await
            .into_iter()
            .all(|result| result.is_ok())
    );
    assert_eq!(runs(&files.log), 1);
}

#[tokio::test]
async fn a_refused_token_is_fetched_once_however_many_calls_it_failed() {
    let files = files(r#"{"component_access_token":"canary-component-old"}"#);
    let next = files.json.clone();
    let server = Server::start(move |request| {
        if request.query == "access_token=canary-component-new" {
            return Reply::Json(json!({}));
        }
        std::fs::write(
            &next,
            r#"{"component_access_token":"canary-component-new"}"#,
        )
        .unwrap();
        Reply::After(
            Duration::from_millis(100),
            Box::new(Reply::Json(json!({"errcode": 42001}))),
        )
    })
    .await;
    let client = client(&server, vec![counting(&files.log, &files.json)], vec![]);
    let calls = (0..20).map(|_| {
        let client = client.clone();
        async move {
            client
                .convert(&operation(), &env(), TokenKind::Component)
                .await
        }
    });
    assert!(
        join_all(calls)
            .await
            .into_iter()
            .all(|result| result.is_ok())
    );
    assert_eq!(
        runs(&files.log),
        2,
        "once at first, once for all the refusals"
    );
}

#[tokio::test]
async fn a_failing_command_tells_its_standard_error_and_never_its_output() {
    let server = Server::start(|_| Reply::Json(json!({}))).await;
    for script in [
        "echo canary; echo 'no vault here' >&2; exit 3",
        "echo canary; echo 'no vault here' >&2",
        "echo 'no vault here' >&2; kill -9 $$",
    ] {
        let client = client(&server, vec![], vec![shell(script.into())]);
        let error = client.env_info(&operation(), None).await.unwrap_err();
        assert_eq!(error.class(), Class::TokenSource);
        let text = format!("{error} {error:?} {}", error.detail());
        assert!(
            text.contains("no vault here") && text.contains(ORIGIN),
            "{text}"
        );
        assert!(!text.contains("canary"), "{text}");
    }
    let missing = TokenSource::Command {
        argv: vec!["/nonexistent/program".into()],
        timeout: Duration::from_secs(1),
        origin: ORIGIN.into(),
    };
    let error = client(&server, vec![], vec![missing])
        .env_info(&operation(), None)
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("/nonexistent/program"),
        "{error}"
    );
}

#[tokio::test]
async fn a_command_has_a_time_limit_and_ends_with_its_operation() {
    let server = Server::start(|_| Reply::Json(json!({}))).await;
    let sleeping = |timeout| TokenSource::Command {
        argv: vec!["sleep".into(), "3600".into()],
        timeout,
        origin: ORIGIN.into(),
    };
    let limited = client(&server, vec![], vec![sleeping(Duration::from_millis(100))]);
    let error = limited.env_info(&operation(), None).await.unwrap_err();
    assert_eq!(error.class(), Class::TokenSource);
    assert!(error.to_string().contains("longer than 100ms"), "{error}");

    let patient = client(&server, vec![], vec![sleeping(Duration::from_secs(3600))]);
    let cancel = CancellationToken::new();
    let cancelled = Operation::new(Duration::from_secs(3600), cancel.clone());
    let cancels = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        cancel.cancel();
    };
    let (result, ()) = tokio::join!(patient.env_info(&cancelled, None), cancels);
    assert_eq!(result.unwrap_err().class(), Class::Cancelled);
}

fn component() -> TokenSource {
    TokenSource::MintComponent {
        appid: appid(777),
        appsecret: "canary-appsecret".into(),
        verify_ticket: "ticket@@@canary-ticket".into(),
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
    let server = minting(|_| Reply::Json(json!({}))).await;
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
            Reply::Json(json!({}))
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
    let server = minting(|_| Reply::Json(json!({}))).await;
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
        Reply::Json(json!({}))
    })
    .await;
    let client = client(&server, vec![component()], vec![]);
    let shares = client
        .query(&operation(), &appids([1]), None, Freshness::Fresh)
        .await;
    assert!(shares[&appid(1)].is_ok());
    assert_eq!(server.paths(), ["api_component_token", "batchgetenvid"]);
}
