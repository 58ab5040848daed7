//! A mixed call that is refused, in part or as a whole.

use std::{
    fmt::{self, Write as _},
    sync::{Arc, Mutex},
};

use cloudbase::wechat::{Client, ShareOutcome};
use serde_json::json;
use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{Layer, layer::Context, prelude::*};

use super::{
    Platform, Shares, assert_links, assert_not_mixed, awaiting, is_query, links, pairs_of, share,
    two_each, unshare, writes,
};
use crate::server::{Reply, Request, Server, appid};
use crate::tokens::{client, file, files};

/// Refuses each write that names one of these environments.
async fn refusing(errcode: i64, env: &'static str) -> Server {
    let platform = Platform::default();
    Server::start(move |request| {
        if !is_query(request) && request.pairs().iter().any(|(of, _)| of == env) {
            return Reply::Json(json!({"errcode": errcode, "errmsg": "no"}));
        }
        platform.accept(request, Shares::Link)
    })
    .await
}

fn names_several(request: &Request) -> bool {
    !is_query(request) && request.body()["data"][1].is_object()
}

#[tokio::test]
async fn a_pair_that_is_refused_fails_only_its_own_operation() {
    let server = Server::start(|request| {
        let mut pairs = request.pairs();
        pairs.retain(|(_, of)| *of != appid(21).to_string());
        let mut answer = links(&pairs);
        answer["err_list"] = json!([{"env": "env-2", "appid": appid(21), "errmsg": "no"}]);
        Reply::Json(answer)
    })
    .await;
    let told = share(&server.client(), &two_each(1..4)).await;
    for (nth, told) in (1..4).zip(&told) {
        let (first, second) = (&told[&appid(nth * 10)], &told[&appid(nth * 10 + 1)]);
        assert_eq!(first.as_ref().unwrap(), &awaiting(nth, nth * 10));
        match second {
            Ok(outcome) => assert_eq!(outcome, &awaiting(nth, nth * 10 + 1)),
            Err(error) => assert_eq!((nth, error.errmsg()), (2, Some("no"))),
        }
        assert_eq!(second.is_err(), nth == 2);
    }
    assert_eq!(server.paths(), ["batchshareenv"]);
    assert_eq!(writes(&server), [pairs_of(&two_each(1..4))]);
}

#[tokio::test]
async fn an_unshare_that_is_refused_fails_only_its_own_operation() {
    let platform = Platform::default();
    platform.bind(&pairs_of(&[(2, vec![21])]));
    let server = Server::start(move |request| {
        if is_query(request) {
            return platform.accept(request, Shares::Link);
        }
        let row = json!({"env": "env-2", "appid": appid(21), "errmsg": "no"});
        Reply::Json(json!({"errcode": 0, "err_list": [row]}))
    })
    .await;
    let told = unshare(&server.client(), &two_each(1..4)).await;
    let failed: Vec<_> = told
        .into_iter()
        .flatten()
        .filter(|(_, outcome)| outcome.is_err())
        .map(|(appid, _)| appid)
        .collect();
    assert_eq!(failed, [appid(21)]);
    assert_eq!(writes(&server), [pairs_of(&two_each(1..4))]);
}

#[tokio::test]
async fn an_environment_that_has_the_call_refused_fails_alone() {
    for errcode in [85088, -501_019, 12345] {
        let server = refusing(errcode, "env-3").await;
        let client = server.client();
        let all = two_each(1..9);
        let mut told = share(&client, &all).await;
        for outcome in told.remove(2).into_values() {
            let error = outcome.unwrap_err();
            assert_eq!(error.errcode(), Some(errcode));
            assert!(!error.may_have_been_applied());
        }
        let neighbours: Vec<_> = all.into_iter().filter(|(env, _)| *env != 3).collect();
        assert_links(&neighbours, told);
        let sent = writes(&server);
        assert_eq!(sent[0], pairs_of(&two_each(1..9)));
        assert!(sent.len() <= 7, "{errcode}: {} calls", sent.len());
        // That was no refusal of mixed calls.
        let later = two_each(4..8);
        assert_links(&later, share(&client, &later).await);
        assert_eq!(writes(&server)[sent.len()..], [pairs_of(&later)]);
    }
}

#[tokio::test]
async fn an_unshare_of_an_environment_that_has_the_call_refused_fails_alone() {
    for errcode in [85088, -501_019, 12345] {
        let server = refusing(errcode, "env-1").await;
        let told = unshare(&server.client(), &two_each(1..9)).await;
        for (nth, told) in (1..9).zip(told) {
            for outcome in told.into_values() {
                let refused = outcome.err().map(|error| error.errcode());
                assert_eq!(refused, (nth == 1).then_some(Some(errcode)));
            }
        }
        let calls = writes(&server).len();
        assert!(calls <= 7, "{errcode}: {calls} calls");
    }
}

