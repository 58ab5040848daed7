//! Operations that share a batch: each has its own deadline and its own cancellation.

use std::time::Duration;

use cloudbase::wechat::{Class, Freshness, Operation, ShareOutcome};
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
        Reply::After(Duration::from_millis(300), Box::new(Reply::Json(url)))
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
