//! Calls that are about several environments at once: who gets which outcome, and which calls are made for it.

mod evidence;
mod first_only;
mod refusals;
mod rows;
mod silence;
mod waiting;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use cloudbase::wechat::{Appid, Client, EnvId, Error, Operation, ShareOutcome};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::server::{Reply, Request, Server, appid, appids, operation};

/// What came of each mini program of one operation.
type Told<T> = BTreeMap<Appid, Result<T, Error>>;

type Pairs = BTreeSet<(String, String)>;

/// The environment with this number.
fn env(n: usize) -> EnvId {
    format!("env-{n}").parse().unwrap()
}

/// The pair of the environment and the mini program with these numbers.
fn pair(of: usize, n: usize) -> (String, String) {
    (env(of).to_string(), appid(n).to_string())
}

/// Each environment with two mini programs of its own.
fn two_each(envs: impl IntoIterator<Item = usize>) -> Vec<(usize, Vec<usize>)> {
    envs.into_iter()
        .map(|n| (n, vec![n * 10, n * 10 + 1]))
        .collect()
}

fn pairs_of(asked: &[(usize, Vec<usize>)]) -> Pairs {
    let of = |(env, numbers): &(usize, Vec<usize>)| {
        let env = *env;
        numbers.clone().into_iter().map(move |n| pair(env, n))
    };
    asked.iter().flat_map(of).collect()
}

/// Shares at the same time, each environment in an operation of its own.
async fn share(client: &Client, asked: &[(usize, Vec<usize>)]) -> Vec<Told<ShareOutcome>> {
    let one = |(of, numbers): &(usize, Vec<usize>)| {
        let (env, appids) = (env(*of), appids(numbers.clone()));
        async move { client.share(&operation(), &env, &appids, None).await }
    };
    join_all(asked.iter().map(one)).await
}

/// Unshares at the same time, each environment in an operation of its own.
async fn unshare(client: &Client, asked: &[(usize, Vec<usize>)]) -> Vec<Told<()>> {
    let one = |(of, numbers): &(usize, Vec<usize>)| {
        let (env, appids) = (env(*of), appids(numbers.clone()));
        async move { client.unshare(&operation(), &env, &appids, None).await }
    };
    join_all(asked.iter().map(one)).await
}

/// Shares one mini program of an environment within an operation.
async fn share_one(
    client: &Client,
    operation: &Operation,
    of: usize,
    n: usize,
) -> Result<ShareOutcome, Error> {
    let mut told = client.share(operation, &env(of), &appids([n]), None).await;
    told.remove(&appid(n)).unwrap()
}

fn awaiting(of: usize, n: usize) -> ShareOutcome {
    ShareOutcome::AwaitingConfirmation { url: link(of, n) }
}

fn link(of: usize, n: usize) -> String {
    let (env, appid) = pair(of, n);
    format!("https://confirm/{env}/{appid}")
}

/// Asserts that each has the link of its own pair.
fn assert_links(asked: &[(usize, Vec<usize>)], told: Vec<Told<ShareOutcome>>) {
    assert_eq!(asked.len(), told.len());
    for ((of, numbers), told) in asked.iter().zip(told) {
        assert_eq!(told.len(), numbers.len());
        for n in numbers {
            assert_eq!(told[&appid(*n)].as_ref().unwrap(), &awaiting(*of, *n));
        }
    }
}

/// The answer to a share that gives all of its pairs a link.
fn links(pairs: &[(String, String)]) -> Value {
    let row = |(env, appid): &(String, String)| json!({"appid": appid, "url": format!("https://confirm/{env}/{appid}")});
    json!({"errcode": 0, "msg_info_list": pairs.iter().map(row).collect::<Vec<_>>()})
}

/// The pairs of each share and unshare, in their order.
fn writes(server: &Server) -> Vec<Pairs> {
    let requests = server.requests();
    let writes = requests.iter().filter(|request| !is_query(request));
    writes
        .map(|request| request.pairs().into_iter().collect())
        .collect()
}

fn is_query(request: &Request) -> bool {
    request.path.ends_with("batchgetenvid")
}

fn envs_of(pairs: &Pairs) -> BTreeSet<&str> {
    pairs.iter().map(|(env, _)| env.as_str()).collect()
}

/// Asserts that calls are about one environment each.
fn assert_not_mixed(writes: &[Pairs]) {
    assert!(
        writes.iter().all(|pairs| envs_of(pairs).len() == 1),
        "{writes:?}"
    );
}

/// What is done with a share.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shares {
    /// It waits for its confirmation, at a link.
    Link,
    /// It waits for its confirmation, and no link is given.
    Wait,
    /// It is bound at once, and no link is given.
    Bind,
}

/// A platform with state.
#[derive(Clone, Debug, Default)]
struct Platform(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    bound: Pairs,
    /// How often each pair was shared, whatever came of it.
    asked: BTreeMap<(String, String), usize>,
}

impl Platform {
    fn bind(&self, pairs: &Pairs) {
        self.0.lock().unwrap().bound.extend(pairs.clone());
    }

    fn bound(&self) -> Pairs {
        self.0.lock().unwrap().bound.clone()
    }

    /// Those that were shared, each with how often.
    fn asked(&self) -> BTreeMap<(String, String), usize> {
        self.0.lock().unwrap().asked.clone()
    }

    fn query(&self, request: &Request) -> Value {
        let state = self.0.lock().unwrap();
        let envs = |appid: &str| -> Vec<String> {
            let of = state.bound.iter().filter(|(_, bound)| bound == appid);
            of.map(|(env, _)| env.clone()).collect()
        };
        let rows = request.appids().into_iter();
        let rows = rows.map(|appid| json!({"appid": appid, "env_list": envs(&appid)}));
        json!({"errcode": 0, "relation_data": rows.collect::<Vec<_>>()})
    }

    /// Answers a call of any kind, where only `looked_at` of the pairs of a write are seen.
    fn answer(&self, request: &Request, looked_at: &[(String, String)], shares: Shares) -> Value {
        if is_query(request) {
            return self.query(request);
        }
        let mut state = self.0.lock().unwrap();
        let is_share = request.path.ends_with("batchshareenv");
        for pair in looked_at {
            if !is_share {
                state.bound.remove(pair);
                continue;
            }
            *state.asked.entry(pair.clone()).or_default() += 1;
            if shares == Shares::Bind {
                state.bound.insert(pair.clone());
            }
        }
        if is_share && shares == Shares::Link {
            links(looked_at)
        } else {
            json!({"errcode": 0})
        }
    }

    /// Answers as the documents say.
    fn accept(&self, request: &Request, shares: Shares) -> Reply {
        let pairs = if is_query(request) {
            Vec::new()
        } else {
            request.pairs()
        };
        Reply::Json(self.answer(request, &pairs, shares))
    }

    /// Looks at the first environment of a call only.
    fn first_only(&self, request: &Request, shares: Shares) -> Reply {
        let mut pairs = if is_query(request) {
            Vec::new()
        } else {
            request.pairs()
        };
        if let Some((first, _)) = pairs.first().cloned() {
            pairs.retain(|(env, _)| *env == first);
        }
        Reply::Json(self.answer(request, &pairs, shares))
    }
}
