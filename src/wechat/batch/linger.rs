//! How long a window stays open: until nobody else will come.
//!
//! A caller has so many operations under way at once, and no more. When all of them wait in windows, none can join any
//! more. So nothing is registered and nothing is configured: the most operations that were seen waiting at once are taken
//! for all there are, and fewer are waited for a moment only. An operation that never asks, or hangs, is not counted.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{Notify, oneshot},
    time::Instant,
};

/// How many calls are under way at once. The documents say nothing about concurrent calls, so it is few; it is more than
/// one since a run with a thousand mini programs would otherwise spend its time waiting for one answer after another.
const CALLS_AT_ONCE: usize = 4;

/// How long the first window waits for somebody else: nothing is known yet, and a lone operation should not notice.
const FIRST: Duration = Duration::from_millis(5);

/// How long a window waits in silence for those that came before and may come again. Between two operations a caller
/// may write down what it has done, some milliseconds each and now and then many.
const SILENCE: Duration = Duration::from_millis(25);

/// The usual length of a call before any has ended.
const UNKNOWN_CALL: Duration = Duration::from_millis(250);

/// When to send which window, over all kinds of calls of a client. Clones share everything.
#[derive(Clone, Debug, Default)]
pub(in crate::wechat) struct Linger(Arc<Shared>);

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
    /// Windows that wait for a free call only.
    due: VecDeque<(u64, Window)>,
    calls: BTreeMap<u64, Call>,
    /// Kinds of calls of which a window could have been sent when another kind was.
    passed_over: BTreeSet<&'static str>,
    /// The most operations that waited at once lately.
    usual: usize,
    /// Whether any window has been sent.
    has_sent: bool,
    arrival: Option<(Instant, u64)>,
    /// How often in a row a second operation was waited for in vain, and how many came since the last time.
    alone: u32,
    since_alone: u32,
    /// The last arrival or end of a call.
    event: Option<Instant>,
    length: Option<Duration>,
}

#[derive(Debug)]
struct Window {
    kind: &'static str,
    waiting: usize,
    is_full: bool,
    /// There once it may be sent.
    go: Option<oneshot::Sender<()>>,
}

#[derive(Debug)]
struct Call {
    waiting: usize,
    since: Instant,
}

/// A window's place, from its opening to the end of its call.
#[derive(Debug)]
pub(super) struct Place {
    shared: Arc<Shared>,
    id: u64,
}

impl Linger {
    /// A window opens for a kind of call.
    pub(super) fn open(&self, kind: &'static str) -> Place {
        let mut state = self.0.lock();
        let id = state.next;
        state.next += 1;
        let window = Window {
            kind,
            waiting: 0,
            is_full: false,
            go: None,
        };
        state.open.insert(id, window);
        Place {
            shared: Arc::clone(&self.0),
            id,
        }
    }
}

impl Place {
    /// An operation has come to wait for this window, or for its call.
    pub(super) fn arrive(&self, operation: u64) {
        self.change(|state, now| {
            if let Some(waiting) = state.waiting_mut(self.id) {
                *waiting += 1;
            }
            state.arrived(operation, now);
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
            if let Some(window) = state.open.get_mut(&self.id) {
                window.is_full = true;
            }
            state.queue(self.id);
        });
    }

