//! An API that looks at the first environment of a call only.

use std::time::Duration;

use cloudbase::wechat::{Client, ShareOutcome};
use serde_json::json;

use super::{
    Platform, Shares, assert_links, assert_not_mixed, is_query, pair, pairs_of, share, two_each,
    unshare, writes,
};
use crate::server::{Reply, Server, appid};

async fn first_only(shares: Shares) -> (Server, Platform) {
    let platform = Platform::default();
    let seen = platform.clone();
    let server = Server::start(move |request| seen.first_only(request, shares)).await;
    (server, platform)
}

/// Asserts that each pair was taken up, and once.
fn assert_once(platform: &Platform, asked: &[(usize, Vec<usize>)]) {
    let taken = platform.asked();
    assert!(taken.keys().eq(&pairs_of(asked)), "{taken:?}");
    assert!(taken.values().all(|times| *times == 1), "{taken:?}");
}

/// Unshares, and asserts that each of the environments has its own call.
async fn assert_later_calls_are_not_mixed(server: &Server, client: &Client) {
    let before = writes(server).len();
    for told in unshare(client, &two_each(21..25)).await {
        assert!(told.into_values().all(|outcome| outcome.is_ok()));
    }
    let sent = writes(server).split_off(before);
    assert_eq!(sent.len(), 4);
    assert_not_mixed(&sent);
}

#[tokio::test]
async fn every_share_has_its_link_and_nobody_is_asked_twice() {
    let (server, platform) = first_only(Shares::Link).await;
    let client = server.client();
    let all = two_each(1..6);
    assert_links(&all, share(&client, &all).await);
    assert_once(&platform, &all);
    let sent = writes(&server);
    assert_eq!(sent[0], pairs_of(&all));
    assert_eq!(sent.len(), 5, "the four that were not looked at");
    assert_not_mixed(&sent[1..]);
    assert_later_calls_are_not_mixed(&server, &client).await;
}

#[tokio::test]
async fn every_share_that_is_bound_at_once_is_bound() {
    let (server, platform) = first_only(Shares::Bind).await;
    let client = server.client();
    let all = two_each(1..6);
    for told in share(&client, &all).await {
        for outcome in told.into_values() {
            let outcome = outcome.unwrap();
            let is_bound = matches!(outcome, ShareOutcome::NoUrl | ShareOutcome::AlreadyBound);
            assert!(is_bound, "{outcome:?}");
        }
    }
    assert_once(&platform, &all);
    assert_eq!(platform.bound(), pairs_of(&all));
    assert_eq!(writes(&server).len(), 5);
    assert_later_calls_are_not_mixed(&server, &client).await;
}

#[tokio::test]
async fn every_unshare_is_made() {
    let (server, platform) = first_only(Shares::Bind).await;
    let client = server.client();
    let all = two_each(1..6);
    platform.bind(&pairs_of(&all));
    for told in unshare(&client, &all).await {
        assert!(told.into_values().all(|outcome| outcome.is_ok()));
    }
    assert!(platform.bound().is_empty(), "{:?}", platform.bound());
    let sent = writes(&server);
    assert_eq!((sent.len(), &sent[0]), (5, &pairs_of(&all)));
    assert_not_mixed(&sent[1..]);
    assert_later_calls_are_not_mixed(&server, &client).await;
}

/// Calls that are under way when it turns out are checked, too, however late their answers come.
#[tokio::test]
async fn what_is_under_way_when_it_turns_out_is_not_lost() {
    for shares in [Shares::Link, Shares::Bind] {
        let platform = Platform::default();
        let seen = platform.clone();
        let server = Server::start(move |request| {
            let answer = seen.first_only(request, shares);
            let late = !is_query(request)
                && request.pairs().len() == 4
                && !request.pairs().contains(&pair(1, 10));
            if late {
                Reply::After(Duration::from_millis(300), Box::new(answer))
            } else {
                answer
            }
        })
        .await;
        let mut settings = server.settings();
        settings.batch_size = 4.try_into().unwrap();
        let client = Client::new(settings);
        let all = two_each(1..9);
        let told = share(&client, &all).await;
        assert!(writes(&server)[..4].iter().all(|sent| sent.len() == 4));
        if shares == Shares::Link {
            assert_links(&all, told);
        }
        assert_once(&platform, &all);
        if shares == Shares::Bind {
            assert_eq!(platform.bound(), pairs_of(&all));
            platform.bind(&pairs_of(&all));
        }
    }
}

#[tokio::test]
async fn an_unshare_under_way_when_it_turns_out_is_not_lost() {
    let platform = Platform::default();
    let all = two_each(1..9);
    platform.bind(&pairs_of(&all));
    let seen = platform.clone();
    let server = Server::start(move |request| {
        let answer = seen.first_only(request, Shares::Bind);
        let is_mixed = !is_query(request) && request.pairs().len() == 4;
        if is_mixed && !request.pairs().contains(&pair(1, 10)) {
            Reply::After(Duration::from_millis(300), Box::new(answer))
        } else {
            answer
        }
    })
    .await;
    let mut settings = server.settings();
    settings.batch_size = 4.try_into().unwrap();
    for told in unshare(&Client::new(settings), &all).await {
        assert!(told.into_values().all(|outcome| outcome.is_ok()));
    }
    assert!(platform.bound().is_empty(), "{:?}", platform.bound());
}

#[tokio::test]
async fn a_bad_mini_program_of_an_environment_that_is_sent_again_fails_alone() {
    let platform = Platform::default();
    let server = Server::start(move |request| {
        // The arguments of the first environment only are looked at.
        let is_bad = !is_query(request)
            && request.body()["data"][0]["env"] != "env-1"
            && request.pairs().contains(&pair(2, 22));
        if is_bad {
            Reply::Json(json!({"errcode": 40097}))
        } else {
            platform.first_only(request, Shares::Link)
        }
    })
    .await;
    let all = [(1, vec![10, 11]), (2, vec![20, 21, 22, 23]), (3, vec![30])];
    let told = share(&server.client(), &all).await;
    let failed: Vec<_> = told
        .into_iter()
        .flatten()
        .filter(|(_, outcome)| outcome.is_err())
        .map(|(appid, _)| appid)
        .collect();
    assert_eq!(failed, [appid(22)]);
}
