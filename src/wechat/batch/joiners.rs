//! Who may still come to a window: how many operations usually wait at once, and how long one takes to come.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

/// How long the first window waits for somebody else: nothing is known yet, and a lone operation should not notice.
const FIRST: Duration = Duration::from_millis(15);

/// How long nothing has to happen, at least and at most, until those that are missing are not waited for any longer.
/// Between two operations a caller may write down what it has done, and the more that is, the longer that takes: 25 to 50 ms
/// for each of a thousand resources in a local state file.
const SHORTEST: Duration = Duration::from_millis(25);
const LONGEST: Duration = Duration::from_millis(150);

/// As many as waited for one of so many windows are expected for the next: one that was delayed is no reason to expect
/// fewer from now on.
const LATELY: usize = 4;

/// How many windows are sent until one waits for more than usual, at first and at most.
const TRIAL: usize = 32;
const SELDOM: usize = 128;

/// The operations that may join windows. They are not registered: those that were seen waiting at once are taken for all
/// there are.
#[derive(Debug, Default)]
pub(super) struct Joiners {
    /// How many waited for the last windows.
    lately: VecDeque<usize>,
    /// The most that waited at once since the last window was sent.
    most: usize,
    /// The last operation that came, and when.
    last: Option<(u64, Instant)>,
    /// The last arrival or end of a call.
    event: Option<Instant>,
    /// The longest that one has taken to come, less and less the longer ago that was. The mean would not do: those whose
    /// call has ended come all at once, and the next ones one by one.
    gap: Duration,
    /// Whether two operations came one shortly after the other.
    has_company: bool,
    trial: Trial,
}

/// Where calls are quicker than operations come, those that wait for each other are never more than they were: whoever
/// comes next finds the window sent. So now and then one more than usual is waited for, ever more seldom if it is in vain.
#[derive(Debug, Default)]
struct Trial {
    /// How many windows are sent before it.
    left: usize,
    in_vain: u32,
}

/// Why a window is sent.
#[derive(Clone, Copy, Debug)]
pub(super) enum SendReason {
    Full,
    AllHere,
    /// Others are missing, but do not come.
    LingerEnded,
}

impl Joiners {
    /// An operation has come, as one of `joiners` that wait.
    pub(super) fn arrived(&mut self, operation: u64, joiners: usize, now: Instant) {
        self.most = self.most.max(joiners);
        let others = self.last.filter(|(last, _)| *last != operation);
        self.has_company = others.is_some_and(|(_, at)| now - at < self.linger(joiners));
        let gap = self.event.map_or(Duration::ZERO, |event| now - event);
        // After more than that nothing would have been waited for.
        if others.is_some() && gap < LONGEST {
            self.gap = gap.max(self.gap * 127 / 128);
        }
        self.last = Some((operation, now));
        self.event = Some(now);
    }

    /// A call has ended, so that its operations may come again.
    pub(super) fn may_come(&mut self, now: Instant) {
        self.event = Some(now);
    }

    /// Whether everybody is here if `waiting` are.
    pub(super) fn are_here(&self, waiting: usize) -> bool {
        let usual = self.usual();
        // Where more come than ever before, even more may.
        usual > 0 && waiting >= usual && self.most <= usual && !self.are_tried()
    }

    /// When nobody is expected any more, unless something happens before.
    pub(super) fn linger_ends_at(&self, waiting: usize) -> Option<Instant> {
        self.event.map(|event| event + self.linger(waiting))
    }

    /// A window is sent for which `waiting` have waited.
    pub(super) fn sent(&mut self, waiting: usize, why: SendReason) {
        let usual = self.usual();
        match why {
            SendReason::LingerEnded if self.are_tried() => self.trial_ends(waiting > usual),
            SendReason::AllHere => self.trial.left = self.trial.left.saturating_sub(1),
            SendReason::LingerEnded | SendReason::Full => {}
        }
        self.lately.push_back(waiting.max(self.most));
        if self.lately.len() > LATELY {
            self.lately.pop_front();
        }
        self.most = 0;
        if usual == 0 {
            self.trial.left = self.interval();
        } else if self.usual() < usual {
            (self.trial.left, self.trial.in_vain) = (1, 0);
        }
    }

    /// The most operations that waited for one of the last windows.
    fn usual(&self) -> usize {
        self.lately.iter().copied().max().unwrap_or(0)
    }

    fn are_tried(&self) -> bool {
        self.trial.left == 0 && self.has_company && !self.lately.is_empty()
    }

    fn trial_ends(&mut self, has_found: bool) {
        let in_vain = (self.trial.in_vain + 1).min(SELDOM.ilog2());
        self.trial.in_vain = if has_found { 0 } else { in_vain };
        self.trial.left = self.interval();
    }

    /// The fewer there are, the more is gained by one more.
    fn interval(&self) -> usize {
        let first = (self.usual() * 4).min(TRIAL);
        (first << self.trial.in_vain).min(SELDOM)
    }

    fn linger(&self, waiting: usize) -> Duration {
        if self.lately.is_empty() {
            FIRST
        } else if waiting == self.usual() && self.are_tried() && self.most <= waiting {
            SHORTEST
        } else {
            (self.gap * 3).clamp(SHORTEST, LONGEST)
        }
    }
}
