//! Shares and unshares: windows by environment and `source_type`.

use std::{
    collections::{BTreeSet, HashMap},
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use tracing::Instrument as _;

use super::{
    Window,
    batch::{Batch, Seat},
};
use crate::wechat::{
    Appid, Client, EnvId, Error, Operation, SourceType, TokenKind,
    endpoints::batch_write::{BatchWrite, Outcomes},
    http::CANCEL_GRACE,
};

type Key = (EnvId, Option<SourceType>);

/// The writes of one kind of one process.
#[derive(Debug)]
pub(in crate::wechat) struct Writes<T>(Mutex<HashMap<Key, Arc<Batch<T>>>>);

impl<T> Default for Writes<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Writes<T> {
    fn open(&self) -> MutexGuard<'_, HashMap<Key, Arc<Batch<T>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Client {
    /// Writes, with as few calls as may be.
    pub(in crate::wechat) async fn write_coalesced<W: BatchWrite>(
        &self,
        operation: &Operation,
        env: &EnvId,
        appids: &BTreeSet<Appid>,
        source: Option<SourceType>,
    ) -> Outcomes<W> {
        let seats = self.sit_down_to_write::<W>(operation, env, appids.clone(), source);
        let mut outcomes = Outcomes::<W>::new();
        // The batch's own grace, and a moment to hand over what came of it.
        let grace = CANCEL_GRACE + Duration::from_millis(100);
        let waits = seats.into_iter().map(|seat| seat.wait(operation, grace));
        for (appid, outcome) in join_all(waits).await.into_iter().flatten() {
            let outcome = outcome.map_err(|error| error.subject(W::subject(env, &appid)));
            outcomes.insert(appid, outcome);
        }
        outcomes
    }

    fn sit_down_to_write<W: BatchWrite>(
        &self,
        operation: &Operation,
        env: &EnvId,
        mut left: BTreeSet<Appid>,
        source: Option<SourceType>,
    ) -> Vec<Seat<W::Outcome>> {
        let size = self.settings().batch_size.get();
        let key = (env.clone(), source);
        let mut open = W::writes(self).open();
        let mut seats = Vec::new();
        while !left.is_empty() {
            let entered = open.get(&key).cloned().and_then(|batch| {
                let seat = batch.enter(operation, &mut left, size)?;
                Some((batch, seat))
            });
            let (batch, seat) = entered.unwrap_or_else(|| {
                let (batch, seat) = Batch::open(operation, &mut left, size);
                open.insert(key.clone(), Arc::clone(&batch));
                let run = run::<W>(self.clone(), Arc::clone(&batch), key.clone());
                let (client, broken, of) = (self.clone(), Arc::clone(&batch), key.clone());
                let supervised = async move {
                    if AssertUnwindSafe(run).catch_unwind().await.is_err() {
                        let mut open = W::writes(&client).open();
                        if open.get(&of).is_some_and(|open| Arc::ptr_eq(open, &broken)) {
                            open.remove(&of);
                        }
                        drop(open);
                        broken.close();
                        broken.publish(Outcomes::<W>::new());
                    }
                };
                tokio::spawn(supervised.in_current_span());
                (batch, seat)
            });
            if batch.is_full() {
                open.remove(&key);
            }
            seats.push(seat);
        }
        seats
    }
}

/// One batch, from its open window to its outcomes.
async fn run<W: BatchWrite>(client: Client, batch: Arc<Batch<W::Outcome>>, key: Key) {
    let operation = batch.operation();
    let window = Window::Write(W::PATH, key.0.clone(), key.1);
    let patience = client.pace().opens(&window);
    let ready = async {
        let gathered = batch.gather(&operation, patience).await;
        gathered.map_err(Error::stopped)?;
        // The token first: while it is being fetched, the window stays open.
        client.token(&operation, TokenKind::Component).await?;
        operation
            .run(client.slots().acquire())
            .await
            .map_err(Error::stopped)
    };
    let slot = ready.await;
    client.pace().closes(window, batch.members());
    let appids = {
        let mut open = W::writes(&client).open();
        if open.get(&key).is_some_and(|open| Arc::ptr_eq(open, &batch)) {
            open.remove(&key);
        }
        batch.close()
    };
    let (env, source) = key;
    let outcomes = match slot {
        Ok(_slot) => {
            let _touching = client.touch(appids.clone());
            client
                .write_batch::<W>(&operation, &env, &appids, source)
                .await
        }
        Err(error) => appids
            .into_iter()
            .map(|appid| (appid, Err(error.clone().before_sending())))
            .collect(),
    };
    batch.publish(outcomes);
}
