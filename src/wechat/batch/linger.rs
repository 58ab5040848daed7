//! How long a window stays open: until nobody else will come.
//!
//! A caller has so many operations under way at once, and no more. When all of them wait in windows, none can join any
//! more. So nothing is registered and nothing is configured: the most operations that were seen waiting at once are taken
//! for all there are, and fewer are waited for a moment only. An operation that never asks, or hangs, is not counted.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
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
const FIRST: Duration = Duration::from_millis(15);

/// How long a window waits in silence for those that came before and may come again, at least and at most: three times
/// as long as they usually take. Between two operations a caller may write down what it has done, and the more that is, the
/// longer that takes.
const SHORTEST_SILENCE: Duration = Duration::from_millis(25);
const LONGEST_SILENCE: Duration = Duration::from_millis(150);

/// As many as waited for one of so many windows are expected for the next: one that was delayed is no reason to expect
/// fewer from now on.
const LATELY: usize = 4;

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
    /// Kinds of calls of which a window could have been sent when another kind was.
    passed_over: BTreeSet<&'static str>,
    /// How many waited for the last windows.
    lately: VecDeque<usize>,
    /// The most that waited at once since the last window was sent.
    most: usize,
    /// When to look whether there are more than usual.
    trial: Trial,
    arrival: Option<(Instant, u64)>,
    /// How long calls have kept operations from coming since then.
    blocked: Duration,
    /// The mean time from one arrival to the next.
    gap: Duration,
    /// Whether two operations came one shortly after the other.
    has_company: bool,
    /// The last arrival or end of a call.
    event: Option<Instant>,
    length: Option<Duration>,
}

/// Where calls are quicker than operations come, those that wait for each other are never more than they were: whoever
/// comes next finds the window sent. So now and then one more than usual is waited for, ever more seldom if it is in vain.
#[derive(Debug, Default)]
struct Trial {
    is_on: bool,
    /// How many windows are sent until the next one, and until the one after that.
    left: u32,
    interval: u32,
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
            if let Some(mut window) = state.open.remove(&self.id) {
                window.is_full = true;
                if window.go.is_some() {
                    state.due.push_back((self.id, window));
                } else {
                    state.full.insert(self.id, window);
                }
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
                state.event = Some(now);
                state.ended(now - call.since);
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

impl Trial {
    /// One that was alone may have company, and those that have it are most often all there are.
    const ALONE: u32 = 4;
    const TOGETHER: u32 = 32;
    const SELDOM: u32 = 128;

    /// A window is sent with as many as were expected.
    fn goes_on(&mut self) {
        self.left = self.left.saturating_sub(1);
        self.is_on = self.left == 0;
    }

    fn ends(&mut self, has_found: bool) {
        let longer = (self.interval * 2).min(Self::SELDOM);
        let interval = if has_found { Self::TOGETHER } else { longer };
        self.after(interval, interval);
    }

    fn after(&mut self, left: u32, interval: u32) {
        (self.left, self.interval, self.is_on) = (left, interval, false);
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
        if let Some(window) = window {
            return Some(&mut window.waiting);
        }
        self.calls.get_mut(&id).map(|call| &mut call.waiting)
    }

    fn arrived(&mut self, operation: u64, now: Instant) {
        self.most = self.most.max(self.joiners(now));
        if let Some((at, of)) = self.arrival {
            if of != operation && self.calls.is_empty() {
                let gap = (now - at).saturating_sub(self.blocked);
                self.gap = (self.gap * 7 + gap.min(LONGEST_SILENCE)) / 8;
            }
            self.has_company = of != operation && now - at < self.silence();
        }
        self.arrival = Some((now, operation));
        self.blocked = Duration::ZERO;
        self.event = Some(now);
    }

    /// The most operations that waited for one of the last windows.
    fn usual(&self) -> usize {
        self.lately.iter().copied().max().unwrap_or(0)
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
        if self.lately.is_empty() {
            FIRST
        } else {
            (self.gap * 3).clamp(SHORTEST_SILENCE, LONGEST_SILENCE)
        }
    }

    fn send_what_is_due(&mut self, now: Instant) {
        loop {
            while self.calls.len() < CALLS_AT_ONCE
                && let Some((id, window)) = self.due.pop_front()
            {
                if window.is_full && window.waiting > 0 {
                    self.remember(window.waiting);
                }
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
        let (waiting, usual) = (self.waiting(), self.usual().max(1));
        let tries = self.trial.is_on && self.has_company;
        // Where more come than ever before, even more may.
        let is_complete = !self.lately.is_empty() && waiting >= usual && self.most <= usual;
        if is_complete && !tries {
            self.trial.goes_on();
            self.remember(waiting);
            return true;
        }
        let is_silent = self
            .event
            .is_some_and(|event| now >= event + self.silence());
        if !is_silent || self.calls_in_time(now).next().is_some() {
            return false;
        }
        if tries {
            self.trial.ends(waiting > usual);
        }
        self.remember(waiting);
        true
    }

    fn remember(&mut self, waiting: usize) {
        let usual = self.usual();
        let is_first = self.lately.is_empty();
        self.lately.push_back(waiting.max(self.most));
        if self.lately.len() > LATELY {
            self.lately.pop_front();
        }
        self.most = 0;
        let interval = if self.usual() > 1 {
            Trial::TOGETHER
        } else {
            Trial::ALONE
        };
        if is_first {
            self.trial.after(interval, interval);
        } else if self.usual() < usual {
            self.trial.after(1, interval);
        }
    }

    fn send(&mut self, id: u64, window: Window, now: Instant) {
        let waiting = window.waiting;
        self.calls.insert(
            id,
            Call {
                waiting,
                since: now,
            },
        );
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
        let silent_at = self.event.map(|event| event + self.silence());
        let in_time = self.calls_in_time(now).map(|call| self.overdue_at(call));
        in_time.min().or(silent_at)
    }

    /// One call in a hundred must not make the others wait for long: it counts as twice the usual at most.
    fn ended(&mut self, took: Duration) {
        self.blocked += took;
        self.length = Some(match self.length {
            None => took.min(UNKNOWN_CALL),
            Some(length) => (length * 3 + took.min(length * 2)) / 4,
        });
    }
}