    /// Waits until the window is to be sent, from when on it is a call under way.
    pub(super) async fn turn(&self) {
        let (go, mut gone) = oneshot::channel();
        self.change(|state, _| {
            if let Some(window) = state.open.get_mut(&self.id) {
                window.go = Some(go);
            }
            state.queue(self.id);
        });
        loop {
            let changed = self.shared.changed.notified();
            let check = self.shared.lock().next_check(Instant::now());
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
                state.event = Some(now);
                state.ended(now - call.since);
            } else if state.open.remove(&self.id).is_none() {
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
        if let Some(window) = self.open.get_mut(&id) {
            return Some(&mut window.waiting);
        }
        self.calls.get_mut(&id).map(|call| &mut call.waiting)
    }

    /// Where calls are quicker than the operations come, each would find nobody to join, so that one after the other is
    /// sent alone. Two that come shortly one after the other are therefore taken for two that could meet: a second one is
    /// waited for, ever more seldom if it is in vain, as where the caller has one operation under way at a time.
    fn arrived(&mut self, operation: u64, now: Instant) {
        self.usual = self.usual.max(self.joiners(now));
        self.since_alone += 1;
        let other = |(at, of): (Instant, u64)| of != operation && now - at < SILENCE;
        if self.usual == 1
            && self.arrival.is_some_and(other)
            && self.since_alone >= 1_u32.checked_shl(self.alone).unwrap_or(u32::MAX)
        {
            self.usual = 2;
        }
        if self.joiners(now) > 1 {
            self.alone = 0;
        }
        self.arrival = Some((now, operation));
        self.event = Some(now);
    }

    /// A full window that may be sent waits for a free call only.
    fn queue(&mut self, id: u64) {
        if let Some(window) = self.open.remove(&id) {
            if window.is_full && window.go.is_some() {
                self.due.push_back((id, window));
            } else {
                self.open.insert(id, window);
            }
        }
    }

    /// A call that hangs, or waits before it is sent again, is no reason to wait.
    fn is_overdue(&self, call: &Call, now: Instant) -> bool {
        now >= self.overdue_at(call)
    }

    fn overdue_at(&self, call: &Call) -> Instant {
        call.since + self.length.unwrap_or(UNKNOWN_CALL) * 3 / 2
    }

    fn calls_in_time(&self, now: Instant) -> impl Iterator<Item = &Call> {
        let calls = self.calls.values();
        calls.filter(move |call| !self.is_overdue(call, now))
    }

    fn waiting(&self) -> usize {
        self.open.values().map(|window| window.waiting).sum()
    }

    /// The operations that wait, and those that may do so again when their call ends.
    fn joiners(&self, now: Instant) -> usize {
        let called: usize = self.calls_in_time(now).map(|call| call.waiting).sum();
        self.waiting() + called
    }

    fn silence(&self) -> Duration {
        if self.has_sent { SILENCE } else { FIRST }
    }

    fn send_what_is_due(&mut self, now: Instant) {
        loop {
            while self.calls.len() < CALLS_AT_ONCE
                && let Some((id, window)) = self.due.pop_front()
            {
                self.send(id, window, now);
            }
            let is_next = self.calls.len() < CALLS_AT_ONCE && self.take_next(now);
            if !is_next {
                return;
            }
        }
    }

    /// Makes the windows of one kind of call due, if any are: the kind that most wait for, or one that was passed over.
    /// Those of one kind can't be put together any further, whoever comes.
    fn take_next(&mut self, now: Instant) -> bool {
        let ready = self.open.iter().filter(|(_, window)| window.go.is_some());
        let mut kinds: BTreeMap<&'static str, usize> = BTreeMap::new();
        for (_, window) in ready {
            *kinds.entry(window.kind).or_default() += window.waiting;
        }
        let passed_over = kinds.keys().find(|kind| self.passed_over.contains(*kind));
        let most = || kinds.iter().max_by_key(|(_, waiting)| **waiting);
        let Some(next) = passed_over.or_else(|| most().map(|(kind, _)| kind)) else {
            return false;
        };
        let next = *next;
        if !self.is_due(now) {
            return false;
        }
        self.passed_over = kinds.into_keys().filter(|kind| *kind != next).collect();
        let is_taken = |window: &Window| window.kind == next && window.go.is_some();
        let (taken, open) = std::mem::take(&mut self.open)
            .into_iter()
            .partition(|(_, window)| is_taken(window));
        self.open = open;
        self.due.extend::<BTreeMap<_, _>>(taken);
        true
    }

    /// Whether one of the windows that are not full is to be sent: everybody is there, or nobody comes.
    fn is_due(&mut self, now: Instant) -> bool {
        if self.has_sent && self.waiting() >= self.usual.max(1) {
            return true;
        }
        let is_silent = self
            .event
            .is_some_and(|event| now >= event + self.silence());
        if !is_silent || self.calls_in_time(now).next().is_some() {
            return false;
        }
        if self.has_sent && self.waiting() == 1 {
            self.alone += 1;
            self.since_alone = 0;
        }
        self.usual = usize::midpoint(self.usual, self.waiting());
        true
    }

    fn send(&mut self, id: u64, window: Window, now: Instant) {
        self.has_sent = true;
        let waiting = window.waiting;
        self.calls.insert(
            id,
            Call {
                waiting,
                since: now,
            },
        );
        if let Some(go) = window.go {
            // Whoever waited for it may be gone; its place is dropped then, which ends the call.
            let _ = go.send(());
        }
    }

    /// When time alone may change what is due.
    fn next_check(&self, now: Instant) -> Option<Instant> {
        if self.calls.len() >= CALLS_AT_ONCE {
            return None;
        }
        let silent_at = self.event.map(|event| event + self.silence());
        let in_time = self.calls_in_time(now).map(|call| self.overdue_at(call));
        in_time.min().or(silent_at)
    }

    /// One call in a hundred must not make the others wait for long: it counts as twice the usual at most.
    fn ended(&mut self, took: Duration) {
        self.length = Some(match self.length {
            None => took.min(UNKNOWN_CALL),
            Some(length) => (length * 3 + took.min(length * 2)) / 4,
        });
    }
}
