//! How many calls the batcher makes of a run of Terraform, and what waiting for others costs: the batcher itself, driven by
//! a host and an API of virtual time, so that a run of an hour takes a second and comes out the same each time.
//!
//! The host has P operations under way at once and does work of its own between them, one piece at a time, as Terraform
//! does: about 1.4 ms for each operation of a plan; in an apply 6 ms more, as the state is written, now and then more. The
//! least wall is the host's own time (the same run without any call) and `rounds x N/P x latency`; the least calls are as
//! many as full batches are needed, or one for all that are under way.
//!
//! `cargo bench --bench batching`, with `-- 1000 10` for N = 1000 and P = 10 only.

#![allow(clippy::print_stdout, clippy::expect_used)]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cloudbase::wechat::batch::{BatchCall, Batcher, Linger, Results, Wanted};
use cloudbase::wechat::{Error, Operation};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

/// Appids of an operation, and of a call at most.
const EACH: usize = 2;
const BATCH: usize = 50;

/// What may be added to the least.
const CALLS: f64 = 1.05;
const WALL: f64 = 1.10;

const KINDS: [&str; 2] = ["query", "write"];

/// One kind of call: it takes as long as the latency.
#[derive(Clone, Debug)]
struct Api<const KIND: usize> {
    latency: Duration,
    calls: Arc<AtomicUsize>,
}

impl<const KIND: usize> BatchCall for Api<KIND> {
    type Key = ();
    type Item = usize;
    type Slot = usize;
    type Output = ();
    type Freshness = ();
    type Version = ();

    const KIND: &'static str = KINDS[KIND];
    const WRITES: bool = false;

    fn slot(item: &usize) -> usize {
        *item
    }

    fn known(&self, _key: &(), _item: &usize, _how: ()) -> Option<()> {
        None
    }

    fn version(&self) {}

    fn will_do(&self, _item: &usize, _version: (), _how: ()) -> bool {
        false
    }

    async fn ready(&self, _operation: &Operation) -> Result<(), Error> {
        Ok(())
    }

    async fn send(
        &self,
        _operation: &Operation,
        _key: &(),
        _version: (),
        items: BTreeSet<usize>,
        _wanted: &dyn Wanted<usize>,
    ) -> Results<Self> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        sleep(self.latency).await;
        items.into_iter().map(|item| (item, Ok(()))).collect()
    }
}

#[derive(Clone, Copy, Debug)]
enum Walk {
    Read,
    Create,
    Delete,
}

impl Walk {
    /// How many calls an operation makes, one after the other.
    fn rounds(self) -> usize {
        match self {
            Self::Read | Self::Delete => 1,
            Self::Create => 3,
        }
    }

    /// What an operation asks.
    async fn operate(self, client: &Client, nth: usize) {
        let operation = Operation::new(Duration::from_secs(3600), CancellationToken::new());
        match self {
            Self::Read => client.ask(&client.queries, &operation, nth).await,
            Self::Create => {
                client.ask(&client.queries, &operation, nth).await;
                client.ask(&client.writes, &operation, nth).await;
                client.ask(&client.queries, &operation, nth).await;
            }
            Self::Delete => client.ask(&client.writes, &operation, nth).await,
        }
    }
}

/// What the host does itself: one thing at a time of each.
struct Host {
    /// Whether one in a hundred writes of the state takes 60 ms longer.
    stalls: bool,
    processor: Mutex<fastrand::Rng>,
    state: Mutex<fastrand::Rng>,
}

impl Host {
    /// Before an operation.
    async fn begin(&self) {
        let mut random = self.processor.lock().await;
        let pause = if random.u8(..10) < 4 { 2 } else { 1 };
        sleep(Duration::from_millis(pause)).await;
    }

    /// After it: what was changed is written to the state.
    async fn end(&self, walk: Walk) {
        if matches!(walk, Walk::Read) {
            return;
        }
        let mut random = self.state.lock().await;
        let stall = if self.stalls && random.u8(..100) == 0 {
            60
        } else {
            0
        };
        sleep(Duration::from_millis(random.u64(2..=9) + stall)).await;
    }
}

/// The API and its batchers.
#[derive(Clone)]
struct Client {
    queries: Batcher<Api<0>>,
    writes: Batcher<Api<1>>,
    latency: Duration,
    calls: Arc<AtomicUsize>,
}

impl Client {
    fn new(latency: Duration) -> Self {
        let linger = Linger::default();
        Self {
            queries: Batcher::new(BATCH, linger.clone()),
            writes: Batcher::new(BATCH, linger),
            latency,
            calls: Arc::default(),
        }
    }

    async fn ask<const KIND: usize>(
        &self,
        batcher: &Batcher<Api<KIND>>,
        operation: &Operation,
        nth: usize,
    ) {
        let api = Api {
            latency: self.latency,
            calls: Arc::clone(&self.calls),
        };
        let items = nth * EACH..(nth + 1) * EACH;
        batcher.ask(&api, operation, &(), items, ()).await;
    }
}

