//! How many calls concurrent operations make, and that each gets its own answer.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex},
    time::Duration,
};

use cloudbase::wechat::{Appid, Class, Client, Error, Freshness, ShareOutcome, SourceType};
use futures_util::future::join_all;
use serde_json::json;

use crate::server::{Reply, Request, Server, appid, appids, env, operation};

/// A small platform: it remembers shares, and takes a while for each answer.
pub(crate) async fn platform() -> (Server, Arc<Mutex<HashMap<String, BTreeSet<String>>>>) {
    let bound: Arc<Mutex<HashMap<String, BTreeSet<String>>>> = Arc::default();
    let seen = Arc::clone(&bound);
    let server = Server::start(move |request| {
        let mut bound = seen.lock().unwrap();
        let body = request.body();
        let env = body["data"][0]["env"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let rows: Vec<_> = request
            .appids()
            .into_iter()
            .map(|appid| {
                let envs = bound.entry(appid.clone()).or_default();
                if request.path.ends_with("batchshareenv") {
                    envs.insert(env.clone());
                } else if request.path.ends_with("batchunshareenv") {
                    envs.remove(&env);
                }
                json!({"appid": appid, "env_list": envs})
            })
            .collect();
        let answer = Reply::Json(json!({"errcode": 0, "relation_data": rows}));
        Reply::After(Duration::from_millis(30), Box::new(answer))
    })
    .await;
    (server, bound)
}

pub(crate) async fn query(
    client: &Client,
    appids: BTreeSet<Appid>,
    freshness: Freshness,
) -> Vec<bool> {
    let shares = client.query(&operation(), &appids, None, freshness).await;
    assert!(appids.iter().eq(shares.keys()));
    shares
        .into_values()
        .map(|found| found.unwrap().contains("test-env-1"))
        .collect()
}

#[tokio::test]
async fn fifty_resources_about_the_same_200_appids_take_four_queries() {
    for freshness in [Freshness::Cached, Freshness::Fresh] {
        let (server, _) = platform().await;
        let client = server.client();
        join_all((0..50).map(|_| query(&client, appids(0..200), freshness))).await;
        assert_eq!(server.requests().len(), 4, "{freshness:?}");
        assert!(
            server
                .requests()
                .iter()
                .all(|request| request.appids().len() == 50)
        );
    }
}

#[tokio::test]
async fn fifty_resources_of_four_appids_each_take_four_queries() {
    let (server, _) = platform().await;
    let client = server.client();
    join_all((0..50).map(|n| query(&client, appids(4 * n..4 * n + 4), Freshness::Cached))).await;
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn shares_of_one_env_that_come_together_go_together() {
    let (server, bound) = platform().await;
    let client = server.client();
    for wave in 0..4 {
        let shares = (0..50).map(|n| {
            let client = client.clone();
            async move {
                let appid = appid(50 * wave + n);
                let one = BTreeSet::from([appid.clone()]);
                let outcomes = client.share(&operation(), &env(), &one, None).await;
                assert_eq!(outcomes.len(), 1);
                assert_eq!(outcomes[&appid].as_ref().unwrap(), &ShareOutcome::NoUrl);
            }
        });
        join_all(shares).await;
    }
    assert!(server.requests().len() <= 12, "{}", server.requests().len());
    assert_eq!(bound.lock().unwrap().len(), 200);
}

#[tokio::test]
async fn different_writes_do_not_mix() {
    let (server, _) = platform().await;
    let client = server.client();
    let other: cloudbase::wechat::EnvId = "other-env".parse().unwrap();
    let hosting = Some(SourceType::new(1));
    let (op, one, two, three, env) = (operation(), appids([1]), appids([2]), appids([3]), env());
    tokio::join!(
        client.share(&op, &env, &one, None),
        client.share(&op, &env, &one, hosting),
        client.share(&op, &other, &one, None),
        client.unshare(&op, &other, &two, None),
        client.query(&op, &three, None, Freshness::Cached),
        client.query(&op, &three, hosting, Freshness::Cached),
    );
    assert_eq!(server.requests().len(), 6);
    for request in server.requests().iter() {
        assert_eq!(request.appids().len(), 1);
    }
}

#[tokio::test]
async fn what_was_read_serves_until_it_is_written_to() {
    let (server, _) = platform().await;
    let client = server.client();
    assert_eq!(
        query(&client, appids([1, 2]), Freshness::Cached).await,
        [false, false]
    );
    assert_eq!(
        query(&client, appids([1, 2]), Freshness::Cached).await,
        [false, false]
    );
    assert_eq!(server.count("batchgetenvid"), 1);

    client.share(&operation(), &env(), &appids([1]), None).await;
    assert_eq!(
        query(&client, appids([1, 2]), Freshness::Cached).await,
        [true, false]
    );
    assert_eq!(server.count("batchgetenvid"), 2);
    assert_eq!(
        server.requests().last().unwrap().appids(),
        [appid(1).to_string()]
    );

    client
        .unshare(&operation(), &env(), &appids([1]), None)
        .await;
    assert_eq!(
        query(&client, appids([1, 2]), Freshness::Cached).await,
        [false, false]
    );
    assert_eq!(server.count("batchgetenvid"), 3);
}

#[tokio::test]
async fn fresh_reads_ask_anew_and_renew_what_is_known() {
    let (server, bound) = platform().await;
    let client = server.client();
    assert_eq!(
        query(&client, appids([1]), Freshness::Cached).await,
        [false]
    );
    bound
        .lock()
        .unwrap()
        .entry(appid(1).to_string())
        .or_default()
        .insert("test-env-1".into());
    assert_eq!(
        query(&client, appids([1]), Freshness::Cached).await,
        [false]
    );
    assert_eq!(query(&client, appids([1]), Freshness::Fresh).await, [true]);
    assert_eq!(query(&client, appids([1]), Freshness::Cached).await, [true]);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_recent_read_serves_for_ten_seconds_and_not_after_a_write() {
    let (server, _) = platform().await;
    let client = server.client();
    let ten_seconds_pass = async |more: u64| {
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(9 + more)).await;
        tokio::time::resume();
    };
    for (freshness, queries) in [
        (Freshness::Recent, 1),
        (Freshness::Recent, 1),
        (Freshness::Fresh, 2),
        (Freshness::Recent, 2),
    ] {
        query(&client, appids([1]), freshness).await;
        assert_eq!(server.requests().len(), queries);
    }
    ten_seconds_pass(0).await;
    query(&client, appids([1]), Freshness::Recent).await;
    assert_eq!(server.requests().len(), 2);
    ten_seconds_pass(1).await;
    query(&client, appids([1]), Freshness::Cached).await;
    assert_eq!(server.requests().len(), 2, "cached is of any age");
    query(&client, appids([1]), Freshness::Recent).await;
    assert_eq!(server.requests().len(), 3);
    client.share(&operation(), &env(), &appids([1]), None).await;
    assert_eq!(
        query(&client, appids([1]), Freshness::Recent).await,
        [true],
        "a write makes it old"
    );
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn an_appid_being_asked_for_is_awaited_not_asked_again() {
    let (server, _) = platform().await;
    let client = server.client();
    let late = async {
        wait_for(&server, 1).await;
        query(&client, appids([1, 2]), Freshness::Cached).await
    };
    tokio::join!(query(&client, appids([1]), Freshness::Cached), late);
    let asked: Vec<_> = server.requests().iter().map(Request::appids).collect();
    assert_eq!(asked, [[appid(1).to_string()], [appid(2).to_string()]]);
}

#[tokio::test]
async fn a_fresh_read_is_not_served_by_a_query_sent_before_it() {
    let (server, _) = platform().await;
    let client = server.client();
    let late = async {
        wait_for(&server, 1).await;
        query(&client, appids([1]), Freshness::Fresh).await
    };
    tokio::join!(query(&client, appids([1]), Freshness::Fresh), late);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_read_after_a_write_is_not_served_by_a_query_sent_before_it() {
    // The query that is under way when the share is made answers last, with what was true before.
    let server = Server::start(|request| {
        let rows =
            |envs: &[&str]| json!({"relation_data": [{"appid": appid(1), "env_list": envs}]});
        let first =
            request.path.ends_with("batchgetenvid") && request.body()["appids"][1].is_string();
        match (first, request.path.ends_with("batchgetenvid")) {
            (true, _) => Reply::After(Duration::from_millis(400), Box::new(Reply::Json(rows(&[])))),
            (_, true) => Reply::Json(rows(&["test-env-1"])),
            _ => Reply::Json(json!({"errcode": 0})),
        }
    })
    .await;
    let client = server.client();
    let writes = async {
        wait_for(&server, 1).await;
        client.share(&operation(), &env(), &appids([1]), None).await;
        query(&client, appids([1]), Freshness::Cached).await
    };
    let (before, after) = tokio::join!(query(&client, appids([1, 2]), Freshness::Cached), writes);
    assert_eq!((before, after), (vec![false, false], vec![true]));
    // And what it found is not kept either.
    assert_eq!(query(&client, appids([1]), Freshness::Cached).await, [true]);
}

#[tokio::test]
async fn a_failed_query_is_not_remembered() {
    let server = Server::scripted(vec![
        || Reply::Json(json!({"errcode": 85088})),
        || Reply::Json(json!({"errcode": 0, "err_list": [{"appid": appid(1), "errmsg": "no"}]})),
        || Reply::Json(json!({"errcode": 0})),
    ])
    .await;
    let client = server.client();
    for class in [Some(Class::Caller), Some(Class::Item), None] {
        let shares = client
            .query(&operation(), &appids([1]), None, Freshness::Cached)
            .await;
        assert_eq!(shares[&appid(1)].as_ref().err().map(Error::class), class);
    }
}

#[tokio::test]
async fn one_bad_appid_of_many_resources_fails_only_its_own() {
    let server = Server::start(|request| {
        let bad = request.appids().contains(&appid(7).to_string());
        Reply::Json(json!({"errcode": if bad { 47001 } else { 0 }}))
    })
    .await;
    let client = server.client();
    let shares = (0..20).map(|n| {
        let client = client.clone();
        async move {
            let one = appids([n]);
            client
                .share(&operation(), &env(), &one, None)
                .await
                .remove(&appid(n))
                .unwrap()
        }
    });
    let failed: Vec<usize> = join_all(shares)
        .await
        .into_iter()
        .enumerate()
        .filter(|(_, outcome)| outcome.is_err())
        .map(|(n, _)| n)
        .collect();
    assert_eq!(failed, [7]);
}

#[tokio::test]
async fn windows_stay_open_while_all_calls_are_busy() {
    let server = Server::start(|_| {
        Reply::After(
            Duration::from_secs(1),
            Box::new(Reply::Json(json!({"errcode": 0}))),
        )
    })
    .await;
    let mut settings = server.settings();
    settings.batch_size = 1000.try_into().unwrap();
    let client = Client::new(settings);
    // Four environments keep all calls busy; the shares of a fifth come one by one meanwhile.
    let busy = (0..4).map(|n| {
        let client = client.clone();
        async move {
            let env = format!("busy-{n}").parse().unwrap();
            client.share(&operation(), &env, &appids([1]), None).await
        }
    });
    let trickle = (0..20).map(|n| {
        let (client, server) = (client.clone(), &server);
        async move {
            wait_for(server, 4).await;
            tokio::time::sleep(Duration::from_millis(u64::try_from(n).unwrap() * 5)).await;
            client.share(&operation(), &env(), &appids([n]), None).await
        }
    });
    tokio::join!(join_all(busy), join_all(trickle));
    assert!(server.requests().len() <= 6, "{}", server.requests().len());
}

pub(crate) async fn wait_for(server: &Server, requests: usize) {
    while server.requests().len() < requests {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
