//! What those who leave a write are told of its requests.

use std::{collections::BTreeSet, time::Duration};

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{BatchCall, Batcher, Linger, Results, Wanted};
use crate::wechat::{Error, Operation};

fn operation(seconds: u64) -> Operation {
    Operation::new(Duration::from_secs(seconds), CancellationToken::new())
}

/// A call that carries its items twice, the second time in vain, and then goes on for somebody else.
#[derive(Clone, Debug)]
struct Twice {
    refused: u32,
}

impl BatchCall for Twice {
    type Key = u8;
    type Item = u32;
    type Slot = u32;
    type Output = u32;
    type Freshness = ();
    type Version = ();

    const KIND: &'static str = "twice";
    const WRITES: bool = true;

    fn slot(item: &u32) -> u32 {
        *item
    }

    fn known(&self, _key: &u8, _item: &u32, _how: ()) -> Option<u32> {
        None
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
        assert!(wanted.claim(&items) && wanted.claim(&items));
        wanted.release(&items, self.refused);
        let _ = operation.run(sleep(Duration::from_secs(30))).await;
        Results::<Self>::new()
    }
}

/// Whoever leaves is told "not sent" only if no request that carried its items may have had an effect.
#[tokio::test(start_paused = true)]
async fn a_request_that_had_no_effect_does_not_undo_an_earlier_one() {
    for (refused, may_have_been_applied) in [(1, true), (2, false)] {
        let batcher: Batcher<Twice> = Batcher::new(50, Linger::default());
        let call = Twice { refused };
        let (hasty, patient) = (operation(1), operation(60));
        let (results, _) = tokio::join!(
            batcher.ask(&call, &hasty, &0, [1], ()),
            batcher.ask(&call, &patient, &0, [2], ())
        );
        let error = results[&1].as_ref().unwrap_err();
        assert_eq!(error.may_have_been_applied(), may_have_been_applied);
    }
}
