//! Whether one write may be about several environments.
//!
//! The documents make `data` an array of environments, and nobody has seen yet that the API takes more than one. So the
//! first such calls of a run are checked, and if it turns out that the API refuses them, or looks at one environment only,
//! each environment gets its own calls for the rest of the run, and what was not looked at is sent again.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU32, Ordering},
};

/// How many calls whose answers show nothing either way are checked.
const CHECKS: u32 = 3;

/// What a client knows of calls to one path that are about several environments.
#[derive(Debug)]
pub(in crate::wechat) struct Mixing {
    off: Off,
    checks: AtomicU32,
}

/// That calls are about one environment each; known to all paths at once.
#[derive(Clone, Debug)]
pub(in crate::wechat) struct Off(Arc<AtomicBool>);

impl Off {
    pub(in crate::wechat) fn new(is_off: bool) -> Self {
        Self(Arc::new(AtomicBool::new(is_off)))
    }
}

impl Mixing {
    pub(in crate::wechat) fn new(off: Off) -> Self {
        Self {
            off,
            checks: AtomicU32::new(CHECKS),
        }
    }

    /// Whether each call is to be about one environment.
    pub(in crate::wechat) fn is_off(&self) -> bool {
        self.off.0.load(Ordering::Relaxed)
    }

    /// Whether it is not known that the API looks at all environments of a call. Calls that are under way when such calls
    /// are given up are answered after that.
    pub(in crate::wechat) fn is_to_be_checked(&self) -> bool {
        self.is_off() || self.checks.load(Ordering::Relaxed) > 0
    }

    /// Gives calls about several environments up.
    pub(in crate::wechat) fn stop(&self, path: &'static str, why: &'static str) {
        if !self.off.0.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                path,
                why,
                "the API does not take a call about several environments: each gets its own from now on"
            );
        }
    }

    pub(super) fn is_sound(&self) {
        self.checks.store(0, Ordering::Relaxed);
    }

    pub(super) fn shows_nothing(&self) {
        let less = |checks: u32| Some(checks.saturating_sub(1));
        // An error is impossible: there is always a new number.
        let _ = self
            .checks
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
    }
}