/// How long a run took, and how many calls it made.
async fn run(
    walk: Walk,
    n: usize,
    p: usize,
    stalls: bool,
    latency: Option<Duration>,
) -> (Duration, usize) {
    let client = latency.map(Client::new);
    let next = Arc::new(AtomicUsize::new(0));
    let host = Arc::new(Host {
        stalls,
        processor: Mutex::new(fastrand::Rng::with_seed(7)),
        state: Mutex::new(fastrand::Rng::with_seed(8)),
    });
    let started = Instant::now();
    let slots: Vec<_> = (0..p)
        .map(|_| {
            let client = client.clone();
            let (next, host) = (Arc::clone(&next), Arc::clone(&host));
            tokio::spawn(async move {
                loop {
                    let nth = next.fetch_add(1, Ordering::Relaxed);
                    if nth >= n {
                        return;
                    }
                    host.begin().await;
                    if let Some(client) = &client {
                        walk.operate(client, nth).await;
                    }
                    host.end(walk).await;
                }
            })
        })
        .collect();
    for slot in slots {
        slot.await.expect("a slot that does not panic");
    }
    let calls = client.map_or(0, |client| client.calls.load(Ordering::Relaxed));
    (started.elapsed(), calls)
}

fn main() {
    let is_bench = std::env::args().any(|arg| arg == "--bench");
    let only: Vec<usize> = std::env::args()
        .filter_map(|arg| arg.parse().ok())
        .collect();
    // `cargo test --benches` only wants to know that it builds and runs.
    let sizes = if is_bench {
        vec![100, 1000, 10_000]
    } else {
        vec![100]
    };
    println!("walk     N      P   latency | calls   least  ratio | wall s   least  ratio");
    for walk in [Walk::Read, Walk::Create, Walk::Delete] {
        for &n in sizes
            .iter()
            .filter(|n| only.first().is_none_or(|one| one == *n))
        {
            for p in [1, 10, 50] {
                if only.get(1).is_some_and(|one| *one != p) {
                    continue;
                }
                for latency in [0, 20, 80] {
                    row(walk, n, p, false, latency);
                }
            }
        }
    }
    println!("\nof the batcher alone:");
    let largest = if is_bench { 100_000 } else { 1000 };
    for items in [largest / 10, largest] {
        proportion(items);
    }
    println!("\nwith one operation in a hundred whose state takes 60 ms longer to write:");
    let n = sizes.last().copied().unwrap_or_default().min(1000);
    for walk in [Walk::Create, Walk::Delete] {
        for p in [10, 50] {
            for latency in [0, 80] {
                row(walk, n, p, true, latency);
            }
        }
    }
}

/// What the batcher itself costs, in real time: ten times as many items should take ten times as long.
fn proportion(items: usize) {
    let one = std::time::Instant::now();
    paused().block_on(async {
        let client = Client::new(Duration::from_millis(1));
        ask_many(&client, 1, items).await;
    });
    let one = one.elapsed();
    let many = std::time::Instant::now();
    paused().block_on(async {
        let client = Client::new(Duration::from_millis(1));
        ask_many(&client, items / 10, 10).await;
    });
    println!(
        "{items:7} items: one operation {one:.1?}, {} operations of ten {:.1?}",
        items / 10,
        many.elapsed()
    );
}

async fn ask_many(client: &Client, operations: usize, each: usize) {
    let asks: Vec<_> = (0..operations)
        .map(|nth| {
            let client = client.clone();
            tokio::spawn(async move {
                let operation = Operation::new(Duration::from_secs(3600), CancellationToken::new());
                let api = Api {
                    latency: client.latency,
                    calls: Arc::clone(&client.calls),
                };
                let items = nth * each..(nth + 1) * each;
                client.queries.ask(&api, &operation, &(), items, ()).await;
            })
        })
        .collect();
    for ask in asks {
        ask.await.expect("an operation that does not panic");
    }
}

fn paused() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime")
}

#[allow(clippy::cast_precision_loss, reason = "small numbers")]
fn row(walk: Walk, n: usize, p: usize, stalls: bool, latency: u64) {
    let latency = Duration::from_millis(latency);
    let (took, calls) = paused().block_on(run(walk, n, p, stalls, Some(latency)));
    let (own, _) = paused().block_on(run(walk, n, p, stalls, None));
    let rounds = walk.rounds();
    let least_calls = rounds * (n * EACH).div_ceil(BATCH.min(EACH * p));
    let turns = rounds * n.div_ceil(p);
    let least = own + latency * u32::try_from(turns).expect("fewer turns than 2^32");
    let call_ratio = calls as f64 / least_calls as f64;
    let wall_ratio = took.as_secs_f64() / least.as_secs_f64();
    let flag = |ratio: f64, limit: f64| if ratio > limit { '!' } else { ' ' };
    println!(
        "{:8} {n:6} {p:3} {:6} ms | {calls:6} {least_calls:6} {call_ratio:5.2}{} | {:7.2} {:7.2} {wall_ratio:5.2}{}",
        format!("{walk:?}"),
        latency.as_millis(),
        flag(call_ratio, CALLS),
        took.as_secs_f64(),
        least.as_secs_f64(),
        flag(wall_ratio, WALL),
    );
}
