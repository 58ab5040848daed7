//! The windows of one kind of call.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex},
};

use futures_util::future::join_all;
use tracing::Instrument as _;

use super::{
    call::{BatchCall, Results},
    linger::Linger,
    ticket::{Batch, Ticket, Tickets, lock},
};
use crate::ordered::Ordered as _;
use crate::wechat::{Error, Operation};

/// The windows of one kind of call. Clones share them.
#[derive(Debug)]
pub struct Batcher<C: BatchCall>(Arc<Shared<C>>);

#[derive(Debug)]
struct Shared<C: BatchCall> {
    /// How many items one call carries at most.
    size: usize,
    linger: Linger,
    state: Mutex<State<C>>,
}

#[derive(Debug)]
struct State<C: BatchCall> {
    /// The window that takes new items.
    open: HashMap<C::Key, Arc<Batch<C>>>,
    /// The batch each item is in, until its result is there.
    batches: HashMap<C::Key, ByItem<C>>,
}

type ByItem<C> = HashMap<<C as BatchCall>::Item, Arc<Batch<C>>>;

/// A batch whose task is under way. When it is dropped, be it that the task panicked, everybody has a result.
struct Running<C: BatchCall> {
    batcher: Batcher<C>,
    key: C::Key,
    batch: Arc<Batch<C>>,
}

impl<C: BatchCall> Clone for Batcher<C> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<C: BatchCall> Batcher<C> {
    /// No windows yet; `linger` is shared with the batchers of other kinds of calls.
    pub fn new(size: usize, linger: Linger) -> Self {
        let state = State {
            open: HashMap::new(),
            batches: HashMap::new(),
        };
        Self(Arc::new(Shared {
            size,
            linger,
            state: Mutex::new(state),
        }))
    }

    /// A result for each of `items`, with the fewest calls possible. If `operation` ends first, what was not sent is
    /// withdrawn; what was sent is waited for a moment more, and then its outcome is not known.
    pub async fn ask(
        &self,
        call: &C,
        operation: &Operation,
        key: &C::Key,
        items: impl IntoIterator<Item = C::Item>,
        how: C::Freshness,
    ) -> Results<C> {
        let (mut results, tickets) = self.tickets(call, operation, key, items, how);
        let waits = tickets.into_iter().map(|ticket| ticket.wait(operation));
        results.extend(join_all(waits).await.into_iter().flatten());
        results
    }

    /// What is known already, and tickets for all else.
    fn tickets(
        &self,
        call: &C,
        operation: &Operation,
        key: &C::Key,
        items: impl IntoIterator<Item = C::Item>,
        how: C::Freshness,
    ) -> (Results<C>, Vec<Ticket<C>>) {
        let mut results = Results::<C>::new();
        let mut tickets = Tickets::new(operation);
        let mut opened = Vec::new();
        let mut counted = None;
        let mut state = lock(&self.0.state);
        for item in items {
            if let Some(output) = call.known(key, &item, how) {
                results.insert(item, Ok(output));
                continue;
            }
            let under_way = state
                .batches
                .get(key)
                .and_then(|batches| batches.get(&item));
            let joins = under_way
                .filter(|batch| batch.will_do(call, &item, how))
                .cloned();
            if let Some(index) = joins.and_then(|batch| tickets.join(&batch)) {
                tickets.add(index, item);
                continue;
            }
            let open = state.open.get(key);
            let enters = open.filter(|batch| batch.has_room(&item, self.0.size));
            let entered = enters.and_then(|batch| tickets.join(batch));
            let index = entered.unwrap_or_else(|| {
                let index = tickets.open(&self.0.linger);
                let batch = &tickets.list[index].batch;
                state.open.insert(key.clone(), Arc::clone(batch));
                opened.push(Arc::clone(batch));
                index
            });
            counted = Some(index);
            let batch = Arc::clone(&tickets.list[index].batch);
            let batches = state.batches.entry(key.clone()).or_default();
            batches.insert(item.clone(), Arc::clone(&batch));
            if tickets.add(index, item) == self.0.size {
                state.open.remove(key);
                batch.window.fill();
            }
        }
        drop(state);
        if let Some(ticket) = tickets.counted(counted) {
            ticket.is_counted = true;
            ticket.batch.window.arrive(operation.id());
        }
        for batch in opened {
            let running = Running {
                batcher: self.clone(),
                key: key.clone(),
                batch,
            };
            tokio::spawn(running.run(call.clone()).in_current_span());
        }
        (results, tickets.list)
    }

    /// Closes a batch's window: what is wanted by those who are still there.
    fn close(
        &self,
        call: &C,
        key: &C::Key,
        batch: &Arc<Batch<C>>,
    ) -> (C::Version, BTreeSet<C::Item>) {
        let mut state = lock(&self.0.state);
        if state
            .open
            .get(key)
            .is_some_and(|open| Arc::ptr_eq(open, batch))
        {
            state.open.remove(key);
        }
        let mut content = lock(&batch.content);
        let withdrawn = content.wanted.extract_if(|_, waiting| *waiting == 0);
        state.forget(key, batch, withdrawn.map(|(item, _)| item));
        let version = call.version();
        content.sent = Some(version);
        (version, content.wanted.keys().cloned().into_set())
    }
}

impl<C: BatchCall> State<C> {
    fn forget(
        &mut self,
        key: &C::Key,
        batch: &Arc<Batch<C>>,
        items: impl Iterator<Item = C::Item>,
    ) {
        let Some(batches) = self.batches.get_mut(key) else {
            return;
        };
        for item in items {
            if batches.get(&item).is_some_and(|of| Arc::ptr_eq(of, batch)) {
                batches.remove(&item);
            }
        }
        if batches.is_empty() {
            self.batches.remove(key);
        }
    }
}

impl<C: BatchCall> Running<C> {
    async fn run(self, call: C) {
        let operation = Operation::shared(Arc::clone(&self.batch.waiters));
        let ready = async {
            call.ready(&operation).await?;
            let turn = operation.run(self.batch.window.turn()).await;
            turn.map_err(Error::stopped)
        };
        let ready = ready.await;
        let (version, items) = self.batcher.close(&call, &self.key, &self.batch);
        let results = match ready {
            Ok(()) => {
                call.send(&operation, &self.key, version, items, &*self.batch)
                    .await
            }
            Err(error) => {
                let error = if C::WRITES {
                    error.before_sending()
                } else {
                    error
                };
                items
                    .into_iter()
                    .map(|item| (item, Err(error.clone())))
                    .into_map()
            }
        };
        self.batch.results.send_replace(Some(Arc::new(results)));
    }
}

impl<C: BatchCall> Drop for Running<C> {
    fn drop(&mut self) {
        let mut state = lock(&self.batcher.0.state);
        let open = state.open.get(&self.key);
        if open.is_some_and(|open| Arc::ptr_eq(open, &self.batch)) {
            state.open.remove(&self.key);
        }
        let items: Vec<C::Item> = lock(&self.batch.content).wanted.keys().cloned().collect();
        state.forget(&self.key, &self.batch, items.into_iter());
        drop(state);
        self.batch.window.end();
        self.batch.results.send_if_modified(|results| {
            let broke_off = results.is_none();
            results.get_or_insert_default();
            broke_off
        });
    }
}
