//! What one run has learned: calls that would meet the same end are not sent.

use std::time::Duration;

use cloudbase::wechat::{Class, Client, EnvId, Error, Freshness, TokenKind};
use futures_util::future::join_all;
use serde_json::json;

use crate::server::{AUTHORIZER_TOKEN, Reply, Server, appid, appids, env, operation};
use crate::tokens::{client, counting, file, files, runs};

/// Answers everything that carries one of these tokens with 42001.
async fn refusing(tokens: &'static [&'static str]) -> Server {
    Server::start(move |request| {
        let token = request.query.trim_start_matches("access_token=");
        let errcode = if tokens.contains(&token) { 42001 } else { 0 };
        Reply::Json(json!({"errcode": errcode}))
    })
    .await
}

async fn convert(client: &Client) -> Result<(), Error> {
    client
        .convert(&operation(), &env(), TokenKind::Component)
        .await
}

/// Two lines that point to the first error.
fn assert_short(error: &Error, class: Class) {
    assert_eq!((error.class(), error.attempts()), (class, 0), "{error}");
    assert!(error.happened().starts_with("not sent: "), "{error}");
    assert!(
        error
            .happened()
            .ends_with("see the first error of this run"),
        "{error}"
    );
    let detail = error.detail();
    assert_eq!(detail.lines().count(), 1, "{detail}");
    assert!(!detail.contains("canary"), "{detail}");
    assert!(!error.may_have_been_applied());
}

#[tokio::test]
async fn a_cap_that_is_used_up_is_met_by_those_under_way_and_by_nobody_after_them() {
    let server = Server::start(|request| {
        let capped = request.path.ends_with("batchshareenv");
        let reply = Reply::Json(json!({"errcode": if capped { 45009 } else { 0 }}));
        Reply::After(Duration::from_millis(100), Box::new(reply))
    })
    .await;
    let mut settings = server.settings();
    settings.batch_across_environments = false;
    let client = Client::new(settings);
    let shares = (0..20).map(|n| {
        let client = client.clone();
        async move {
            let env: EnvId = format!("env-{n}").parse().unwrap();
            let mut outcomes = client.share(&operation(), &env, &appids([n]), None).await;
            outcomes.remove(&appid(n)).unwrap().unwrap_err()
        }
    });
    let errors = join_all(shares).await;
    let (full, short): (Vec<_>, Vec<_>) = errors.iter().partition(|error| error.attempts() > 0);
    assert_eq!((full.len(), short.len()), (4, 16));
    for error in &full {
        assert_eq!(error.class(), Class::Exhausted);
        assert!(error.detail().contains("clear_quota"));
        assert!(error.happened().contains("errcode 45009"), "{error}");
    }
    let in_full = full.iter().filter(|error| error.errcode().is_some());
    assert_eq!(in_full.count(), 1, "the others point to it");
    for error in short {
        assert_short(error, Class::Exhausted);
        assert!(error.happened().contains("errcode 45009"), "{error}");
    }
    assert_eq!(server.count("batchshareenv"), 4);
    let later = client.share(&operation(), &env(), &appids([1]), None).await;
    assert_short(later[&appid(1)].as_ref().unwrap_err(), Class::Exhausted);
    assert_eq!(server.count("batchshareenv"), 4);

    // The API counts the calls of each endpoint by itself.
    let (operation, one) = (operation(), appids([1]));
    let found = client.query(&operation, &one, None, Freshness::Fresh).await;
    assert!(found[&appid(1)].is_ok());
    let unshared = client.unshare(&operation, &env(), &one, None).await;
    assert!(unshared[&appid(1)].is_ok());
    // Another run begins anew.
    let another = server.client();
    another.share(&operation, &env(), &one, None).await;
    assert_eq!(server.count("batchshareenv"), 5);
}

#[tokio::test]
async fn a_cap_on_minting_is_told_in_full_once() {
    let server = Server::start(|_| Reply::Json(json!({"errcode": 45009}))).await;
    let client = client(&server, vec![crate::minting::component()], vec![]);
    let first = convert(&client).await.unwrap_err();
    assert_eq!(
        (first.class(), first.errcode()),
        (Class::Exhausted, Some(45009))
    );
    let second = convert(&client).await.unwrap_err();
    assert_eq!((second.class(), second.errcode()), (Class::Exhausted, None));
    assert_eq!(second.detail().lines().count(), 1, "{}", second.detail());
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_refused_token_is_not_sent_again_and_the_other_kind_is() {
    let server = refusing(&[crate::server::COMPONENT_TOKEN]).await;
    let client = server.client();
    let first = convert(&client).await.unwrap_err();
    assert_eq!(
        (first.class(), first.errcode()),
        (Class::Token, Some(42001))
    );
    for _ in 0..3 {
        let error = convert(&client).await.unwrap_err();
        assert_short(&error, Class::Token);
        assert!(
            error.happened().contains("`component_access_token`"),
            "{error}"
        );
        let shared = client.share(&operation(), &env(), &appids([1]), None).await;
        assert_short(shared[&appid(1)].as_ref().unwrap_err(), Class::Token);
    }
    assert_eq!(server.requests().len(), 1);
    client.env_info(&operation(), None).await.unwrap();
    let last = server.requests().last().unwrap().query.clone();
    assert_eq!(last, format!("access_token={AUTHORIZER_TOKEN}"));
}

#[tokio::test]
async fn a_file_that_has_another_token_later_goes_on() {
    let files = files(r#"{"component_access_token":"canary-old"}"#);
    let server = refusing(&["canary-old", "canary-older"]).await;
    let client = client(&server, vec![file(&files.json)], vec![]);
    assert_eq!(convert(&client).await.unwrap_err().errcode(), Some(42001));
    assert_short(&convert(&client).await.unwrap_err(), Class::Token);
    assert_eq!(server.requests().len(), 1);

    // In passing it cannot be read: that is what the error is about, and no reason to give up for ever.
    std::fs::write(&files.json, r#"{"component_acc"#).unwrap();
    let torn = convert(&client).await.unwrap_err();
    assert_eq!(torn.class(), Class::TokenSource);
    assert_eq!(server.requests().len(), 1);

    // Another one that is refused too is told in full, being another one.
    std::fs::write(&files.json, r#"{"component_access_token":"canary-older"}"#).unwrap();
    assert_eq!(convert(&client).await.unwrap_err().errcode(), Some(42001));
    assert_short(&convert(&client).await.unwrap_err(), Class::Token);
    assert_eq!(server.requests().len(), 2);

    std::fs::write(&files.json, r#"{"component_access_token":"canary-new"}"#).unwrap();
    for _ in 0..3 {
        convert(&client).await.unwrap();
    }
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn a_program_is_not_run_for_every_call_and_its_next_token_is_used() {
    let files = files(r#"{"component_access_token":"canary-old"}"#);
    let server = refusing(&["canary-old"]).await;
    let client = client(&server, vec![counting(&files.log, &files.json)], vec![]);
    assert_eq!(convert(&client).await.unwrap_err().errcode(), Some(42001));
    assert_eq!(runs(&files.log), 2, "at first, and when it was refused");
    for _ in 0..10 {
        assert_short(&convert(&client).await.unwrap_err(), Class::Token);
    }
    assert_eq!((runs(&files.log), server.requests().len()), (2, 1));

    std::fs::write(&files.json, r#"{"component_access_token":"canary-new"}"#).unwrap();
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(5)).await;
    tokio::time::resume();
    convert(&client).await.unwrap();
    convert(&client).await.unwrap();
    assert_eq!((runs(&files.log), server.requests().len()), (3, 3));
}
