//! Whose row is whose in a mixed answer, and what may not stand in one call.

use cloudbase::wechat::{ShareOutcome, SourceType};
use futures_util::future::join_all;
use serde_json::json;

use super::{
    Platform, Shares, assert_links, awaiting, env, envs_of, is_query, link, links, pair, pairs_of,
    share, unshare, writes,
};
use crate::server::{Reply, Server, appid, appids, operation};

#[tokio::test]
async fn a_row_that_names_another_environment_is_of_the_mini_program_it_names() {
    for of in ["env-1", "env-9", ""] {
        let server = Server::start(move |request| {
            let mut answer = links(&[pair(1, 10)]);
            answer["err_list"] = json!([{"env": of, "appid": appid(20), "errmsg": "no"}]);
            assert_eq!(request.pairs(), [pair(1, 10), pair(2, 20)]);
            Reply::Json(answer)
        })
        .await;
        let told = share(&server.client(), &[(1, vec![10]), (2, vec![20])]).await;
        assert_eq!(told[0][&appid(10)].as_ref().unwrap(), &awaiting(1, 10));
        let error = told[1][&appid(20)].as_ref().unwrap_err();
        assert_eq!(error.errmsg(), Some("no"));
        assert!(error.to_string().contains("env-2"), "{error}");
        assert_eq!(server.paths(), ["batchshareenv"], "{of:?}");
    }
}

#[tokio::test]
async fn a_row_that_names_nobody_leaves_those_of_its_environment_unanswered() {
    let server = Server::start(|request| {
        let mut answer = links(&request.pairs()[..2]);
        let stray = json!({"env": "env-2", "appid": "wx", "errmsg": "no"});
        answer["err_list"] = json!([stray]);
        Reply::Json(answer)
    })
    .await;
    let all = [(1, vec![10, 11]), (2, vec![20, 21]), (3, vec![30])];
    let told = share(&server.client(), &all).await;
    assert_links(&all[..1], told[..1].to_vec());
    for outcome in told[1].values() {
        assert!(outcome.as_ref().unwrap_err().may_have_been_applied());
    }
    assert_eq!(writes(&server)[0], pairs_of(&all));
}

#[tokio::test]
async fn one_mini_program_of_two_environments_is_shared_in_two_calls() {
    let platform = Platform::default();
    let server = Server::start(move |request| platform.accept(request, Shares::Link)).await;
    let all = [(1, vec![10, 11]), (2, vec![11, 20])];
    assert_links(&all, share(&server.client(), &all).await);
    let sent = writes(&server);
    assert_eq!(sent.len(), 2);
    for pairs in sent {
        let mut appids: Vec<_> = pairs.iter().map(|(_, appid)| appid).collect();
        appids.sort_unstable();
        appids.dedup();
        assert_eq!(appids.len(), pairs.len(), "each stands in a call once");
    }
}

#[tokio::test]
async fn one_mini_program_of_two_environments_is_unshared_in_one_call() {
    let platform = Platform::default();
    let all = [(1, vec![10, 11]), (2, vec![11, 20])];
    platform.bind(&pairs_of(&all));
    let server = Server::start(move |request| {
        if is_query(request) {
            return platform.accept(request, Shares::Bind);
        }
        platform.accept(request, Shares::Bind);
        let row = json!({"env": "env-2", "appid": appid(11), "errmsg": "no"});
        Reply::Json(json!({"errcode": 0, "err_list": [row]}))
    })
    .await;
    let told = unshare(&server.client(), &all).await;
    assert!(told[0].values().all(Result::is_ok));
    assert!(told[1][&appid(11)].is_err() && told[1][&appid(20)].is_ok());
    assert_eq!(writes(&server), [pairs_of(&all)]);
}

#[tokio::test]
async fn kinds_of_environments_are_not_mixed() {
    let server = Server::start(|request| Reply::Json(links(&request.pairs()))).await;
    let client = server.client();
    let kinds = [
        None,
        Some(SourceType::new(1)),
        None,
        Some(SourceType::new(1)),
    ];
    let shares = kinds.into_iter().enumerate().map(|(n, kind)| {
        let client = client.clone();
        async move {
            let told = client
                .share(&operation(), &env(n), &appids([n]), kind)
                .await;
            let expected = ShareOutcome::AwaitingConfirmation { url: link(n, n) };
            assert_eq!(told[&appid(n)].as_ref().unwrap(), &expected);
        }
    });
    join_all(shares).await;
    let kinds: Vec<_> = server
        .requests()
        .iter()
        .map(|request| request.body()["source_type"].as_i64())
        .collect();
    assert!(
        kinds == [None, Some(1)] || kinds == [Some(1), None],
        "{kinds:?}"
    );
    for pairs in writes(&server) {
        let even = pairs.contains(&pair(0, 0));
        let envs = if even {
            ["env-0", "env-2"]
        } else {
            ["env-1", "env-3"]
        };
        assert!(envs_of(&pairs).into_iter().eq(envs), "{pairs:?}");
    }
}
