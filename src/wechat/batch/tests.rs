//! The batcher with calls of its own, in virtual time.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::{future::join_all, poll};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::{BatchCall, Batcher, Linger, Results, Wanted};
use crate::wechat::{Class, Error, Operation};

/// A call that takes a while; item 666 makes it panic.
#[derive(Clone, Debug, Default)]
struct Call<const RARE: bool = false> {
    takes: Duration,
    /// Sends twice, and of so many of the two knows that they had no effect.
    in_vain: Option<u32>,
    /// The items of each call, and when it was sent.
    sent: Arc<Mutex<Vec<Sent>>>,
}

type Sent = (Instant, BTreeSet<u32>);

impl<const RARE: bool> BatchCall for Call<RARE> {
    type Key = u8;
    type Item = u32;
    /// Items that are equal but for the thousands.
    type Slot = u32;
    type Output = u32;
    type Freshness = ();
    type Version = ();

    const KIND: &'static str = if RARE { "rare call" } else { "call" };
    const WRITES: bool = true;

    fn slot(item: &u32) -> u32 {
        item % 1000
    }

    fn known(&self, _key: &u8, item: &u32, _how: ()) -> Option<u32> {
        (*item == 0).then_some(0)
    }

    fn version(&self) {}

    fn will_do(&self, _item: &u32, _version: (), _how: ()) -> bool {
        false
    }

    async fn ready(&self, _operation: &Operation) -> Result<(), Error> {
        Ok(())
    }

    async fn send(
        &self,
        operation: &Operation,
        _key: &u8,
        _version: (),
        items: BTreeSet<u32>,
        wanted: &dyn Wanted<u32>,
    ) -> Results<Self> {
        assert!(wanted.claim(&items), "nobody leaves before it is sent");
        if let Some(requests) = self.in_vain {
            assert!(wanted.claim(&items));
            wanted.release(&items, requests);
        }
        let sent = (Instant::now(), items.clone());
        self.sent.lock().unwrap().push(sent);
        assert!(!items.contains(&666), "on purpose");
        let slept = operation.run(sleep(self.takes)).await;
        let result = |item| slept.map(|()| item).map_err(Error::stopped);
        items.into_iter().map(|item| (item, result(item))).collect()
    }
}

impl<const RARE: bool> Call<RARE> {
    fn taking(takes: u64) -> Self {
        Self {
            takes: Duration::from_millis(takes),
            ..Self::default()
        }
    }

    fn sizes(&self) -> Vec<usize> {
        let sent = self.sent.lock().unwrap();
        sent.iter().map(|(_, items)| items.len()).collect()
    }
}

fn batcher() -> Batcher<Call> {
    Batcher::new(50, Linger::default())
}

fn operation() -> Operation {
    Operation::new(Duration::from_secs(60), CancellationToken::new())
}

async fn ask(batcher: &Batcher<Call>, call: &Call, items: &[u32]) -> Results<Call> {
    let items = items.iter().copied();
    batcher.ask(call, &operation(), &0, items, ()).await
}

#[tokio::test(start_paused = true)]
async fn each_gets_its_own_results_of_one_call() {
    let (batcher, call) = (batcher(), Call::taking(80));
    let asks = (1..=20).map(|n| {
        let (batcher, call) = (&batcher, &call);
        async move { ask(batcher, call, &[0, n, n + 100]).await }
    });
    for (n, results) in (1..).zip(join_all(asks).await) {
        let results: Vec<u32> = results.into_values().map(Result::unwrap).collect();
        assert_eq!(results, [0, n, n + 100]);
    }
    assert_eq!(call.sizes(), [40]);
}

#[tokio::test(start_paused = true)]
async fn what_an_answer_could_not_tell_apart_is_not_in_one_call() {
    let (batcher, call) = (batcher(), Call::taking(1));
    let (one, two) = tokio::join!(
        ask(&batcher, &call, &[1, 2]),
        ask(&batcher, &call, &[1001, 3, 2])
    );
    assert!(one.values().chain(two.values()).all(Result::is_ok));
    for (_, items) in call.sent.lock().unwrap().iter() {
        assert!(!(items.contains(&1) && items.contains(&1001)), "{items:?}");
    }
    assert_eq!(call.sizes().iter().sum::<usize>(), 4);
}

#[tokio::test(start_paused = true)]
async fn full_batches_go_at_once_and_four_at_a_time() {
    let (batcher, call) = (batcher(), Call::taking(100));
    let started = Instant::now();
    let items: Vec<u32> = (1..=420).collect();
    assert_eq!(ask(&batcher, &call, &items).await.len(), 420);
    assert_eq!(call.sizes(), [50, 50, 50, 50, 50, 50, 50, 50, 20]);
    let at: Vec<u128> = {
        let sent = call.sent.lock().unwrap();
        sent.iter()
            .map(|(at, _)| (*at - started).as_millis())
            .collect()
    };
    assert_eq!(at[..8], [0, 0, 0, 0, 100, 100, 100, 100]);
}

