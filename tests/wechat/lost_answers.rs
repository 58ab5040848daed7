//! A write that may have taken effect is looked up before it is sent again, and before it is given up.

use std::{sync::Mutex, time::Duration};

use cloudbase::wechat::{Backoff, Class, Client, Operation, ShareOutcome};
use serde_json::json;
use tokio_util::sync::CancellationToken;

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

/// Answers for "try again", which do not say that nothing was done.
fn for_the_moment() -> Vec<fn() -> Reply> {
    vec![
        || Reply::Json(json!({"errcode": -1})),
        || Reply::Json(json!({"errcode": -1000})),
        || Reply::Json(json!({"errcode": 45011})),
        || Reply::Json(json!({"errcode": -501_001})),
        || Reply::Status(429, String::new()),
        || Reply::Status(429, r#"{"errcode":45011}"#.into()),
        || Reply::Status(500, r#"{"errcode":-1}"#.into()),
    ]
}

#[tokio::test]
async fn share_sends_again_only_what_the_query_does_not_list() {
    for reply in [lost(), for_the_moment()].concat() {
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
async fn an_unshare_that_was_refused_for_the_moment_is_sent_again_as_it_is() {
    let server = losing(2, || Reply::Json(json!({"errcode": -1})), vec![]).await;
    let outcomes = server
        .client()
        .unshare(&operation(), &env(), &appids([1]), None)
        .await;
    assert!(outcomes[&appid(1)].is_ok());
    assert_eq!(server.paths(), ["batchunshareenv"; 3]);
}

#[tokio::test]
async fn a_time_out_is_a_lost_answer() {
    let server = losing(1, || Reply::Hang, vec![1]).await;
    let mut settings = server.settings();
    settings.request_timeout = Duration::from_millis(300);
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
async fn the_last_answer_is_looked_up_too() {
    for reply in [lost(), for_the_moment()].concat() {
        let server = losing(100, reply, vec![1]).await;
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
        assert_eq!(error.attempts(), 1);
        assert!(error.may_have_been_applied());
        let words = match error.errcode() {
            Some(_) => "It is unknown whether",
            None => "answer was lost",
        };
        assert!(error.detail().contains(words), "{}", error.detail());
        assert_eq!(server.paths(), ["batchshareenv", "batchgetenvid"]);
    }
}

#[tokio::test]
async fn a_call_that_is_given_up_since_its_time_is_short_is_looked_up_in_what_is_left() {
    for reply in for_the_moment() {
        let server = losing(100, reply, vec![1]).await;
        let never = Duration::from_secs(3600);
        let long = Backoff {
            first: never,
            factor: 1,
            ceiling: never,
        };
        let mut settings = server.settings();
        settings.transient_backoff = long;
        settings.throttled_backoff = long;
        let short = Operation::new(Duration::from_secs(30), CancellationToken::new());
        let outcomes = Client::new(settings)
            .share(&short, &env(), &appids([1, 2]), None)
            .await;
        assert_eq!(
            outcomes[&appid(1)].as_ref().unwrap(),
            &ShareOutcome::AlreadyBound
        );
        let error = outcomes[&appid(2)].as_ref().unwrap_err();
        assert_eq!(error.class(), Class::DeadlineExceeded);
        assert!(error.may_have_been_applied());
        assert_eq!(server.paths(), ["batchshareenv", "batchgetenvid"]);
    }
}

#[tokio::test]
async fn one_that_a_bisected_batch_leaves_alone_is_looked_up() {
    for reply in [lost(), for_the_moment()].concat() {
        let server = Server::start(move |request| {
            let appids = request.appids();
            if request.path.ends_with("batchgetenvid") {
                let row = json!({"appid": appid(3), "env_list": ["test-env-1"]});
                return Reply::Json(json!({"errcode": 0, "relation_data": [row]}));
            }
            match appids.as_slice() {
                [one] if *one == appid(3).to_string() => reply(),
                [one] if *one == appid(4).to_string() => Reply::Json(json!({"errcode": 40097})),
                all if all.contains(&appid(4).to_string()) => {
                    Reply::Json(json!({"errcode": 40097}))
                }
                _ => Reply::Json(json!({"errcode": 0})),
            }
        })
        .await;
        let outcomes = server
            .client()
            .share(&operation(), &env(), &appids([1, 2, 3, 4]), None)
            .await;
        assert_eq!(
            outcomes[&appid(3)].as_ref().unwrap(),
            &ShareOutcome::AlreadyBound
        );
        assert_eq!(
            outcomes[&appid(4)].as_ref().unwrap_err().class(),
            Class::Item
        );
        assert_eq!(server.count("batchgetenvid"), 1);
        let alone = server.requests();
        let sent_alone = |n| {
            let only = [appid(n).to_string()];
            alone
                .iter()
                .filter(|request| request.path.ends_with("batchshareenv"))
                .filter(|request| request.appids() == only)
                .count()
        };
        assert_eq!(sent_alone(3), 1, "it was not sent again");
    }
}

#[tokio::test]
async fn what_could_not_be_checked_is_not_sent_again() {
    for reply in [lost(), for_the_moment()].concat() {
        let server = Server::start(move |request| {
            if request.path.ends_with("batchgetenvid") {
                Reply::Json(json!({"errcode": 45009}))
            } else {
                reply()
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
}
