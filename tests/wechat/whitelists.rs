//! The whitelist of open APIs: what is read, what is sent, and what is not sent again.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use cloudbase::wechat::{
    Class, Client, CloudAccess, Error, TokenKind, WhitelistChange, WhitelistError,
};
use serde_json::{Value, json};

use crate::server::{AUTHORIZER_TOKEN, COMPONENT_TOKEN, Reply, Request, Server, env, operation};

fn entries(entries: &[&str]) -> BTreeSet<String> {
    entries.iter().map(|&entry| entry.to_owned()).collect()
}

/// A server whose whitelist is answered by `get`, one answer after the other and then the last for ever, and whose
/// writes are answered by `set`, in the same way.
async fn server(get: Vec<Value>, set: Vec<fn() -> Reply>) -> Server {
    let seen = Mutex::new((0, 0));
    Server::start(move |request| {
        let mut seen = seen.lock().unwrap();
        if request.body()["action"] == "get" {
            seen.0 += 1;
            Reply::Json(get[(seen.0 - 1).min(get.len() - 1)].clone())
        } else {
            seen.1 += 1;
            set[(seen.1 - 1).min(set.len() - 1)]()
        }
    })
    .await
}

fn ok() -> Reply {
    Reply::Json(json!({"errcode": 0, "errmsg": "ok"}))
}

fn refused() -> Reply {
    Reply::Json(json!({"errcode": 40097, "errmsg": "invalid args"}))
}

fn at(version: i64, list: &[&str]) -> Value {
    json!({"errcode": 0, "open": true, "api_whitelist": list, "version": version})
}

async fn change(client: &Client, wanted: &[&str]) -> Result<CloudAccess, WhitelistError> {
    let (env, wanted) = (env(), entries(wanted));
    let change = WhitelistChange {
        env: &env,
        token: TokenKind::Component,
        expected: None,
        expected_open: None,
        wanted: &wanted,
    };
    client.change_whitelist(&operation(), change).await
}

fn failed(outcome: Result<CloudAccess, WhitelistError>) -> Error {
    let failed = match outcome.unwrap_err() {
        WhitelistError::Failed(error) => Some(error),
        WhitelistError::Changed { .. } | WhitelistError::NotKnown { .. } => None,
    };
    failed.unwrap()
}

/// The versions that were sent, and how often was looked.
fn sent(server: &Server) -> (Vec<i64>, usize) {
    let bodies: Vec<Value> = server.requests().iter().map(Request::body).collect();
    let (gets, sets): (Vec<_>, Vec<_>) = bodies.iter().partition(|body| body["action"] == "get");
    let versions = sets.iter().map(|body| body["version"].as_i64().unwrap());
    (versions.collect(), gets.len())
}

#[tokio::test]
async fn what_is_asked_and_sent() {
    let server = server(vec![at(2, &["/*"])], vec![ok]).await;
    let client = server.client();
    for (kind, token) in [
        (TokenKind::Component, COMPONENT_TOKEN),
        (TokenKind::Authorizer, AUTHORIZER_TOKEN),
    ] {
        let access = client
            .cloud_access(&operation(), &env(), kind)
            .await
            .unwrap();
        let expected = CloudAccess {
            open: Some(true),
            api_whitelist: entries(&["/*"]),
            version: Some(2),
        };
        assert_eq!(access, expected);
        let request = server.requests().last().unwrap().clone();
        assert_eq!(request.path, "/tcb/usecloudaccesstoken");
        assert_eq!(request.query, format!("access_token={token}"));
        assert_eq!(
            request.body(),
            json!({"action": "get", "env": "test-env-1"})
        );
    }
    let found = change(&client, &["/b", "/a"]).await.unwrap();
    assert_eq!(found.api_whitelist, entries(&["/*"]));
    let last = server.requests().last().unwrap().clone();
    assert_eq!(
        last.body(),
        json!({"action": "set", "env": "test-env-1", "open": true, "api_whitelist": ["/a", "/b"], "version": 2})
    );
    // As wanted already.
    change(&client, &["/*"]).await.unwrap();
    assert_eq!(sent(&server).0, [2]);
}