#[tokio::test]
async fn a_panic_reaches_every_waiter_as_an_error_and_the_next_call_is_made() {
    let (batcher, call) = (batcher(), Call::default());
    let (one, two) = tokio::join!(
        ask(&batcher, &call, &[666]),
        ask(&batcher, &call, &[666, 7])
    );
    assert_eq!((one.len(), two.len()), (1, 2));
    for error in one.into_values().chain(two.into_values()) {
        let error = error.unwrap_err();
        assert_eq!(error.class(), Class::Cancelled);
        assert!(error.may_have_been_applied(), "it was sent");
    }
    assert!(ask(&batcher, &call, &[7]).await[&7].is_ok());
    assert_eq!(call.sizes(), [2, 1]);
}

#[tokio::test]
async fn a_dropped_task_reaches_every_waiter_as_an_error() {
    for takes in [0, 60_000] {
        let (batcher, call) = (batcher(), Call::taking(takes));
        let other = tokio::runtime::Runtime::new().unwrap();
        let mut asks = std::pin::pin!(ask(&batcher, &call, &[1, 2]));
        {
            // The batch's task is spawned there.
            let _there = other.enter();
            assert!(poll!(&mut asks).is_pending());
        }
        if takes > 0 {
            while call.sizes().is_empty() {
                sleep(Duration::from_millis(1)).await;
            }
        }
        other.shutdown_background();
        let results = asks.await;
        assert_eq!(results.len(), 2);
        if takes > 0 {
            assert!(results.values().all(Result::is_err));
        }
        assert!(ask(&batcher, &Call::default(), &[1]).await[&1].is_ok());
    }
}

#[tokio::test(start_paused = true)]
async fn a_lone_operation_waits_once_and_briefly() {
    let (batcher, call) = (batcher(), Call::taking(0));
    let (started, alone) = (Instant::now(), operation());
    for n in 1..=3 {
        batcher.ask(&call, &alone, &0, [n], ()).await;
    }
    assert_eq!(started.elapsed(), Duration::from_millis(15));
}

/// Ten operations at once, of which every third is of somebody else and asks nothing, and two that go on for ever.
#[tokio::test(start_paused = true)]
async fn windows_close_though_operations_are_alive_that_never_ask() {
    for (latency, pause) in [(0, 1), (0, 6), (80, 1), (80, 6)] {
        let (batcher, call) = (batcher(), Call::taking(latency));
        let _slow = [operation(), operation()];
        let arrivals = Arc::new(Mutex::new(vec![Instant::now(); 400]));
        let host = Arc::new(tokio::sync::Mutex::new(1));
        let slots = (0..10).map(|_| {
            let (batcher, call) = (batcher.clone(), call.clone());
            let (arrivals, host) = (Arc::clone(&arrivals), Arc::clone(&host));
            async move {
                loop {
                    let nth = {
                        let mut next = host.lock().await;
                        sleep(Duration::from_millis(pause)).await;
                        *next += 1;
                        *next
                    };
                    if nth >= 400 {
                        return;
                    }
                    if nth % 3 == 0 {
                        sleep(Duration::from_millis(40)).await;
                        continue;
                    }
                    arrivals.lock().unwrap()[nth as usize] = Instant::now();
                    ask(&batcher, &call, &[nth]).await;
                }
            }
        });
        join_all(slots).await;
        let arrivals = arrivals.lock().unwrap();
        let sent = call.sent.lock().unwrap();
        let waited = sent.iter().map(|(at, items)| {
            // Those of a call that has just ended may come again.
            let ends = sent.iter().map(|(at, _)| *at + call.takes);
            let arrivals = items.iter().map(|item| arrivals[*item as usize]);
            let last = arrivals.chain(ends.filter(|end| end < at)).max();
            (*at - last.unwrap()).as_millis()
        });
        let waited: Vec<u128> = waited.collect();
        println!("{latency} {pause}: {} calls, waited {waited:?}", sent.len());
        // Nobody can know at first, once in a while, and at the end, that no more will come.
        let longer: Vec<&u128> = waited.iter().filter(|waited| **waited > 30).collect();
        assert!(longer.len() <= 2, "{waited:?}");
        assert!(longer.iter().all(|waited| **waited <= 150), "{waited:?}");
    }
}

