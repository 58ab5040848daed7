//! What counts as a sign of how the API takes calls about several environments, and what does not.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use cloudbase::wechat::{Client, ShareOutcome};
use serde_json::json;

use super::{
    Platform, Shares, assert_links, envs_of, is_query, link, links, pair, pairs_of, share,
    two_each, unshare, writes,
};
use crate::server::{Reply, Server, appid};

/// Shares, and asserts that all go in one call.
async fn assert_still_mixed(server: &Server, client: &Client) {
    let before = writes(server).len();
    let later = two_each(31..34);
    share(client, &later).await;
    assert_eq!(writes(server)[before..], [pairs_of(&later)]);
}

#[tokio::test]
async fn an_api_that_takes_fewer_environments_at_once_is_still_asked_about_several() {
    let server = Server::start(|request| {
        if request.pairs().len() > 8 {
            return Reply::Json(json!({"errcode": 47001}));
        }
        Reply::Json(links(&request.pairs()))
    })
    .await;
    let client = server.client();
    let all = two_each(1..9);
    assert_links(&all, share(&client, &all).await);
    assert_eq!(writes(&server).len(), 3, "the whole and its halves");
    assert_still_mixed(&server, &client).await;
}

/// The first environment has a link for one of its two; of the second nothing is said, as it was not looked at.
#[tokio::test]
async fn an_environment_that_was_looked_at_is_not_asked_again() {
    let server = Server::start(|request| {
        if is_query(request) {
            return Reply::Json(json!({"errcode": 0}));
        }
        let first = request.pairs()[0].0.clone();
        let seen = request.pairs().into_iter().filter(|pair| {
            let (env, appid) = pair;
            *env == first && *appid != appid_of(11)
        });
        Reply::Json(links(&seen.collect::<Vec<_>>()))
    })
    .await;
    let told = share(&server.client(), &two_each(1..3)).await;
    assert_eq!(told[0][&appid(11)].as_ref().unwrap(), &ShareOutcome::NoUrl);
    for n in [20, 21] {
        let awaiting = ShareOutcome::AwaitingConfirmation { url: link(2, n) };
        assert_eq!(told[1][&appid(n)].as_ref().unwrap(), &awaiting);
    }
    let sent = writes(&server);
    assert_eq!(sent, [pairs_of(&two_each(1..3)), pairs_of(&two_each(2..3))]);
}

fn appid_of(n: usize) -> String {
    appid(n).to_string()
}

#[tokio::test]
async fn an_answer_that_says_nothing_certain_is_no_sign_that_all_are_looked_at() {
    let platform = Platform::default();
    let (seen, calls) = (platform.clone(), AtomicUsize::new(0));
    let server = Server::start(move |request| {
        let is_first = !is_query(request) && calls.fetch_add(1, Ordering::SeqCst) == 0;
        if is_first {
            let stray = json!({"appid": "wx5fe6bb43205e9e7", "errmsg": "invalid appid"});
            return Reply::Json(json!({"errcode": 0, "err_list": [stray]}));
        }
        seen.first_only(request, Shares::Link)
    })
    .await;
    let client = server.client();
    for outcome in share(&client, &two_each(1..3)).await.into_iter().flatten() {
        assert!(outcome.1.unwrap_err().may_have_been_applied());
    }
    let all = two_each(11..15);
    assert_links(&all, share(&client, &all).await);
}

#[tokio::test]
async fn a_check_that_fails_for_itself_sends_nobody_again_and_leaves_the_effect_open() {
    let server = Server::start(|request| {
        if is_query(request) {
            return Reply::Json(json!({"errcode": 0}));
        }
        if request.pairs().len() == 2 {
            return Reply::Json(json!({"errcode": 45009}));
        }
        Reply::Json(links(&request.pairs()[..2]))
    })
    .await;
    let told = share(&server.client(), &two_each(1..5)).await;
    assert!(told[0].values().all(Result::is_ok));
    for outcome in told[1..].iter().flat_map(|told| told.values()) {
        assert!(outcome.as_ref().unwrap_err().may_have_been_applied());
    }
    let sent = writes(&server);
    assert_eq!(sent, [pairs_of(&two_each(1..5)), pairs_of(&two_each(2..3))]);
}

/// The first query still lists what has been unshared.
#[tokio::test]
async fn a_query_that_is_behind_does_not_give_mixed_calls_up() {
    let platform = Platform::default();
    let all = two_each(1..5);
    let (seen, stale) = (platform.clone(), platform.clone());
    stale.bind(&pairs_of(&all));
    let old = Platform::default();
    old.bind(&pairs_of(&all));
    let queries = Arc::new(AtomicUsize::new(0));
    let server = Server::start(move |request| {
        if is_query(request) && queries.fetch_add(1, Ordering::SeqCst) == 0 {
            return Reply::Json(old.query(request));
        }
        seen.accept(request, Shares::Link)
    })
    .await;
    let client = server.client();
    for told in unshare(&client, &all).await {
        assert!(told.into_values().all(|outcome| outcome.is_ok()));
    }
    assert!(platform.bound().is_empty());
    let sent = writes(&server);
    assert_eq!(sent.len(), 2, "one environment was sent again");
    assert_eq!(envs_of(&sent[1]).len(), 1);
    assert!(sent[1].contains(&pair(1, 10)));
    assert_still_mixed(&server, &client).await;
}
