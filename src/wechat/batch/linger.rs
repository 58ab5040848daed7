//! How long a window stays open: until nobody else will come.
//!
//! A caller has so many operations under way at once, and no more. When all of them wait in windows, none can join any
//! more. So nothing is registered and nothing is configured; how many there are is seen ([`Joiners`]), and fewer are waited
//! for a moment only. An operation that never asks, or hangs, is not counted.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{Notify, oneshot},
    time::Instant,
};

use super::joiners::{Joiners, SendReason};

/// How many calls are under way at once. The documents say nothing about concurrent calls, so it is few; it is more than
/// one since a run with a thousand mini programs would otherwise spend its time waiting for one answer after another.
const CALLS_AT_ONCE: usize = 4;

/// The usual length of a call before any has ended.
const UNKNOWN_CALL: Duration = Duration::from_millis(250);

/// When to send which window, over all kinds of calls of a client. Clones share everything.
#[derive(Clone, Debug, Default)]
pub struct Linger(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    /// Windows that may be joined.
    open: BTreeMap<u64, Window>,
    /// Windows that take no more items, and can't be sent yet.
    full: HashMap<u64, Window>,
    /// Windows that wait for a free call only.
    due: VecDeque<(u64, Window)>,
    calls: BTreeMap<u64, Call>,
    joiners: Joiners,
    /// The usual length of a call.
    length: Option<Duration>,
}

#[derive(Debug)]
struct Window {
    kind: &'static str,
    waiting: usize,
    is_full: bool,
    /// It could have been sent when another kind of call was.
    is_passed_over: bool,
    /// There once it may be sent.
    go: Option<oneshot::Sender<()>>,
}

#[derive(Debug)]
struct Call {
    waiting: usize,
    since: Instant,
}

/// A window from its opening to the end of its call.
#[derive(Debug)]
pub(super) struct WindowHandle {
    shared: Arc<Shared>,
    id: u64,
}

impl Linger {
    /// A window opens for a kind of call.
    pub(super) fn open(&self, kind: &'static str) -> WindowHandle {
        let mut state = self.0.lock();
        let id = state.next;
        state.next += 1;
        let window = Window {
            kind,
            waiting: 0,
            is_full: false,
            is_passed_over: false,
            go: None,
        };
        state.open.insert(id, window);
        WindowHandle {
            shared: Arc::clone(&self.0),
            id,
        }
    }
}

impl WindowHandle {
    /// An operation has come to wait for this window, or for its call.
    pub(super) fn arrive(&self, operation: u64) {
        self.change(|state, now| {
            if let Some(waiting) = state.waiting_mut(self.id) {
                *waiting += 1;
            }
            let joiners = state.waiting() + state.called(now);
            state.joiners.arrived(operation, joiners, now);
        });
    }

    /// It has gone.
    pub(super) fn leave(&self) {
        self.change(|state, _| {
            if let Some(waiting) = state.waiting_mut(self.id) {
                *waiting = waiting.saturating_sub(1);
            }
        });
    }

    /// The window takes no more items.
    pub(super) fn fill(&self) {
        self.change(|state, _| {
            let Some(mut window) = state.open.remove(&self.id) else {
                return;
            };
            window.is_full = true;
            if window.go.is_some() {
                state.due.push_back((self.id, window));
            } else {
                state.full.insert(self.id, window);
            }
        });
    }

    /// Waits until the window is to be sent, from when on it is a call under way.
    pub(super) async fn turn(&self) {
        let (go, mut gone) = oneshot::channel();
        self.change(|state, _| {
            if let Some(window) = state.open.get_mut(&self.id) {
                window.go = Some(go);
            } else if let Some(mut window) = state.full.remove(&self.id) {
                window.go = Some(go);
                state.due.push_back((self.id, window));
            }
        });
        loop {
            let changed = self.shared.changed.notified();
            let check = {
                let state = self.shared.lock();
                let is_open = state.open.contains_key(&self.id);
                is_open.then(|| state.next_check(Instant::now()))
            };
            // What is due waits for a free call, and need not look at all that happens.
            let Some(check) = check else {
                let _ = gone.await;
                return;
            };
            tokio::select! {
                biased;
                // An error: the window was sent, or it is not there any more.
                _ = &mut gone => return,
                () = changed => {}
                () = sleep_until(check) => self.change(|_, _| {}),
            }
        }
    }

    /// The call has ended, or the window is given up.
    pub(super) fn end(&self) {
        self.change(|state, now| {
            if let Some(call) = state.calls.remove(&self.id) {
                state.ended(now - call.since);
                state.joiners.may_come(now);
            } else if state.open.remove(&self.id).is_none() && state.full.remove(&self.id).is_none()
            {
                state.due.retain(|(id, _)| *id != self.id);
            }
        });
    }

