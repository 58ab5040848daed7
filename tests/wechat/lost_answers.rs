//! A write whose answer was lost is looked after before it is sent again.

use std::sync::Mutex;

use cloudbase::wechat::{Class, Client, ShareOutcome};
use serde_json::json;

use crate::server::{Reply, Server, appid, appids, env, operation};

/// Loses the first `lost` answers of writes, and says in queries that `listed` are shared.
async fn losing(lost: usize, reply: fn() -> Reply, listed: Vec<usize>) -> Server {
    let left = Mutex::new(lost);
    Server::start(move |request| {
        if request.path.ends_with("batchgetenvid") {
            let rows: Vec<_> = listed
                .iter()
                .map(|&n| json!({"appid": appid(n), "env_list": ["test-env-1"]}))
                .collect();
            return Reply::Json(json!({"errcode": 0, "relation_data": rows}));
        }
        let mut left = left.lock().unwrap();
        if *left == 0 {
            return Reply::Json(json!({"errcode": 0}));
        }
        *left -= 1;
        reply()
    })
    .await
}

fn lost() -> Vec<fn() -> Reply> {
    vec![
        || Reply::Close,
        || Reply::Status(502, String::new()),
        || Reply::Status(200, String::new()),
        || Reply::Status(200, r#"{"errcode":0,"msg_"#.into()),
        || Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{}".into()),
        || Reply::Json(json!({"errcode": -501_002})),
        || Reply::Json(json!({"errcode": 0, "err_list": 5})),
    ]
}

#[tokio::test]
async fn share_sends_again_only_what_the_query_does_not_list() {
    for reply in lost() {
        let server = losing(1, reply, vec![1]).await;
        let outcomes = server
            .client()
            .share(&operation(), &env(), &appids([1, 2]), None)
            .await;
        assert_eq!(
            outcomes[&appid(1)].as_ref().unwrap(),
            &ShareOutcome::AlreadyBound
        );
        assert_eq!(outcomes[&appid(2)].as_ref().unwrap(), &ShareOutcome::NoUrl);
        assert_eq!(
            server.paths(),
            ["batchshareenv", "batchgetenvid", "batchshareenv"]
        );
        assert_eq!(server.requests()[2].appids(), [appid(2).to_string()]);
    }
}

#[tokio::test]
async fn unshare_is_sent_again_for_all_since_what_is_pending_is_never_listed() {
    let server = losing(1, || Reply::Close, vec![1]).await;
    let outcomes = server
        .client()
        .unshare(&operation(), &env(), &appids([1, 2]), None)
        .await;
    assert!(outcomes.values().all(Result::is_ok));
    assert_eq!(
        server.paths(),
        ["batchunshareenv", "batchgetenvid", "batchunshareenv"]
    );
    assert_eq!(
        server.requests()[2].appids(),
        [appid(1).to_string(), appid(2).to_string()]
    );
}

#[tokio::test]
async fn nothing_is_sent_again_when_all_took_effect() {
    let server = losing(1, || Reply::Close, vec![1, 2]).await;
    let outcomes = server
        .client()
        .share(&operation(), &env(), &appids([1, 2]), None)
        .await;
    assert!(outcomes.values().all(Result::is_ok));
    assert_eq!(server.paths(), ["batchshareenv", "batchgetenvid"]);
}

#[tokio::test]
async fn an_answer_that_came_is_not_looked_after() {
    let server = losing(2, || Reply::Json(json!({"errcode": -1})), vec![]).await;
    let outcomes = server
        .client()
        .share(&operation(), &env(), &appids([1]), None)
        .await;
    assert!(outcomes[&appid(1)].is_ok());
    assert_eq!(server.paths(), ["batchshareenv"; 3]);
}

#[tokio::test]
async fn a_time_out_is_a_lost_answer() {
    let server = losing(1, || Reply::Hang, vec![1]).await;
    let mut settings = server.settings();
    settings.request_timeout = std::time::Duration::from_millis(300);
    let outcomes = Client::new(settings)
        .share(&operation(), &env(), &appids([1]), None)
        .await;
    assert_eq!(
        outcomes[&appid(1)].as_ref().unwrap(),
        &ShareOutcome::AlreadyBound
    );
    assert_eq!(server.paths(), ["batchshareenv", "batchgetenvid"]);
}

#[tokio::test]
async fn the_last_lost_answer_is_looked_after_too() {
    let server = losing(100, || Reply::Close, vec![1]).await;
    let mut settings = server.settings();
    settings.max_retries = 0;
    let outcomes = Client::new(settings)
        .share(&operation(), &env(), &appids([1, 2]), None)
        .await;
    assert_eq!(
        outcomes[&appid(1)].as_ref().unwrap(),
        &ShareOutcome::AlreadyBound
    );
    let error = outcomes[&appid(2)].as_ref().unwrap_err();
    assert_eq!((error.class(), error.attempts()), (Class::Unreachable, 1));
    assert!(error.may_have_been_applied());
    assert!(
        error.detail().contains("answer was lost"),
        "{}",
        error.detail()
    );
}

#[tokio::test]
async fn what_could_not_be_checked_is_not_sent_again() {
    let server = Server::start(|request| {
        if request.path.ends_with("batchgetenvid") {
            Reply::Json(json!({"errcode": 45009}))
        } else {
            Reply::Close
        }
    })
    .await;
    let outcomes = server
        .client()
        .share(&operation(), &env(), &appids([1]), None)
        .await;
    let error = outcomes[&appid(1)].as_ref().unwrap_err();
    assert!(error.may_have_been_applied());
    assert!(
        error.to_string().contains("could not be checked"),
        "{error}"
    );
    assert_eq!(server.paths(), ["batchshareenv", "batchgetenvid"]);
}
