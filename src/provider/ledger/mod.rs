//! Which share belongs to which resource instance, as far as one process can know.
//!
//! Terraform plans and applies instances in any order and tells the provider nothing of one when it
//! asks about another. A mini program that moves from one instance to another would go offline, or
//! its administrator would be asked again, depending on luck. So the ledger notes what each plan
//! means to do, and refuses what does not go together; and it notes what each apply has done, for
//! what no plan could know.
//!
//! It is filled by plans and applies alone, never by a read: what Terraform leaves as it is in one
//! run is planned, too. It lives as long as one configuration of the provider, which is one walk of
//! Terraform.

mod applied;
mod limit;
mod pair;
mod plans;

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use self::applied::AppliedPairs;
use self::limit::Limit;
use self::plans::Plans;
use crate::wechat::{Error, Operation};

pub(super) use self::applied::{Taken, Turn};
pub(super) use self::limit::OverLimit;
pub(super) use self::pair::Pair;
pub(super) use self::plans::{Conflict, Conflicts, Intent, Nonce, Role};

/// What tells the object of one resource instance from every other one, kept in its private data. An
/// object that replaces another has an id of its own. State that an older version wrote has none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct ObjectId(String);

impl ObjectId {
    /// One that no other object has.
    pub(super) fn new() -> Self {
        Self(format!("{:032x}", fastrand::u128(..)))
    }
}

/// The ledger of one configuration of the provider.
#[derive(Debug)]
pub(super) struct Ledger {
    state: Mutex<State>,
    /// Whether it serves several walks; then one object is planned more than once, and a plan says
    /// nothing about other instances.
    serves_several_walks: bool,
}

#[derive(Debug)]
struct State {
    plans: Plans,
    /// What has been told in full.
    told: BTreeSet<Conflict>,
    /// Whether anything has been applied.
    is_applying: bool,
    applied: AppliedPairs,
    limit: Limit,
}

impl Ledger {
    /// An empty ledger. `serves_several_walks` as
    /// [`ConfigureRequest`](crate::framework::provider::ConfigureRequest) has it, `max_requests` as the provider
    /// block has `max_confirmation_requests`.
    pub(super) fn new(serves_several_walks: bool, max_requests: Option<u64>) -> Self {
        if serves_several_walks {
            tracing::info!("configured for several walks: the plans of resources are not compared");
        }
        Self {
            state: Mutex::new(State {
                plans: Plans::new(),
                told: BTreeSet::new(),
                is_applying: false,
                applied: AppliedPairs::default(),
                limit: Limit::new(max_requests),
            }),
            serves_several_walks,
        }
    }

    /// Notes what the plan of one instance means to do. Returns what to remember it by, and what does
    /// not go together with other instances.
    ///
    /// `earlier` is the nonce of the first plan if this is the second one of a replacement: the same
    /// instance then ends what it has, and takes what `intent` takes.
    ///
    /// In an apply, where creates, updates and deposed objects are planned again, nothing is
    /// compared: what becomes of their shares is looked at when they are applied.
    pub(super) fn plan(
        &self,
        intent: Intent,
        earlier: Option<&Nonce>,
    ) -> (Option<Nonce>, Conflicts) {
        let mut state = self.lock();
        if self.serves_several_walks {
            // A plan after an apply: another run has begun.
            if std::mem::take(&mut state.is_applying) {
                state.applied.forget();
                state.limit.forget_all();
            }
            return (None, Conflicts::default());
        }
        if state.is_applying {
            return (None, Conflicts::default());
        }
        if let Some(earlier) = earlier {
            state.limit.forget(earlier);
        }
        let (nonce, conflicts) = state.plans.record(intent, earlier);
        (Some(nonce), conflicts)
    }

    /// Whose shares the first plan of a replacement, which has this nonce, ends.
    pub(super) fn ended_by_replacement(&self, first: &Nonce) -> BTreeSet<Pair> {
        self.lock().plans.ended_by_replacement(first)
    }

    /// Notes that the plan with this nonce would ask `count` administrators. An error, once, if those of all plans are
    /// more than may be asked.
    pub(super) fn plan_to_ask(&self, nonce: &Nonce, count: usize) -> Result<(), OverLimit> {
        self.lock().limit.plan(nonce.clone(), count as u64)
    }

    /// Counts administrators that are about to be asked. An error, and nothing counted, if they would be more than may
    /// be asked in this run.
    pub(super) fn ask(&self, count: usize) -> Result<(), OverLimit> {
        self.lock().limit.ask(count as u64)
    }

    /// Takes back administrators that were counted and not asked.
    pub(super) fn not_asked(&self, count: usize) {
        self.lock().limit.not_asked(count as u64);
    }

    /// Whether a conflict of this kind has been told before; it is from now on.
    pub(super) fn is_told(&self, conflict: Conflict) -> bool {
        !self.lock().told.insert(conflict)
    }

    /// Begins to apply: what was only planned does not count any more. Waits until no other operation
    /// works on any of `pairs`, and holds them until the turn is dropped.
    pub(super) async fn turn(
        &self,
        operation: &Operation,
        pairs: BTreeSet<Pair>,
    ) -> Result<Turn, Error> {
        let locks = {
            let mut state = self.lock();
            state.is_applying = true;
            state.plans = Plans::new();
            state.limit.forget_plans();
            state.applied.locks(pairs)
        };
        locks.acquire(operation).await
    }

    /// What another than the objects `own` has got in this run: another object, or an action.
    pub(super) fn taken_by_other(&self, pair: &Pair, own: &[ObjectId]) -> Option<Taken> {
        self.lock().applied.taken_by_other(pair, own)
    }

    /// Whom an administrator has been asked for in this run, by any resource or action. Who was asked in an
    /// earlier one is not among them, whatever keeps the share.
    pub(super) fn asked_in_this_run(&self, pair: &Pair) -> Option<Taken> {
        if self.serves_several_walks {
            return None;
        }
        self.taken_by_other(pair, &[])
            .filter(|taken| matches!(taken, Taken::Pending(_)))
    }

    /// Whether another object than `own` has taken it in this process.
    pub(super) fn is_held_by_other(&self, pair: &Pair, own: &[ObjectId]) -> bool {
        self.lock().applied.is_held_by_other(pair, own)
    }

    /// Notes that `object`, or without one an action, has taken a pair: adopted it, or asked for it.
    /// Whether its share had ended in this process before.
    pub(super) fn took(&self, pair: Pair, object: Option<&ObjectId>, taken: Taken) -> bool {
        self.lock().applied.took(pair, object, taken)
    }

    /// Notes that the share of a pair has ended.
    pub(super) fn ended(&self, pair: Pair) {
        self.lock().applied.ended(pair);
    }

    /// Whether the share of a pair has ended in this process, and nobody has taken it since.
    pub(super) fn has_ended(&self, pair: &Pair) -> bool {
        self.lock().applied.has_ended(pair)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing in here panics while it holds the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
