//! Answers that do not show whether a mixed call was looked at as a whole.

use cloudbase::wechat::ShareOutcome;
use serde_json::json;

use super::{
    Platform, Shares, envs_of, is_query, links, pair, pairs_of, share, two_each, unshare, writes,
};
use crate::server::{Reply, Server};

#[tokio::test]
async fn shares_that_wait_without_a_link_are_sent_once() {
    for looks_at_all in [true, false] {
        let platform = Platform::default();
        let seen = platform.clone();
        let server = Server::start(move |request| {
            if looks_at_all {
                seen.accept(request, Shares::Wait)
            } else {
                seen.first_only(request, Shares::Wait)
            }
        })
        .await;
        let client = server.client();
        let mut sent = Vec::new();
        for wave in 0..5 {
            let all = two_each(wave * 4 + 1..wave * 4 + 5);
            for told in share(&client, &all).await {
                for outcome in told.into_values() {
                    assert_eq!(outcome.unwrap(), ShareOutcome::NoUrl);
                }
            }
            sent.push(pairs_of(&all));
        }
        // There is nothing to tell the two kinds of server apart by, so that mixing goes on.
        assert_eq!(writes(&server), sent);
        assert_eq!(server.count("batchgetenvid"), 3, "it is looked at no more");
    }
}

#[tokio::test]
async fn where_links_are_seldom_one_environment_at_most_is_asked_twice() {
    let platform = Platform::default();
    let seen = platform.clone();
    let server = Server::start(move |request| {
        seen.accept(request, Shares::Wait);
        if is_query(request) {
            return seen.accept(request, Shares::Wait);
        }
        let mut pairs = request.pairs();
        pairs.retain(|(env, _)| env == "env-2");
        Reply::Json(links(&pairs))
    })
    .await;
    let client = server.client();
    for wave in 0..3 {
        let all = two_each([2, wave * 4 + 3, wave * 4 + 4, wave * 4 + 5]);
        for (nth, told) in share(&client, &all).await.into_iter().enumerate() {
            for outcome in told.into_values() {
                assert_eq!(outcome.unwrap() == ShareOutcome::NoUrl, nth > 0);
            }
        }
    }
    let mut asked = platform.asked();
    asked.retain(|(env, _), times| env != "env-2" && *times > 1);
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert_eq!(envs_of(&asked.into_keys().collect()).len(), 1);
    assert_eq!(writes(&server).len(), 4, "by itself it came out no better");
}

#[tokio::test]
async fn where_the_second_answer_cannot_be_looked_up_no_other_environment_is_asked_twice() {
    let platform = Platform::default();
    let seen = platform.clone();
    let server = Server::start(move |request| {
        let answer = seen.accept(request, Shares::Wait);
        if is_query(request) {
            let is_first = request.appids().len() > 2;
            return if is_first {
                answer
            } else {
                Reply::Json(json!({"errcode": 45009}))
            };
        }
        let mut pairs = request.pairs();
        pairs.retain(|(env, _)| env == "env-2");
        Reply::Json(links(&pairs))
    })
    .await;
    for told in share(&server.client(), &two_each(2..6)).await {
        assert!(told.into_values().all(|outcome| outcome.is_ok()));
    }
    let twice = platform.asked().into_iter().filter(|(_, times)| *times > 1);
    let twice = twice.map(|(pair, _)| pair).collect();
    assert_eq!(envs_of(&twice).len(), 1);
    assert_eq!(server.count("batchgetenvid"), 2);
}

/// A row that has something else in place of a link says as much of its environment as one with a link.
#[tokio::test]
async fn what_is_no_web_address_is_an_answer_all_the_same() {
    let server = Server::start(|request| {
        let rows = request.pairs().into_iter().map(|(env, appid)| {
            let url = if env == "env-2" {
                "https://u"
            } else {
                "mailto:u"
            };
            json!({"appid": appid, "url": url})
        });
        let rows: Vec<_> = rows.collect();
        Reply::Json(json!({"errcode": 0, "msg_info_list": rows}))
    })
    .await;
    let told = share(&server.client(), &two_each(2..6)).await;
    for (nth, told) in told.into_iter().enumerate() {
        for outcome in told.into_values() {
            assert_eq!(outcome.unwrap() == ShareOutcome::UnusableUrl, nth > 0);
        }
    }
    assert_eq!(server.paths(), ["batchshareenv"], "nobody is asked twice");
}

#[tokio::test]
async fn links_of_two_environments_show_that_all_is_well() {
    let platform = Platform::default();
    let server = Server::start(move |request| platform.accept(request, Shares::Link)).await;
    let client = server.client();
    for wave in 0..3 {
        share(&client, &two_each(wave * 4 + 1..wave * 4 + 5)).await;
    }
    assert_eq!(server.paths(), ["batchshareenv"; 3]);
}

#[tokio::test]
async fn unshares_that_took_effect_are_looked_up_for_a_few_calls_only() {
    let platform = Platform::default();
    let seen = platform.clone();
    let server = Server::start(move |request| seen.accept(request, Shares::Bind)).await;
    let client = server.client();
    for wave in 0..5 {
        let all = two_each(wave * 4 + 1..wave * 4 + 5);
        platform.bind(&pairs_of(&all));
        for told in unshare(&client, &all).await {
            assert!(told.into_values().all(|outcome| outcome.is_ok()));
        }
    }
    assert!(platform.bound().is_empty());
    assert_eq!(writes(&server).len(), 5);
    assert_eq!(server.count("batchgetenvid"), 3);
}

#[tokio::test]
async fn an_unshare_that_the_api_does_not_make_is_tried_once_more_for_one_environment() {
    // It says that all is well and does nothing.
    let platform = Platform::default();
    let all = two_each(1..5);
    platform.bind(&pairs_of(&all));
    let server = Server::start(move |request| {
        if is_query(request) {
            platform.accept(request, Shares::Bind)
        } else {
            Reply::Json(json!({"errcode": 0}))
        }
    })
    .await;
    for told in unshare(&server.client(), &all).await {
        assert!(told.into_values().all(|outcome| outcome.is_ok()));
    }
    let once_more = pairs_of(&all[..1]);
    assert_eq!(writes(&server), [pairs_of(&all), once_more.clone()]);
    assert!(once_more.contains(&pair(1, 10)));
}