/// One that writes down all it has done after each operation: what has been answered is followed up at once, and what is
/// new comes one by one.
#[tokio::test(start_paused = true)]
async fn a_caller_that_takes_long_between_operations_still_fills_its_calls() {
    let (batcher, call) = (batcher(), Call::taking(1));
    let next = Arc::new(Mutex::new(0..200));
    let host = Arc::new(tokio::sync::Mutex::new(fastrand::Rng::with_seed(3)));
    let slots = (0..10).map(|_| {
        let (batcher, call) = (batcher.clone(), call.clone());
        let (next, host) = (Arc::clone(&next), Arc::clone(&host));
        async move {
            let of_nth = || next.lock().unwrap().next();
            while let Some(nth) = of_nth() {
                let operation = operation();
                for item in [nth, 1000 + nth] {
                    batcher.ask(&call, &operation, &0, [item], ()).await;
                }
                let mut random = host.lock().await;
                sleep(Duration::from_millis(random.u64(2..=40))).await;
            }
        }
    });
    join_all(slots).await;
    let sizes = call.sizes();
    assert!(sizes.len() <= 44, "{} calls: {sizes:?}", sizes.len());
}

/// What was seen so far may be a beginning.
#[tokio::test(start_paused = true)]
async fn where_more_come_than_ever_before_even_more_are_waited_for() {
    let (batcher, call) = (batcher(), Call::taking(80));
    let asks = (0..10).map(|n| {
        let (batcher, call) = (&batcher, &call);
        async move {
            sleep(Duration::from_millis(n * 20)).await;
            ask(batcher, call, &[u32::try_from(n).unwrap() + 1]).await
        }
    });
    join_all(asks).await;
    assert_eq!(call.sizes(), [1, 9]);
}

/// Calls that are quicker than operations come never have more than waited for the first one, but for a look now and then.
#[tokio::test(start_paused = true)]
async fn a_poor_start_is_made_up_for() {
    let (batcher, call) = (batcher(), Call::taking(0));
    let next = Arc::new(Mutex::new(0..300));
    let host = Arc::new(tokio::sync::Mutex::new(()));
    let slots = (0..10).map(|_| {
        let (batcher, call) = (batcher.clone(), call.clone());
        let (next, host) = (Arc::clone(&next), Arc::clone(&host));
        async move {
            let of_nth = || next.lock().unwrap().next();
            while let Some(nth) = of_nth() {
                let host = host.lock().await;
                let pause = if nth < 3 { 20 } else { 6 };
                sleep(Duration::from_millis(pause)).await;
                drop(host);
                ask(&batcher, &call, &[nth + 1]).await;
            }
        }
    });
    join_all(slots).await;
    let sizes = call.sizes();
    assert!(sizes[0] < 5, "{sizes:?}");
    assert!(sizes.len() <= 45, "{} calls: {sizes:?}", sizes.len());
}

/// The kind of call that most wait for goes first, and any other one right after it.
#[tokio::test(start_paused = true)]
async fn the_fullest_goes_first_and_no_kind_is_passed_over_twice() {
    let linger = Linger::default();
    let common: Batcher<Call> = Batcher::new(50, linger.clone());
    let rare: Batcher<Call<true>> = Batcher::new(50, linger);
    let (call, rare_call) = (Call::taking(1), Call::<true>::taking(1));
    // So many are usual.
    let start = (1..=10).map(|n| {
        let (common, call) = (&common, &call);
        async move { ask(common, call, &[n]).await }
    });
    join_all(start).await;
    let many = (1..=9).map(|n| {
        let (common, call) = (&common, &call);
        async move {
            for round in 1..=5 {
                sleep(Duration::from_millis(n.into())).await;
                ask(common, call, &[n + 10 * round]).await;
            }
        }
    });
    let own = operation();
    let lone = rare.ask(&rare_call, &own, &0, [1], ());
    tokio::join!(join_all(many), lone);
    let first_common = call.sent.lock().unwrap()[1].0;
    let (second_common, at) = (
        call.sent.lock().unwrap()[2].0,
        rare_call.sent.lock().unwrap()[0].0,
    );
    assert!(first_common <= at, "the fullest first");
    assert!(at <= second_common, "passed over once");
    assert_eq!(call.sizes()[1], 9);
}

/// Whoever leaves is told "not sent" only if no request that carried its items may have had an effect.
#[tokio::test(start_paused = true)]
async fn a_request_that_had_no_effect_does_not_undo_an_earlier_one() {
    for (in_vain, may_have_been_applied) in [(1, true), (2, false)] {
        let call = Call {
            in_vain: Some(in_vain),
            ..Call::taking(30_000)
        };
        let batcher = batcher();
        let hasty = Operation::new(Duration::from_secs(1), CancellationToken::new());
        let patient = operation();
        let (results, _) = tokio::join!(
            batcher.ask(&call, &hasty, &0, [1], ()),
            batcher.ask(&call, &patient, &0, [2], ())
        );
        let error = results[&1].as_ref().unwrap_err();
        assert_eq!(error.may_have_been_applied(), may_have_been_applied);
    }
}
