//! Operations of several environments that share a call: lost answers, deadlines, and those who leave.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use cloudbase::wechat::{Class, Operation, ShareOutcome};
use tokio_util::sync::CancellationToken;

use super::{
    Platform, Shares, awaiting, is_query, links, pair, pairs_of, share, share_one, two_each,
    unshare, writes,
};
use crate::coalescing::wait_for;
use crate::server::{Reply, Server, operation};

/// Loses the answer to the first write, of which only what was `done` took effect.
async fn losing(platform: &Platform, done: super::Pairs) -> Server {
    let platform = platform.clone();
    let lost = AtomicBool::new(false);
    Server::start(move |request| {
        if !is_query(request) && !lost.swap(true, Ordering::Relaxed) {
            platform.bind(&done);
            return Reply::Close;
        }
        platform.accept(request, Shares::Link)
    })
    .await
}

#[tokio::test]
async fn after_a_lost_answer_only_what_is_not_listed_is_shared_again() {
    let all = two_each(1..5);
    let done: super::Pairs = [pair(1, 10), pair(1, 11), pair(3, 30)].into();
    let platform = Platform::default();
    let server = losing(&platform, done.clone()).await;
    for ((of, numbers), told) in all.iter().zip(share(&server.client(), &all).await) {
        for (n, outcome) in numbers.iter().zip(told.into_values()) {
            let expected = if done.contains(&pair(*of, *n)) {
                ShareOutcome::AlreadyBound
            } else {
                awaiting(*of, *n)
            };
            assert_eq!(outcome.unwrap(), expected);
        }
    }
    assert_eq!(
        server.paths(),
        ["batchshareenv", "batchgetenvid", "batchshareenv"]
    );
    assert_eq!(server.requests()[1].appids().len(), 8, "once for all");
    let left = &pairs_of(&all) - &done;
    assert_eq!(writes(&server), [pairs_of(&all), left]);
}

#[tokio::test]
async fn a_mini_program_that_is_listed_with_another_environment_is_shared_again() {
    let platform = Platform::default();
    let server = losing(&platform, [pair(1, 20)].into()).await;
    let all = [(1, vec![10]), (2, vec![20])];
    let told = share(&server.client(), &all).await;
    super::assert_links(&all, told);
    assert_eq!(writes(&server), [pairs_of(&all), pairs_of(&all)]);
}

#[tokio::test]
async fn after_a_lost_answer_all_is_unshared_again() {
    let all = two_each(1..5);
    let platform = Platform::default();
    let server = losing(&platform, pairs_of(&all[2..])).await;
    for told in unshare(&server.client(), &all).await {
        assert!(told.into_values().all(|outcome| outcome.is_ok()));
    }
    assert!(platform.bound().is_empty());
    assert_eq!(writes(&server), [pairs_of(&all), pairs_of(&all)]);
    assert_eq!(server.paths()[1], "batchgetenvid");
}

/// Answers shares with links, after a while.
async fn slow(millis: u64) -> Server {
    Server::start(move |request| {
        let answer = Reply::Json(links(&request.pairs()));
        Reply::After(Duration::from_millis(millis), Box::new(answer))
    })
    .await
}

#[tokio::test]
async fn one_whose_time_is_up_does_not_end_the_call_of_the_other() {
    // Longer than a write on its way is waited for.
    let server = slow(11_000).await;
    let client = server.client();
    let short = Operation::new(Duration::from_millis(300), CancellationToken::new());
    let long = operation();
    let (first, second) = tokio::join!(
        share_one(&client, &short, 1, 10),
        share_one(&client, &long, 2, 20)
    );
    let error = first.unwrap_err();
    assert_eq!(error.class(), Class::DeadlineExceeded);
    assert!(error.may_have_been_applied());
    assert_eq!(second.unwrap(), awaiting(2, 20));
    assert_eq!(writes(&server), [[pair(1, 10), pair(2, 20)].into()]);
}

#[tokio::test]
async fn one_that_leaves_before_the_call_is_not_in_it() {
    let server = slow(0).await;
    let client = server.client();
    let cancel = CancellationToken::new();
    let leaving = Operation::new(Duration::from_secs(60), cancel.clone());
    let staying = operation();
    let (left, stayed, third, ()) = tokio::join!(
        share_one(&client, &leaving, 1, 10),
        share_one(&client, &staying, 2, 20),
        share_one(&client, &staying, 3, 30),
        // All are in the window by now, which stays open for some milliseconds.
        async { cancel.cancel() }
    );
    let error = left.unwrap_err();
    assert_eq!(error.class(), Class::Cancelled);
    assert!(!error.may_have_been_applied());
    assert_eq!(stayed.unwrap(), awaiting(2, 20));
    assert_eq!(third.unwrap(), awaiting(3, 30));
    assert_eq!(writes(&server), [[pair(2, 20), pair(3, 30)].into()]);
}

#[tokio::test]
async fn one_that_leaves_after_the_call_takes_nothing_from_the_others() {
    let server = slow(300).await;
    let client = server.client();
    let cancel = CancellationToken::new();
    let leaving = Operation::new(Duration::from_secs(60), cancel.clone());
    let staying = operation();
    let (left, stayed, ()) = tokio::join!(
        share_one(&client, &leaving, 1, 10),
        share_one(&client, &staying, 2, 20),
        async {
            wait_for(&server, 1).await;
            cancel.cancel();
        }
    );
    // A write on its way has a while to answer.
    assert_eq!(left.unwrap(), awaiting(1, 10));
    assert_eq!(stayed.unwrap(), awaiting(2, 20));
    assert_eq!(writes(&server), [[pair(1, 10), pair(2, 20)].into()]);
}
