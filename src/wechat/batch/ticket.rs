//! A batch, and the tickets of those who wait for it.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::watch;

use super::{
    call::{BatchCall, Results, Wanted},
    linger::{Linger, WindowHandle},
};
use crate::ordered::Ordered as _;
use crate::wechat::{
    Error, Operation, Stop,
    auth::single_flight::broke_off,
    http::GRACE,
    waiters::{Waiter, Waiters},
};

/// How long someone whose operation is over waits for a call that was sent and is ending for the same reason: it knows
/// more.
const PARTING: Duration = Duration::from_millis(100);

/// A batch, from its open window to its results.
#[derive(Debug)]
pub(super) struct Batch<C: BatchCall> {
    pub(super) waiters: Arc<Waiters>,
    pub(super) window: WindowHandle,
    pub(super) content: Mutex<Content<C>>,
    pub(super) results: watch::Sender<Option<Arc<Results<C>>>>,
}

#[derive(Debug)]
pub(super) struct Content<C: BatchCall> {
    /// How many wait for each item.
    pub(super) wanted: HashMap<C::Item, u32>,
    pub(super) slots: HashSet<C::Slot>,
    pub(super) sent: Option<C::Version>,
    /// How many requests of a write have carried each item and may have had an effect.
    claimed: HashMap<C::Item, u32>,
}

/// An operation's place in a batch; dropping it is leaving.
#[derive(Debug)]
pub(super) struct Ticket<C: BatchCall> {
    pub(super) batch: Arc<Batch<C>>,
    waiter: Option<Waiter>,
    /// Whether the operation is counted here: it is in one batch only.
    pub(super) is_counted: bool,
    items: Vec<C::Item>,
    /// Whether it counts among those who want its items no more.
    has_left: bool,
}

/// The tickets of one operation, by batch.
pub(super) struct Tickets<'a, C: BatchCall> {
    operation: &'a Operation,
    pub(super) list: Vec<Ticket<C>>,
    places: HashMap<*const Batch<C>, usize>,
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<C: BatchCall> Batch<C> {
    /// Whether what it has said, or will say, of an item it is about is new enough.
    pub(super) fn will_do(&self, call: &C, item: &C::Item, how: C::Freshness) -> bool {
        let sent = lock(&self.content).sent;
        sent.is_none_or(|version| call.will_do(item, version, how))
    }

    /// The results once they are there; without those of the items whose task broke off.
    pub(super) async fn arrived(&self) -> Arc<Results<C>> {
        let mut results = self.results.subscribe();
        // The sender is part of the batch, so that it can't be gone.
        let arrived = results.wait_for(Option::is_some).await;
        arrived
            .ok()
            .and_then(|results| results.clone())
            .unwrap_or_default()
    }

    pub(super) fn has_room(&self, item: &C::Item, size: usize) -> bool {
        let content = lock(&self.content);
        content.slots.len() < size && !content.slots.contains(&C::slot(item))
    }
}

impl<C: BatchCall> Wanted<C::Item> for Batch<C> {
    fn wanted(&self, items: &BTreeSet<C::Item>) -> BTreeSet<C::Item> {
        let content = lock(&self.content);
        let items = items.iter().filter(|item| content.is_wanted(item));
        items.cloned().into_set()
    }

    fn claim(&self, items: &BTreeSet<C::Item>) -> bool {
        let mut content = lock(&self.content);
        let all = items.iter().all(|item| content.is_wanted(item));
        if all {
            for item in items {
                *content.claimed.entry(item.clone()).or_default() += 1;
            }
        }
        all
    }

    fn release(&self, items: &BTreeSet<C::Item>, requests: u32) {
        let mut content = lock(&self.content);
        for item in items {
            if let Some(claims) = content.claimed.get_mut(item) {
                *claims = claims.saturating_sub(requests);
            }
        }
    }
}

impl<C: BatchCall> Content<C> {
    fn is_wanted(&self, item: &C::Item) -> bool {
        self.wanted.get(item).is_some_and(|waiting| *waiting > 0)
    }
}

impl<'a, C: BatchCall> Tickets<'a, C> {
    pub(super) fn new(operation: &'a Operation) -> Self {
        Self {
            operation,
            list: Vec::new(),
            places: HashMap::new(),
        }
    }

    /// The ticket for a batch; none if everybody has left it, so that it is being given up.
    pub(super) fn join(&mut self, batch: &Arc<Batch<C>>) -> Option<usize> {
        if let Some(index) = self.places.get(&Arc::as_ptr(batch)) {
            return Some(*index);
        }
        let waiter = batch.waiters.join(self.operation)?;
        Some(self.insert(Arc::clone(batch), waiter))
    }

