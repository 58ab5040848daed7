//! Operations that share a batch: each has its own deadline and its own cancellation.

use std::sync::atomic::{AtomicUsize, Ordering};
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
async fn a_write_on_its_way_at_its_deadline_may_still_answer() {
    let server = Server::start(|_| {
        let url = json!({"msg_info_list": [{"appid": appid(1), "url": "https://confirm"}]});
        Reply::After(Duration::from_millis(1500), Box::new(Reply::Json(url)))
    })
    .await;
    let client = server.client();
    let short = Operation::new(Duration::from_millis(800), CancellationToken::new());
    let outcomes = client.share(&short, &env(), &appids([1]), None).await;
    let awaiting = ShareOutcome::AwaitingConfirmation {
        url: "https://confirm".into(),
    };
    assert_eq!(outcomes[&appid(1)].as_ref().unwrap(), &awaiting);
}

/// Two operations share a call, and the time of the first is up before the call goes out again for the second: nobody
/// would learn the URL of what was sent for the first.
#[tokio::test]
async fn what_is_to_be_sent_again_is_so_for_those_who_still_wait() {
    let answered = AtomicUsize::new(0);
    let server = Server::start(move |request| {
        if answered.fetch_add(1, Ordering::Relaxed) == 0 {
            return Reply::Json(json!({"errcode": 45011, "errmsg": "minute quota reached"}));
        }
        if request.path.ends_with("batchgetenvid") {
            return Reply::Json(json!({"errcode": 0, "relation_data": []}));
        }
        let rows = request.appids().into_iter();
        let rows: Vec<_> = rows
            .map(|appid| json!({"appid": appid, "url": "https://u"}))
            .collect();
        Reply::Json(json!({"msg_info_list": rows}))
    })
    .await;
    let mut settings = server.settings();
    settings.throttled_backoff.first = Duration::from_secs(4);
    settings.throttled_backoff.ceiling = Duration::from_secs(4);
    let client = Client::new(settings);
    let short = Operation::new(Duration::from_millis(700), CancellationToken::new());
    let (one, two, env, long) = (appids([1]), appids([2]), env(), operation());
    let (left, stayed) = tokio::join!(
        client.share(&short, &env, &one, None),
        client.share(&long, &env, &two, None),
    );
    let error = left[&appid(1)].as_ref().unwrap_err();
    assert_eq!(error.class(), Class::DeadlineExceeded);
    assert!(stayed[&appid(2)].is_ok());
    let requests = server.requests();
    let shares = requests
        .iter()
        .filter(|r| r.path.ends_with("batchshareenv"));
    let sent: Vec<_> = shares.map(Request::appids).collect();
    let [one, two] = [1, 2].map(|n| appid(n).to_string());
    assert_eq!(sent, [vec![one, two.clone()], vec![two]]);
}

/// An unshare that was refused for now had no effect, and is not sent again for whoever has left.
#[tokio::test]
async fn a_write_that_was_refused_and_is_not_sent_again_had_no_effect() {
    let answered = AtomicUsize::new(0);
    let server = Server::start(move |_| {
        let first = answered.fetch_add(1, Ordering::Relaxed) == 0;
        let errcode = if first { 45011 } else { 0 };
        Reply::Json(json!({"errcode": errcode, "errmsg": "", "err_list": []}))
    })
    .await;
    let mut settings = server.settings();
    settings.throttled_backoff.first = Duration::from_secs(4);
    settings.throttled_backoff.ceiling = Duration::from_secs(4);
    let client = Client::new(settings);
    let short = Operation::new(Duration::from_millis(700), CancellationToken::new());
    let (one, two, env, long) = (appids([1]), appids([2]), env(), operation());
    let (left, stayed) = tokio::join!(
        client.unshare(&short, &env, &one, None),
        client.unshare(&long, &env, &two, None),
    );
    let error = left[&appid(1)].as_ref().unwrap_err();
    assert_eq!(error.class(), Class::DeadlineExceeded);
    assert!(!error.may_have_been_applied());
    assert!(stayed[&appid(2)].is_ok());
    let sent: Vec<_> = server.requests().iter().map(Request::appids).collect();
    let [one, two] = [1, 2].map(|n| appid(n).to_string());
    assert_eq!(sent, [vec![one, two.clone()], vec![two]]);
}

#[tokio::test]
async fn what_waits_for_its_turn_is_sent_for_those_who_still_wait() {
    let (server, _) = platform().await;
    let mut settings = server.settings();
    settings.requests_per_second = Some(0.5.try_into().unwrap());
    let client = Client::new(settings);
    // Takes the first turn; the next one is two seconds later.
    query(&client, appids([9]), Freshness::Fresh).await;
    let short = Operation::new(Duration::from_millis(700), CancellationToken::new());
    let (one, two, env, long) = (appids([1]), appids([2]), env(), operation());
    let started = std::time::Instant::now();
    let ((left, took), stayed) = tokio::join!(
        async {
            let left = client.share(&short, &env, &one, None).await;
            (left, started.elapsed())
        },
        client.share(&long, &env, &two, None),
    );
    let error = left[&appid(1)].as_ref().unwrap_err();
    assert!(!error.may_have_been_applied());
    assert!(
        took < Duration::from_secs(2),
        "nothing is waited for: {took:?}"
    );
    assert!(stayed[&appid(2)].is_ok());
    let sent: Vec<_> = server.requests().iter().map(Request::appids).collect();
    assert_eq!(sent[1..], [[appid(2).to_string()]]);
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
        let answer = Box::new(Reply::Json(json!({"errcode": 0})));
        Reply::After(Duration::from_secs(12), answer)
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