#[tokio::test]
async fn answers_are_read_tolerantly_and_nothing_is_made_up() {
    let nothing = CloudAccess::default();
    let off = CloudAccess {
        open: Some(false),
        ..CloudAccess::default()
    };
    for (answer, expected) in [
        (json!({"errcode": 0}), nothing.clone()),
        (
            json!({"errcode": 0, "open": null, "api_whitelist": null, "version": null}),
            nothing.clone(),
        ),
        (
            json!({"open": "maybe", "version": "x", "api_whitelist": []}),
            nothing,
        ),
        (json!({"open": false}), off.clone()),
        (json!({"open": 0}), off),
        (
            json!({"errcode": "0", "open": "true", "version": "7", "api_whitelist": ["/a", null, "/a", "b"]}),
            CloudAccess {
                open: Some(true),
                api_whitelist: entries(&["/a", "b"]),
                version: Some(7),
            },
        ),
    ] {
        let server = server(vec![answer], vec![ok]).await;
        let access = server
            .client()
            .cloud_access(&operation(), &env(), TokenKind::Component)
            .await;
        assert_eq!(access.unwrap(), expected);
    }
}

#[tokio::test]
async fn without_open_or_version_nothing_is_sent() {
    for (answer, missing) in [
        (json!({"version": 1, "api_whitelist": []}), "open"),
        (json!({"version": 1, "open": "perhaps"}), "open"),
        (json!({"open": true}), "version"),
    ] {
        let server = server(vec![answer], vec![ok]).await;
        let error = failed(change(&server.client(), &["/a"]).await);
        assert!(
            error
                .happened()
                .contains(&format!("does not say `{missing}`")),
            "{error}"
        );
        assert!(!error.may_have_been_applied());
        assert_eq!(sent(&server), (vec![], 1));
    }
}

#[tokio::test]
async fn open_is_sent_as_it_was_read() {
    for open in [true, false] {
        let found = json!({"open": open, "version": 1, "api_whitelist": []});
        let server = server(vec![found], vec![ok]).await;
        change(&server.client(), &["/a"]).await.unwrap();
        assert_eq!(server.requests()[1].body()["open"], open);
    }
}

#[tokio::test]
async fn a_version_that_moved_is_tried_once_more_and_no_other_refusal_is() {
    let moved = || vec![at(1, &[]), at(2, &[]), at(3, &[])];
    let once = server(moved(), vec![refused, ok]).await;
    change(&once.client(), &["/a"]).await.unwrap();
    assert_eq!(sent(&once), (vec![1, 2], 2));

    let twice = server(moved(), vec![refused]).await;
    let error = failed(change(&twice.client(), &["/a"]).await);
    assert_eq!(error.errcode(), Some(40097));
    assert_eq!(sent(&twice), (vec![1, 2], 3));

    let still = server(vec![at(1, &[])], vec![refused]).await;
    let error = failed(change(&still.client(), &["/a"]).await);
    assert_eq!(error.errcode(), Some(40097));
    assert_eq!(sent(&still), (vec![1], 2));
}

#[tokio::test]
async fn what_somebody_else_wrote_is_not_overwritten() {
    let off = json!({"open": false, "api_whitelist": [], "version": 2});
    for (second, list) in [(at(2, &["/theirs"]), &["/theirs"][..]), (off, &[])] {
        for set in [refused as fn() -> Reply, || Reply::Close] {
            let server = server(vec![at(1, &[]), second.clone()], vec![set]).await;
            let outcome = change(&server.client(), &["/a"]).await;
            let Err(WhitelistError::Changed { found, expected }) = outcome else {
                panic!("{outcome:?}");
            };
            assert_eq!(found.api_whitelist, entries(list));
            assert_eq!(expected.is_some(), !list.is_empty());
            assert_eq!(sent(&server), (vec![1], 2));
        }
    }
}

