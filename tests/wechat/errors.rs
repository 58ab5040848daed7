//! Which failures are sent again, and what a person is told.

use cloudbase::wechat::{Class, Client, Credentials, Error, Setting, TokenKind, TokenSource};
use serde_json::json;

use crate::server::{Reply, Server, appid, appids, env, operation, settings};

async fn env_info_error(server: &Server) -> Error {
    server
        .client()
        .env_info(&operation(), None)
        .await
        .unwrap_err()
}

#[tokio::test]
async fn classes_and_attempts_by_code() {
    for (errcode, class, attempts) in [
        (-1, Class::Transient, 5),
        (-1000, Class::Transient, 5),
        (45011, Class::Throttled, 5),
        (40001, Class::Token, 1),
        (40014, Class::Token, 1),
        (42001, Class::Token, 1),
        (45009, Class::Exhausted, 1),
        (40066, Class::Caller, 1),
        (40097, Class::Caller, 1),
        (40101, Class::Caller, 1),
        (41001, Class::Caller, 1),
        (43002, Class::Caller, 1),
        (44002, Class::Caller, 1),
        (47001, Class::Caller, 1),
        (48001, Class::Caller, 1),
        (61004, Class::Caller, 1),
        (85088, Class::Caller, 1),
        (99999, Class::Unknown, 1),
    ] {
        let body = json!({"errcode": errcode, "errmsg": "no luck rid: 01234567-89abcdef-01234567"});
        let server = Server::start(move |_| Reply::Json(body.clone())).await;
        let error = env_info_error(&server).await;
        assert_eq!((error.class(), error.errcode()), (class, Some(errcode)));
        assert_eq!(
            (server.requests().len(), error.attempts()),
            (attempts, u32::try_from(attempts).unwrap())
        );
        let detail = error.detail();
        let answer = format!("the API answered errcode {errcode}: no luck");
        assert_eq!(error.reason(), answer);
        assert!(!detail.contains("no luck"), "said twice: {detail}");
        assert_eq!(error.rid(), Some("01234567-89abcdef-01234567"));
    }
}

#[tokio::test]
async fn classes_and_attempts_of_broken_answers() {
    type Case = (fn() -> Reply, Class, usize);
    let cases: Vec<Case> = vec![
        (|| Reply::Status(503, "<html>".into()), Class::Transient, 5),
        (|| Reply::Status(500, String::new()), Class::Transient, 5),
        (|| Reply::Status(429, String::new()), Class::Throttled, 5),
        (|| Reply::Status(412, String::new()), Class::Http, 1),
        (|| Reply::Status(404, "nothing here".into()), Class::Http, 1),
        (|| Reply::Status(302, String::new()), Class::Http, 1),
        (|| Reply::Status(200, String::new()), Class::Malformed, 5),
        (
            || Reply::Status(200, r#"{"errcode":0,"#.into()),
            Class::Malformed,
            5,
        ),
        (
            || Reply::Status(200, "<html></html>".into()),
            Class::Malformed,
            5,
        ),
        (|| Reply::Close, Class::Unreachable, 5),
        (
            || Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"errcode\":0".into()),
            Class::Unreachable,
            5,
        ),
        (
            || Reply::Status(403, r#"{"errcode":61004}"#.into()),
            Class::Caller,
            1,
        ),
    ];
    for (reply, class, attempts) in cases {
        let server = Server::scripted(vec![reply]).await;
        let error = env_info_error(&server).await;
        assert_eq!(
            (error.class(), server.requests().len()),
            (class, attempts),
            "{error}"
        );
        assert!(!error.may_have_been_applied(), "a read applies nothing");
    }
}

#[tokio::test]
async fn a_passing_fault_is_gone_over() {
    let server = Server::scripted(vec![
        || Reply::Json(json!({"errcode": -1})),
        || Reply::Close,
        || Reply::Json(json!({"errcode": 45011})),
        || Reply::Json(json!({"errcode": 0})),
    ])
    .await;
    assert!(server.client().env_info(&operation(), None).await.is_ok());
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn nobody_there() {
    let address = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let outcomes = Client::new(settings(&address))
        .share(&operation(), &env(), &appids([1]), None)
        .await;
    let error = outcomes[&appid(1)].as_ref().unwrap_err();
    assert_eq!((error.class(), error.attempts()), (Class::Unreachable, 5));
    assert!(!error.may_have_been_applied(), "nothing was sent");
}

#[tokio::test]
async fn a_refused_token_names_where_it_came_from() {
    let server = Server::start(|_| Reply::Json(json!({"errcode": 42001}))).await;
    let detail = env_info_error(&server).await.detail();
    assert!(
        detail.contains("the provider attribute `authorizer_access_token`, read at 20"),
        "{detail}"
    );
}

#[tokio::test]
async fn without_a_token_nothing_is_sent_and_the_setting_is_named() {
    let server = Server::start(|_| Reply::Json(json!({"errcode": 0}))).await;
    let mut settings = server.settings();
    settings.credentials = Credentials::default();
    let client = Client::new(settings);
    for kind in [TokenKind::Component, TokenKind::Authorizer] {
        let error = client
            .convert(&operation(), &env(), kind)
            .await
            .unwrap_err();
        assert_eq!(error.class(), Class::NoToken);
        assert_eq!(error.setting(), Some(Setting::Token(kind)));
    }
    let outcomes = client.share(&operation(), &env(), &appids([1]), None).await;
    let error = outcomes[&appid(1)].as_ref().unwrap_err();
    assert_eq!(error.setting(), Some(Setting::Token(TokenKind::Component)));
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn a_token_that_is_not_known_yet_has_its_own_class() {
    let server = Server::start(|_| Reply::Json(json!({"errcode": 0}))).await;
    let mut settings = server.settings();
    settings.credentials.authorizer = vec![TokenSource::Unknown {
        origin: "the provider attribute `x`".into(),
    }];
    let error = Client::new(settings)
        .env_info(&operation(), None)
        .await
        .unwrap_err();
    assert_eq!(error.class(), Class::TokenUnknown);
    assert!(
        error.to_string().contains("the provider attribute `x`"),
        "{error}"
    );
}

#[tokio::test]
async fn one_bad_argument_fails_alone() {
    let server = Server::start(|request| {
        let bad = request.appids().contains(&appid(33).to_string());
        Reply::Json(json!({"errcode": if bad { 40097 } else { 0 }}))
    })
    .await;
    let outcomes = server
        .client()
        .share(&operation(), &env(), &appids(0..50), None)
        .await;
    let failed: Vec<_> = outcomes
        .iter()
        .filter(|(_, outcome)| outcome.is_err())
        .map(|(appid, _)| appid)
        .collect();
    assert_eq!((outcomes.len(), failed), (50, vec![&appid(33)]));
    assert!(server.requests().len() <= 13, "{}", server.requests().len());
}

#[tokio::test]
async fn a_redirect_is_not_followed_since_it_would_carry_the_token_along() {
    let server = Server::start(|_| {
        let answer = "HTTP/1.1 307 Elsewhere\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n";
        Reply::Raw(answer.into())
    })
    .await;
    assert_eq!(env_info_error(&server).await.class(), Class::Http);
    assert_eq!(server.paths(), ["getenvinfo"]);
}