#[tokio::test]
async fn a_mini_program_that_has_the_call_refused_fails_alone() {
    let server = Server::start(|request| {
        let bad = request.pairs().contains(&super::pair(3, 31));
        Reply::Json(if bad {
            json!({"errcode": 40097})
        } else {
            links(&request.pairs())
        })
    })
    .await;
    let told = share(&server.client(), &two_each(1..9)).await;
    let failed: Vec<_> = told
        .into_iter()
        .flatten()
        .filter(|(_, outcome)| outcome.is_err())
        .map(|(appid, _)| appid)
        .collect();
    assert_eq!(failed, [appid(31)]);
    assert!(writes(&server).len() <= 9, "{}", writes(&server).len());
}

#[tokio::test]
async fn a_refusal_that_is_about_nobody_of_the_call_is_everybodys_and_not_asked_again() {
    for errcode in [40001, 45009, 61004] {
        let server = Server::start(move |_| Reply::Json(json!({"errcode": errcode}))).await;
        let told = share(&server.client(), &two_each(1..5)).await;
        assert_eq!(told.len(), 4);
        for outcome in told
            .into_iter()
            .flat_map(std::collections::BTreeMap::into_values)
        {
            // Told in full once, where it is of the whole run; the others name the code.
            let error = outcome.unwrap_err();
            assert!(error.to_string().contains(&errcode.to_string()), "{error}");
        }
        assert_eq!(server.paths(), ["batchshareenv"], "{errcode}");
        assert_eq!(writes(&server), [pairs_of(&two_each(1..5))]);
    }
}

#[tokio::test]
async fn a_mixed_call_goes_out_once_more_with_a_new_token() {
    let token = |token: &str| json!({"component_access_token": token}).to_string();
    let files = files(&token("canary-old"));
    let path = files.json.clone();
    let server = Server::start(move |request| {
        if request.query.ends_with("canary-old") {
            std::fs::write(&path, token("canary-new")).unwrap();
            return Reply::Json(json!({"errcode": 40001}));
        }
        Reply::Json(links(&request.pairs()))
    })
    .await;
    let client = client(&server, vec![file(&files.json)], vec![]);
    let all = two_each(1..5);
    let told = share(&client, &all).await;
    let sent = writes(&server);
    assert_links(&all, told);
    assert_eq!(sent, [pairs_of(&all), pairs_of(&all)]);
}

/// The warnings of the thread of one test.
#[derive(Clone, Default)]
struct Warnings(Arc<Mutex<Vec<String>>>);

struct Words(String);

impl Visit for Words {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, "{}={value:?} ", field.name()).unwrap();
    }
}

impl<S: Subscriber> Layer<S> for Warnings {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        if *event.metadata().level() == Level::WARN {
            let mut words = Words(String::new());
            event.record(&mut words);
            self.0.lock().unwrap().push(words.0);
        }
    }
}

#[tokio::test]
async fn where_mixed_calls_are_refused_each_environment_has_its_own_from_then_on() {
    let warnings = Warnings::default();
    let subscriber = tracing_subscriber::registry().with(warnings.clone());
    let _traced = tracing::subscriber::set_default(subscriber);
    let platform = Platform::default();
    let seen = platform.clone();
    let server = Server::start(move |request| {
        if names_several(request) {
            return Reply::Json(json!({"errcode": 40097}));
        }
        seen.accept(request, Shares::Link)
    })
    .await;
    // Several calls are under way when it turns out.
    let mut settings = server.settings();
    settings.batch_size = 4.try_into().unwrap();
    let client = Client::new(settings);
    let all = two_each(1..9);
    assert_links(&all, share(&client, &all).await);
    assert_eq!(writes(&server)[0].len(), 4);
    let once = |(_, times): (_, usize)| times == 1;
    assert!(platform.asked().into_iter().all(once));
    let before = writes(&server).len();
    assert!(before <= 4 + 8, "{before}");

    let later = two_each(11..15);
    assert_links(&later, share(&client, &later).await);
    for outcome in unshare(&client, &later).await {
        assert!(outcome.into_values().all(|outcome| outcome.is_ok()));
    }
    let sent = writes(&server).split_off(before);
    assert_eq!(sent.len(), 8);
    assert_not_mixed(&sent);
    let warnings = warnings.0.lock().unwrap();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains("several environments"), "{warnings:?}");
}

#[tokio::test]
async fn without_mixing_each_environment_has_its_own_call() {
    let platform = Platform::default();
    let server = Server::start(move |request| platform.accept(request, Shares::Bind)).await;
    let mut settings = server.settings();
    settings.batch_across_environments = false;
    let client = Client::new(settings);
    let all = two_each(1..5);
    for outcome in share(&client, &all).await.into_iter().flatten() {
        assert_eq!(outcome.1.unwrap(), ShareOutcome::NoUrl);
    }
    for outcome in unshare(&client, &all).await.into_iter().flatten() {
        outcome.1.unwrap();
    }
    let sent = writes(&server);
    assert_eq!((sent.len(), server.requests().len()), (8, 8));
    assert_not_mixed(&sent);
}