    pub(super) fn open(&mut self, linger: &Linger) -> usize {
        let (waiters, waiter) = Waiters::new(self.operation);
        let content = Content {
            wanted: HashMap::new(),
            slots: HashSet::new(),
            sent: None,
            claimed: HashMap::new(),
        };
        let batch = Batch {
            waiters,
            window: linger.open(C::KIND),
            content: Mutex::new(content),
            results: watch::Sender::new(None),
        };
        self.insert(Arc::new(batch), waiter)
    }

    fn insert(&mut self, batch: Arc<Batch<C>>, waiter: Waiter) -> usize {
        self.places.insert(Arc::as_ptr(&batch), self.list.len());
        self.list.push(Ticket {
            batch,
            waiter: Some(waiter),
            is_counted: false,
            items: Vec::new(),
            has_left: false,
        });
        self.list.len() - 1
    }

    /// Waits for an item in a batch; gives how many items the batch has room for no more.
    pub(super) fn add(&mut self, index: usize, item: C::Item) -> usize {
        let ticket = &mut self.list[index];
        let mut content = lock(&ticket.batch.content);
        content.slots.insert(C::slot(&item));
        *content.wanted.entry(item.clone()).or_default() += 1;
        ticket.items.push(item);
        content.slots.len()
    }

    pub(super) fn counted(&mut self, index: Option<usize>) -> Option<&mut Ticket<C>> {
        match index {
            Some(index) => self.list.get_mut(index),
            None => self.list.last_mut(),
        }
    }
}

impl<C: BatchCall> Ticket<C> {
    /// The results of this ticket's items.
    pub(super) async fn wait(mut self, operation: &Operation) -> Results<C> {
        let ended = match operation.run(self.batch.arrived()).await {
            Ok(results) => return self.own(&results),
            Err(stop) => stop,
        };
        let not_sent = if C::WRITES {
            Error::not_sent(ended)
        } else {
            Error::stopped(ended)
        };
        let withdrawn = self.leave().into_iter();
        let mut results: Results<C> = withdrawn
            .map(|item| (item, Err(not_sent.clone())))
            .into_map();
        if self.items.is_empty() {
            return results;
        }
        if ended == Stop::Cancelled {
            // Leaving lets the call end if nobody else is there.
            self.waiter = None;
        }
        // The call's own grace, and a moment to hand over what came of it.
        let parting = if C::WRITES { GRACE + PARTING } else { PARTING };
        let arrived = tokio::time::timeout(parting, self.batch.arrived()).await;
        let arrived = arrived.unwrap_or_default();
        let open = Error::stopped(ended)
            .with_attempts(1)
            .maybe_applied(C::WRITES);
        // What was left out of a further request, since this ticket has left, has no result.
        let sent = std::mem::take(&mut self.items).into_iter();
        results.extend(sent.map(|item| {
            let result = arrived.get(&item).cloned();
            (item, result.unwrap_or_else(|| Err(open.clone())))
        }));
        results
    }

    /// Wants its items no more. Gives those that have not been sent; they are not sent for this ticket from now on.
    fn leave(&mut self) -> Vec<C::Item> {
        if std::mem::replace(&mut self.has_left, true) {
            return Vec::new();
        }
        let mut content = lock(&self.batch.content);
        for item in &self.items {
            if let Some(waiting) = content.wanted.get_mut(item) {
                *waiting = waiting.saturating_sub(1);
            }
        }
        let is_sent = |item: &C::Item| {
            if C::WRITES {
                content.claimed.get(item).is_some_and(|claims| *claims > 0)
            } else {
                content.sent.is_some()
            }
        };
        self.items.extract_if(.., |item| !is_sent(item)).collect()
    }

    fn own(&mut self, results: &Results<C>) -> Results<C> {
        let items = std::mem::take(&mut self.items).into_iter();
        items
            .map(|item| {
                let result = results.get(&item).cloned();
                // Its task may have been dropped after it was sent.
                let broke_off = || Err(broke_off().maybe_applied(C::WRITES));
                (item, result.unwrap_or_else(broke_off))
            })
            .into_map()
    }
}

impl<C: BatchCall> Drop for Ticket<C> {
    fn drop(&mut self) {
        self.leave();
        if self.is_counted {
            self.batch.window.leave();
        }
    }
}
