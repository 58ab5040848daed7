//! Operations that share a batch: each has its own deadline and its own cancellation.

use std::time::Duration;

use cloudbase::wechat::{Class, Client, Freshness, Operation, ShareOutcome};
use futures_util::future::join_all;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::coalescing::{platform, query, wait_for};
use crate::server::{Reply, Request, Server, appid, appids, env, operation};

#[tokio::test]
async fn one_that_leaves_takes_nothing_from_the_others() {
    let (server, _) = platform().await;
    let client = server.client();
    let cancel = CancellationToken::new();
    let leaving = Operation::new(Duration::from_secs(60), cancel.clone());
    let leaves = async {
        wait_for(&server, 1).await;
        cancel.cancel();
    };
    let (staying, one, two) = (operation(), appids([1]), appids([1, 2]));
    let (left, stayed, ()) = tokio::join!(
        client.query(&leaving, &one, None, Freshness::Cached),
        client.query(&staying, &two, None, Freshness::Cached),
        leaves
    );
    // The answer may have come in the moment that one who leaves waits.
    if let Err(error) = &left[&appid(1)] {
        assert_eq!(error.class(), Class::Cancelled);
    }
    assert!(stayed.values().all(Result::is_ok));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn what_is_wanted_by_nobody_any_more_is_not_sent() {
    let (server, _) = platform().await;
    let client = server.client();
    let cancel = CancellationToken::new();
    let leaving = Operation::new(Duration::from_secs(60), cancel.clone());
    let (staying, one, two, env) = (operation(), appids([1]), appids([2]), env());
    let leaves = async {
        // Both are in the window by now, which stays open for some milliseconds.
        cancel.cancel();
    };
    let (left, stayed, ()) = tokio::join!(
        client.share(&leaving, &env, &one, None),
        client.share(&staying, &env, &two, None),
        leaves
    );
    assert_eq!(
        left[&appid(1)].as_ref().unwrap_err().class(),
        Class::Cancelled
    );
    assert!(stayed[&appid(2)].is_ok());
    let sent: Vec<_> = server.requests().iter().map(Request::appids).collect();
    assert_eq!(sent, [[appid(2).to_string()]]);
}

#[tokio::test]
async fn a_write_on_its_way_when_it_is_cancelled_may_still_answer() {
    let server = Server::start(|_| {
        let url = json!({"msg_info_list": [{"appid": appid(1), "url": "https://confirm"}]});
        Reply::After(Duration::from_millis(1500), Box::new(Reply::Json(url)))
    })
    .await;
    let client = server.client();
    let cancel = CancellationToken::new();
    let cancelled = Operation::new(Duration::from_secs(60), cancel.clone());
    let cancels = async {
        wait_for(&server, 1).await;
        cancel.cancel();
    };
    let (one, env) = (appids([1]), env());
    let (outcomes, ()) = tokio::join!(client.share(&cancelled, &env, &one, None), cancels);
    let awaiting = ShareOutcome::AwaitingConfirmation {
        url: "https://confirm".into(),
    };
    assert_eq!(outcomes[&appid(1)].as_ref().unwrap(), &awaiting);
}

#[tokio::test]
async fn a_write_that_never_answers_is_given_up_ten_seconds_after_a_cancellation() {
    let server = Server::start(|_| Reply::Hang).await;
    let mut settings = server.settings();
    settings.request_timeout = Duration::from_secs(3600);
    let client = Client::new(settings);
    let cancel = CancellationToken::new();
    let cancelled = Operation::new(Duration::from_secs(7200), cancel.clone());
    let cancels = async {
        wait_for(&server, 1).await;
        // Nothing is on its way any more: time goes on by itself.
        tokio::time::pause();
        cancel.cancel();
        tokio::time::Instant::now()
    };
    let (one, env) = (appids([1]), env());
    let (outcomes, at) = tokio::join!(client.share(&cancelled, &env, &one, None), cancels);
    let error = outcomes[&appid(1)].as_ref().unwrap_err();
    assert_eq!((error.class(), error.attempts()), (Class::Cancelled, 1));
    assert!(error.may_have_been_applied());
    let took = at.elapsed().as_secs_f64();
    assert!((9.9..10.2).contains(&took), "{took} s");
}

#[tokio::test]
async fn what_is_queued_when_it_is_cancelled_is_not_sent_and_what_is_on_its_way_is_answered() {
    let server = Server::start(|request| {
        let url = json!({"msg_info_list": [{"appid": request.appids()[0], "url": "https://u"}]});
        Reply::After(Duration::from_secs(1), Box::new(Reply::Json(url)))
    })
    .await;
    let mut settings = server.settings();
    settings.batch_across_environments = false;
    let client = Client::new(settings);
    let cancel = CancellationToken::new();
    let shares = (0..20).map(|n| {
        let (client, cancel) = (client.clone(), cancel.clone());
        async move {
            let operation = Operation::new(Duration::from_secs(60), cancel);
            let (env, one) = (format!("env-{n}").parse().unwrap(), appids([n]));
            let mut outcomes = client.share(&operation, &env, &one, None).await;
            outcomes.remove(&appid(n)).unwrap()
        }
    });
    let cancels = async {
        wait_for(&server, 4).await;
        cancel.cancel();
    };
    let (outcomes, ()) = tokio::join!(join_all(shares), cancels);
    let (answered, failed): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!((answered.len(), failed.len()), (4, 16));
    for error in failed.into_iter().map(Result::unwrap_err) {
        assert_eq!(error.happened(), "not sent: the operation was cancelled");
        assert!(!error.may_have_been_applied());
    }
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn a_cancelled_write_is_neither_sent_again_nor_looked_up() {
    let server = Server::start(|_| {
        let busy = Reply::Json(json!({"errcode": -1}));
        Reply::After(Duration::from_millis(500), Box::new(busy))
    })
    .await;
    let client = server.client();
    let cancel = CancellationToken::new();
    let cancelled = Operation::new(Duration::from_secs(60), cancel.clone());
    let cancels = async {
        wait_for(&server, 1).await;
        cancel.cancel();
    };
    let (one, env) = (appids([1]), env());
    let (outcomes, ()) = tokio::join!(client.share(&cancelled, &env, &one, None), cancels);
    let error = outcomes[&appid(1)].as_ref().unwrap_err();
    assert_eq!(
        (error.class(), error.errcode()),
        (Class::Cancelled, Some(-1))
    );
    assert!(error.may_have_been_applied());
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn each_waiter_has_its_own_deadline() {
    let server = Server::start(|_| {
        Reply::After(
            Duration::from_secs(2),
            Box::new(Reply::Json(json!({"errcode": 0}))),
        )
    })
    .await;
    let client = server.client();
    let hasty = Operation::new(Duration::from_millis(200), CancellationToken::new());
    let (patient, one, env) = (operation(), appids([1]), env());
    let (hurried, waited) = tokio::join!(
        client.share(&hasty, &env, &one, None),
        client.share(&patient, &env, &one, None)
    );
    let error = hurried[&appid(1)].as_ref().unwrap_err();
    assert_eq!(error.class(), Class::DeadlineExceeded);
    assert!(
        error.may_have_been_applied(),
        "it is on its way for the other one"
    );
    assert!(waited[&appid(1)].is_ok());
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_panic_or_abandoned_task_of_one_caller_leaves_the_others_alone() {
    let (server, _) = platform().await;
    let client = server.client();
    let abandoned = {
        let client = client.clone();
        tokio::spawn(async move {
            client
                .query(&operation(), &appids([1]), None, Freshness::Cached)
                .await
        })
    };
    let kept = {
        let client = client.clone();
        tokio::spawn(async move { query(&client, appids([1, 2]), Freshness::Cached).await })
    };
    wait_for(&server, 1).await;
    abandoned.abort();
    assert_eq!(kept.await.unwrap(), [false, false]);
}
