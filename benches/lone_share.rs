//! What a lone share waits: everything that a create asks of the API, for one mini program, with
//! nobody else to join. The API is the sandbox, which answers in well under a millisecond.
//!
//! `cargo bench --bench lone_share`.

#![allow(clippy::print_stdout, clippy::expect_used)]

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use cloudbase::sandbox::{Options, Sandbox};
use cloudbase::wechat::{
    Appid, Client, ClientSettings, Credentials, EnvId, Freshness, Operation, TokenSource,
};
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

const RUNS: usize = 41;

fn main() {
    // `cargo test --benches` only wants to know that it builds and runs.
    let runs = if std::env::args().any(|arg| arg == "--bench") {
        RUNS
    } else {
        1
    };
    let runtime = Runtime::new().expect("a runtime");
    let mut times: Vec<_> = (0..runs).map(|_| runtime.block_on(one())).collect();
    times.sort();
    println!(
        "query, share and query of a lone mini program, {runs} runs: median {:?}, slowest {:?}",
        times[runs / 2],
        times[runs - 1]
    );
}

/// Looks, shares and looks again, as a process that has done nothing before.
async fn one() -> Duration {
    let sandbox = Sandbox::start(Options::default()).await.expect("a sandbox");
    let client = Client::new(ClientSettings {
        endpoint: sandbox.url().parse().expect("an endpoint"),
        credentials: Credentials {
            component: vec![TokenSource::Value {
                token: sandbox.component_token().into(),
                origin: "the bench".to_owned(),
            }],
            ..Credentials::default()
        },
        ..ClientSettings::default()
    });
    let operation = Operation::new(Duration::from_secs(10), CancellationToken::new());
    let env: EnvId = "test-env".parse().expect("an environment id");
    let appid: Appid = "wx5fe6bb43205e9e07".parse().expect("an appid");
    let appids = BTreeSet::from([appid]);
    // The HTTP client is built by the first call; that is no waiting.
    let other = BTreeSet::from(["wx075cf85bf347b6df".parse().expect("an appid")]);
    client
        .query(&operation, &other, None, Freshness::Cached)
        .await;
    tokio::time::sleep(Duration::from_millis(200)).await;

    let started = Instant::now();
    client
        .query(&operation, &appids, None, Freshness::Cached)
        .await;
    let shared = client.share(&operation, &env, &appids, None).await;
    client
        .query(&operation, &appids, None, Freshness::Fresh)
        .await;
    let time = started.elapsed();
    assert!(shared.values().all(Result::is_ok), "{shared:?}");
    sandbox.stop().await;
    time
}
