//! Queries: windows, queries under way, and what is known already.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
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
    cache::{Cache, Epoch},
};
use crate::wechat::{
    Appid, Client, Error, Freshness, Operation, SourceType, TokenKind,
    endpoints::query::{Shares, subject},
};

type Envs = BTreeSet<String>;
type Source = Option<SourceType>;

/// The queries of one process.
#[derive(Debug, Default)]
pub(in crate::wechat) struct Reads(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    cache: Cache,
    /// The window that takes new appids.
    open: HashMap<Source, Arc<Batch<Envs>>>,
    /// The batch each appid is being asked about in.
    asked: HashMap<(Source, Appid), Asked>,
}

#[derive(Debug)]
struct Asked {
    batch: Arc<Batch<Envs>>,
    /// The epoch it was sent in, if it was.
    sent: Option<Epoch>,
}

/// A write under way; dropping it is its end.
#[derive(Debug)]
pub(super) struct Touching {
    client: Client,
    appids: BTreeSet<Appid>,
}

impl Client {
    /// The shares of mini programs, with as few calls as may be.
    pub(in crate::wechat) async fn query_coalesced(
        &self,
        operation: &Operation,
        appids: &BTreeSet<Appid>,
        source: Source,
        freshness: Freshness,
    ) -> Shares {
        let (mut shares, seats) = self.sit_down(operation, appids, source, freshness);
        let waits = seats
            .into_iter()
            .map(|seat| seat.wait(operation, Duration::ZERO));
        for (appid, found) in join_all(waits).await.into_iter().flatten() {
            let found = found.map_err(|error| error.subject(subject(&appid)));
            shares.insert(appid, found);
        }
        shares
    }

    /// A write to these appids is about to be sent.
    pub(super) fn touch(&self, appids: BTreeSet<Appid>) -> Touching {
        self.reads().state().cache.write_starts(&appids);
        Touching {
            client: self.clone(),
            appids,
        }
    }

    fn sit_down(
        &self,
        operation: &Operation,
        appids: &BTreeSet<Appid>,
        source: Source,
        freshness: Freshness,
    ) -> (Shares, Vec<Seat<Envs>>) {
        let mut state = self.reads().state();
        let mut shares = Shares::new();
        let mut left = BTreeSet::new();
        // Those that are being asked about already, by the batch they are in.
        let mut joinable: Vec<(Arc<Batch<Envs>>, BTreeSet<Appid>)> = Vec::new();
        for appid in appids {
            if let Some(envs) = state.cache.get(source, appid, freshness) {
                shares.insert(appid.clone(), Ok(envs.clone()));
                continue;
            }
            match state.joinable(source, appid, freshness) {
                Some(batch) => match joinable
                    .iter_mut()
                    .find(|(known, _)| Arc::ptr_eq(known, &batch))
                {
                    Some((_, appids)) => _ = appids.insert(appid.clone()),
                    None => joinable.push((batch, BTreeSet::from([appid.clone()]))),
                },
                None => _ = left.insert(appid.clone()),
            }
        }
        let mut seats = Vec::new();
        for (batch, appids) in joinable {
            match batch.join(operation, appids.clone()) {
                Some(seat) => seats.push(seat),
                // Everybody has left it: it is being given up.
                None => left.extend(appids),
            }
        }
        while !left.is_empty() {
            seats.push(self.take_seat(&mut state, operation, &mut left, source));
        }
        (shares, seats)
    }

    /// A seat in the open window, or in a new one.
    fn take_seat(
        &self,
        state: &mut State,
        operation: &Operation,
        appids: &mut BTreeSet<Appid>,
        source: Source,
    ) -> Seat<Envs> {
        let size = self.settings().batch_size.get();
        let before = appids.clone();
        let open = state.open.get(&source).cloned();
        let entered = open.and_then(|batch| {
            let seat = batch.enter(operation, appids, size)?;
            Some((batch, seat))
        });
        let (batch, seat) = entered.unwrap_or_else(|| {
            let (batch, seat) = Batch::open(operation, appids, size);
            state.open.insert(source, Arc::clone(&batch));
            let run = run(self.clone(), Arc::clone(&batch), source);
            let (client, broken) = (self.clone(), Arc::clone(&batch));
            let supervised = async move {
                if AssertUnwindSafe(run).catch_unwind().await.is_err() {
                    let mut state = client.reads().state();
                    state.close(source, &broken);
                    state
                        .asked
                        .retain(|_, asked| !Arc::ptr_eq(&asked.batch, &broken));
                    drop(state);
                    broken.publish(BTreeMap::new());
                }
            };
            tokio::spawn(supervised.in_current_span());
            (batch, seat)
        });
        for appid in before.difference(appids) {
            state.asked.insert(
                (source, appid.clone()),
                Asked {
                    batch: Arc::clone(&batch),
                    sent: None,
                },
            );
        }
        if batch.is_full() {
            state.open.remove(&source);
        }
        seat
    }
}

impl Reads {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// A batch whose answer about the appid will do: one that is still to be sent, or one that was sent since the last
    /// write (an answer that is asked for anew has to be sent after it was asked for).
    fn joinable(
        &self,
        source: Source,
        appid: &Appid,
        freshness: Freshness,
    ) -> Option<Arc<Batch<Envs>>> {
        let Asked { batch, sent } = self.asked.get(&(source, appid.clone()))?;
        let will_do = sent.is_none_or(|epoch| self.cache.will_do(appid, epoch, freshness));
        will_do.then(|| Arc::clone(batch))
    }

    /// Closes a batch's window: what is to be sent, and in which epoch.
    fn close(&mut self, source: Source, batch: &Arc<Batch<Envs>>) -> BTreeMap<Appid, Epoch> {
        if self
            .open
            .get(&source)
            .is_some_and(|open| Arc::ptr_eq(open, batch))
        {
            self.open.remove(&source);
        }
        let wanted = batch.close();
        self.asked.retain(|(of, appid), asked| {
            !Arc::ptr_eq(&asked.batch, batch) || (*of == source && wanted.contains(appid))
        });
        let mut epochs = BTreeMap::new();
        for appid in wanted {
            let epoch = self.cache.epoch(&appid);
            if let Some(asked) = self.asked.get_mut(&(source, appid.clone()))
                && Arc::ptr_eq(&asked.batch, batch)
            {
                asked.sent = Some(epoch);
            }
            epochs.insert(appid, epoch);
        }
        epochs
    }
}

/// One batch, from its open window to its outcomes.
async fn run(client: Client, batch: Arc<Batch<Envs>>, source: Source) {
    let operation = batch.operation();
    let patience = client.pace().opens(&Window::Read(source));
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
    client.pace().closes(Window::Read(source), batch.members());
    let epochs = client.reads().state().close(source, &batch);
    let appids: BTreeSet<Appid> = epochs.keys().cloned().collect();
    let shares = match slot {
        Ok(_slot) => client.query_batch(&operation, &appids, source).await,
        Err(error) => appids
            .iter()
            .map(|appid| (appid.clone(), Err(error.clone())))
            .collect(),
    };
    let mut state = client.reads().state();
    state
        .asked
        .retain(|_, asked| !Arc::ptr_eq(&asked.batch, &batch));
    for (appid, found) in &shares {
        if let (Ok(envs), Some(epoch)) = (found, epochs.get(appid)) {
            state.cache.put(source, appid, *epoch, envs.clone());
        }
    }
    drop(state);
    batch.publish(shares);
}

impl Drop for Touching {
    fn drop(&mut self) {
        self.client.reads().state().cache.write_ends(&self.appids);
    }
}