    fn change(&self, change: impl FnOnce(&mut State, Instant)) {
        let now = Instant::now();
        let mut state = self.shared.lock();
        change(&mut state, now);
        state.send_what_is_due(now);
        drop(state);
        self.shared.changed.notify_waiters();
    }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn waiting_mut(&mut self, id: u64) -> Option<&mut usize> {
        let window = self.open.get_mut(&id).or_else(|| self.full.get_mut(&id));
        let waiting = window.map(|window| &mut window.waiting);
        waiting.or_else(|| self.calls.get_mut(&id).map(|call| &mut call.waiting))
    }

    /// The operations that wait in windows.
    fn waiting(&self) -> usize {
        self.open.values().map(|window| window.waiting).sum()
    }

    /// The operations of calls under way, which may wait again when their call ends.
    fn called(&self, now: Instant) -> usize {
        self.calls_in_time(now).map(|call| call.waiting).sum()
    }

    /// A call that hangs, or waits before it is sent again, is no reason to wait.
    fn calls_in_time(&self, now: Instant) -> impl Iterator<Item = &Call> {
        let calls = self.calls.values();
        calls.filter(move |call| now < self.overdue_at(call))
    }

    fn overdue_at(&self, call: &Call) -> Instant {
        call.since + self.length.unwrap_or(UNKNOWN_CALL) * 3 / 2
    }

    fn send_what_is_due(&mut self, now: Instant) {
        while self.calls.len() < CALLS_AT_ONCE {
            if let Some((id, window)) = self.due.pop_front() {
                if window.is_full && window.waiting > 0 {
                    self.joiners.sent(window.waiting, SendReason::Full);
                }
                self.send(id, window, now);
            } else if !self.take_next(now) {
                return;
            }
        }
    }

    /// Makes the windows of one kind of call due, if any are: the kind that most wait for, or one that was passed over.
    /// Those of one kind can't be put together any further, whoever comes.
    fn take_next(&mut self, now: Instant) -> bool {
        let mut kinds: BTreeMap<&'static str, (bool, usize)> = BTreeMap::new();
        let ready = self.open.values().filter(|window| window.go.is_some());
        for window in ready {
            let (is_passed_over, waiting) = kinds.entry(window.kind).or_default();
            *is_passed_over |= window.is_passed_over;
            *waiting += window.waiting;
        }
        let next = kinds.into_iter().max_by_key(|(_, priority)| *priority);
        let Some(((next, _), why)) = next.zip(self.is_time(now)) else {
            return false;
        };
        self.joiners.sent(self.waiting(), why);
        let (ready, others) = std::mem::take(&mut self.open)
            .into_iter()
            .partition(|(_, window)| window.go.is_some() && window.kind == next);
        self.due.extend::<BTreeMap<_, _>>(ready);
        self.open = others;
        for window in self.open.values_mut() {
            window.is_passed_over = window.go.is_some();
        }
        true
    }

    /// Why windows that are not full are sent now, if they are.
    fn is_time(&self, now: Instant) -> Option<SendReason> {
        let waiting = self.waiting();
        if self.joiners.are_here(waiting) {
            return Some(SendReason::AllHere);
        }
        let has_lingered = self
            .joiners
            .linger_ends_at(waiting)
            .is_some_and(|at| at <= now);
        (has_lingered && self.calls_in_time(now).next().is_none())
            .then_some(SendReason::LingerEnded)
    }

    fn send(&mut self, id: u64, window: Window, now: Instant) {
        let call = Call {
            waiting: window.waiting,
            since: now,
        };
        self.calls.insert(id, call);
        if let Some(go) = window.go {
            // Whoever waited for it may be gone; its batch is ending then, which ends the call.
            let _ = go.send(());
        }
    }

    /// When time alone may change what is due.
    fn next_check(&self, now: Instant) -> Option<Instant> {
        if self.calls.len() >= CALLS_AT_ONCE {
            return None;
        }
        let in_time = self.calls_in_time(now).map(|call| self.overdue_at(call));
        let linger_ends_at = self.joiners.linger_ends_at(self.waiting());
        in_time.min().or(linger_ends_at)
    }

    /// One call in a hundred must not make the others wait for long: it counts as twice the usual at most.
    fn ended(&mut self, took: Duration) {
        self.length = Some(match self.length {
            None => took.min(UNKNOWN_CALL),
            Some(length) => (length * 3 + took.min(length * 2)) / 4,
        });
    }
}