#[tokio::test]
async fn a_lost_or_busy_answer_is_looked_up_each_time() {
    let lost: [fn() -> Reply; 4] = [
        || Reply::Close,
        || Reply::Status(502, String::new()),
        || Reply::Status(200, r#"{"errmsg":"ok"}"#.into()),
        || Reply::Json(json!({"errcode": -1})),
    ];
    for reply in lost {
        // It took effect.
        let done = server(vec![at(1, &[]), at(2, &["/a"])], vec![reply]).await;
        change(&done.client(), &["/a"]).await.unwrap();
        assert_eq!(sent(&done), (vec![1], 2));
        // It did not, and the version is another one for whatever reason.
        let again = server(vec![at(1, &[]), at(5, &[])], vec![reply, ok]).await;
        change(&again.client(), &["/a"]).await.unwrap();
        assert_eq!(sent(&again), (vec![1, 5], 2));
        // Never.
        let never = server(vec![at(1, &[])], vec![reply]).await;
        let error = failed(change(&never.client(), &["/a"]).await);
        assert!(!error.may_have_been_applied(), "it was looked up: {error}");
        assert_eq!(sent(&never), (vec![1; 5], 6));
    }
}

#[tokio::test]
async fn where_it_cannot_be_looked_up_that_is_said_and_nothing_is_sent_again() {
    let cap = json!({"errcode": 45009});
    let server = server(vec![at(1, &["/old"]), cap], vec![|| Reply::Close]).await;
    let outcome = change(&server.client(), &["/a"]).await;
    let Err(WhitelistError::NotKnown { error, before }) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(before, entries(&["/old"]));
    assert!(error.may_have_been_applied());
    assert_eq!(error.class(), Class::Unreachable);
    let detail = error.detail();
    assert!(detail.contains("could not be checked"), "{detail}");
    assert_eq!(sent(&server), (vec![1], 2));
}

#[tokio::test]
async fn what_is_not_as_expected_is_left_alone() {
    let server = server(vec![at(1, &["/theirs"])], vec![ok]).await;
    let (env, wanted, expected) = (env(), entries(&["/a"]), entries(&["/mine"]));
    let base = WhitelistChange {
        env: &env,
        token: TokenKind::Component,
        expected: Some(&expected),
        expected_open: Some(true),
        wanted: &wanted,
    };
    let client = server.client();
    let outcome = client.change_whitelist(&operation(), base).await;
    assert!(
        matches!(&outcome, Err(WhitelistError::Changed { expected: Some(list), .. }) if *list == expected),
        "{outcome:?}"
    );
    let theirs = entries(&["/theirs"]);
    let off = WhitelistChange {
        expected: Some(&theirs),
        expected_open: Some(false),
        ..base
    };
    let outcome = client.change_whitelist(&operation(), off).await;
    assert!(
        matches!(
            &outcome,
            Err(WhitelistError::Changed { expected: None, .. })
        ),
        "{outcome:?}"
    );
    assert_eq!(sent(&server), (vec![], 2));
}

/// Whoever has no time left while others work is told so, and has sent nothing.
#[tokio::test]
async fn a_turn_ends_with_its_operation() {
    let waits = Arc::new(Mutex::new(true));
    let server = Server::start(move |_| {
        let first = std::mem::replace(&mut *waits.lock().unwrap(), false);
        if first {
            return Reply::Hang;
        }
        Reply::Json(at(1, &["/a"]))
    })
    .await;
    let client = server.client();
    let (env, wanted) = (env(), entries(&["/a"]));
    let base = WhitelistChange {
        env: &env,
        token: TokenKind::Component,
        expected: None,
        expected_open: None,
        wanted: &wanted,
    };
    let limited = |millis| {
        let cancel = tokio_util::sync::CancellationToken::new();
        cloudbase::wechat::Operation::new(Duration::from_millis(millis), cancel)
    };
    let (long, short) = (limited(600), limited(200));
    let first = client.change_whitelist(&long, base);
    let second = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        client.change_whitelist(&short, base).await
    };
    let (first, second) = tokio::join!(first, second);
    let error = failed(second);
    assert_eq!(error.class(), Class::DeadlineExceeded);
    assert!(error.happened().starts_with("not sent"), "{error}");
    assert_eq!(failed(first).class(), Class::DeadlineExceeded);
    assert_eq!(server.requests().len(), 1);
    change(&client, &["/a"]).await.unwrap();
}
