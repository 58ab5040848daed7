//! Sharing and unsharing, so that no administrator is asked without need.

use std::collections::{BTreeMap, BTreeSet};

use super::counted::Counted;
use super::model::{Share, State, Status};
use super::warnings::{self, Unclear};
use crate::framework::{Diagnostic, Diagnostics};
use crate::ordered::Ordered as _;
use crate::provider::Session;
use crate::provider::ledger::{ObjectId, Pair, Taken, Turn};
use crate::provider::moment::Moment;
use crate::provider::outcomes::{Failures, Outcomes};
use crate::wechat::{Appid, Class, EnvId, Error, Freshness, Operation, ShareOutcome, SourceType};

/// One environment, and the means to share it.
pub(super) struct Sharing<'a> {
    pub(super) session: &'a Session,
    pub(super) operation: &'a Operation,
    pub(super) env: &'a EnvId,
    pub(super) source_type: Option<SourceType>,
}

/// What came of sharing.
#[derive(Debug, Default)]
pub(super) struct Shared {
    pub(super) outcomes: Outcomes<Share>,
    pub(super) warnings: Diagnostics,
}

impl Shared {
    /// Nothing was sent, for this reason.
    pub(super) fn failed(appids: &BTreeSet<Appid>, error: &Error) -> Self {
        Self {
            outcomes: Outcomes::all_failed(appids, error),
            warnings: Diagnostics::new(),
        }
    }
}

impl Sharing<'_> {
    /// Waits until no other operation works on any of `appids`, and holds them.
    pub(super) async fn turn(&self, appids: impl Iterator<Item = &Appid>) -> Result<Turn, Error> {
        let pairs = Pair::each(self.env, self.source_type, appids);
        self.session.ledger.turn(self.operation, pairs).await
    }

    fn pair(&self, appid: &Appid) -> Pair {
        Pair::new(self.env, self.source_type, appid)
    }

    /// Notes that `object` keeps what it has of `appids`: no other is to end it, nor to ask for it.
    pub(super) fn keep(&self, object: &ObjectId, prior: &State, appids: &BTreeSet<Appid>) {
        for appid in appids {
            let taken = match prior.shares.get(appid) {
                Some(share) if share.status == Status::Pending => {
                    Taken::StillPending(share.confirm_url.clone())
                }
                _ => Taken::Bound,
            };
            self.session
                .ledger
                .took(self.pair(appid), Some(object), taken);
        }
    }

    /// Shares as [`share`](Self::share) does, if the turn has come.
    pub(super) async fn share_in(
        &self,
        turn: &Result<Turn, Error>,
        object: &ObjectId,
        appids: &BTreeSet<Appid>,
    ) -> Result<Shared, Diagnostic> {
        match turn {
            Ok(_) => self.share(object, appids).await,
            Err(error) => Ok(Shared::failed(appids, error)),
        }
    }

    /// Shares the environment with `appids` on behalf of `object`, but first asks which of them have it
    /// already: sharing with those again would ask their administrators again. Whoever was asked in
    /// this process for another object is not asked again.
    ///
    /// If more would be asked than may be, nothing is sent, and that is the error.
    async fn share(
        &self,
        object: &ObjectId,
        appids: &BTreeSet<Appid>,
    ) -> Result<Shared, Diagnostic> {
        let mut warnings = Diagnostics::new();
        let mut left = BTreeSet::new();
        let mut twice = BTreeMap::new();
        for appid in appids {
            let own = std::slice::from_ref(object);
            match self.session.ledger.taken_by_other(&self.pair(appid), own) {
                None => _ = left.insert(appid.clone()),
                Some(taken) => {
                    let share = match taken {
                        Taken::Pending(url) | Taken::StillPending(url) => {
                            let sent = self.session.request_times.find(&self.pair(appid));
                            Share::pending(url, sent)
                        }
                        Taken::Bound | Taken::Wanted => Share::bound(),
                    };
                    twice.insert(appid.clone(), share);
                }
            }
        }
        warnings.extend(warnings::taken_twice(
            self.env,
            &twice.keys().cloned().into_set(),
        ));
        let (mut outcomes, unclear) = self.look_and_send(&left).await?;
        warnings.extend(unclear);
        let took = |appid: &Appid, taken| {
            let ledger = &self.session.ledger;
            ledger.took(self.pair(appid), Some(object), taken)
        };
        let mut ended_before = BTreeSet::new();
        let mut asked = 0_usize;
        for (appid, share) in &outcomes.done {
            if *share == Share::bound() {
                took(appid, Taken::Bound);
                continue;
            }
            asked += 1;
            if let Some(sent) = share.requested_at {
                self.session.request_times.note(self.pair(appid), sent);
            }
            if took(appid, Taken::Pending(share.confirm_url.clone())) {
                ended_before.insert(appid.clone());
            }
        }
        for (appid, _) in outcomes.refused.iter().chain(outcomes.failed.iter()) {
            took(appid, Taken::Wanted);
        }
        let adopted = outcomes.done.len() - asked;
        let failed = outcomes.refused.len() + outcomes.failed.len();
        if asked + adopted + failed > 0 {
            tracing::info!(
                env = self.env.as_str(),
                "shared: administrators asked {asked}, adopted {adopted}, failed {failed}"
            );
        }
        warnings.extend(warnings::asked_after_the_end(self.env, &ended_before));
        outcomes.done.extend(twice);
        Ok(Shared { outcomes, warnings })
    }

    async fn look_and_send(
        &self,
        appids: &BTreeSet<Appid>,
    ) -> Result<(Outcomes<Share>, Diagnostics), Diagnostic> {
        if appids.is_empty() {
            return Ok((Outcomes::default(), Diagnostics::new()));
        }
        let found = self
            .session
            .client
            .query(self.operation, appids, self.source_type, Freshness::Recent)
            .await;
        let Outcomes {
            done,
            mut refused,
            failed,
        } = found.into_iter().collect();
        // The API may answer about a mini program without any share with a refusal of that one, so that
        // it is no reason not to share with it. One that was found by halving a refused batch has a code;
        // sharing with it would fail the same way.
        let mut unshared = refused.take(|_, error| error.errcode().is_none()).appids();
        let mut bound = BTreeMap::new();
        for (appid, envs) in done {
            if envs.contains(self.env.as_str()) {
                bound.insert(appid, Share::bound());
            } else {
                unshared.insert(appid);
            }
        }
        let counted = Counted::before(self.session, self.env, &unshared)?;
        let (mut outcomes, warnings) = self.send(&unshared).await;
        counted.after(&outcomes);
        outcomes.done.extend(bound);
        // Not knowing whether they are shared already, it is better not to ask anybody.
        outcomes.refused.extend(refused);
        outcomes.failed.extend(failed);
        Ok((outcomes, warnings))
    }

    /// Sends the share to `appids`, whatever became of them before.
    async fn send(&self, appids: &BTreeSet<Appid>) -> (Outcomes<Share>, Diagnostics) {
        let mut unclear: BTreeMap<Appid, Unclear> = BTreeMap::new();
        if appids.is_empty() {
            return (Outcomes::default(), Diagnostics::new());
        }
        let sent = self
            .session
            .client
            .share(self.operation, self.env, appids, self.source_type)
            .await;
        // What was sent waited for its turn before, and its answer came right after.
        let requested_at = Moment::now();
        let Outcomes {
            done,
            refused,
            mut failed,
        } = sent.into_iter().collect();
        for (appid, error) in failed.take(|_, error| error.class() == Class::Unanswered) {
            unclear.insert(appid, Unclear::Stray(error));
        }
        let mut shares = BTreeMap::new();
        for (appid, outcome) in done {
            let share = match outcome {
                ShareOutcome::AwaitingConfirmation { url } => {
                    self.session.confirm_urls.remember(self.env, &appid, &url);
                    Share::pending(Some(url), Some(requested_at))
                }
                ShareOutcome::AlreadyBound => Share::bound(),
                ShareOutcome::NoUrl => {
                    unclear.insert(appid, Unclear::NoUrl);
                    continue;
                }
                ShareOutcome::UnusableUrl => {
                    unclear.insert(appid, Unclear::UnusableUrl);
                    continue;
                }
            };
            shares.insert(appid, share);
        }
        let bound = self.bound(&unclear.keys().cloned().into_set()).await;
        let mut said = Diagnostics::new();
        for (appid, why) in unclear {
            let share = if bound.done.get(&appid) == Some(&true) {
                Share::bound()
            } else {
                // Accepted, so somebody has been asked; not knowing more is no failure.
                said.push(warnings::without_url(self.env, &appid, &why));
                Share::pending(None, Some(requested_at))
            };
            shares.insert(appid, share);
        }
        let outcomes = Outcomes {
            done: shares,
            refused,
            failed,
        };
        (outcomes, said)
    }

    /// Whether the environment is bound to each of `appids`, asked anew.
    pub(super) async fn bound(&self, appids: &BTreeSet<Appid>) -> Outcomes<bool> {
        if appids.is_empty() {
            return Outcomes::default();
        }
        let found = self
            .session
            .client
            .query(self.operation, appids, self.source_type, Freshness::Fresh)
            .await;
        found
            .into_iter()
            .map(|(appid, envs)| (appid, envs.map(|envs| envs.contains(self.env.as_str()))))
            .collect()
    }

    /// Ends the sharing with `appids` on behalf of the object with the ids `own`; `pending` have not
    /// been confirmed.
    ///
    /// What another object has taken in this process is its own: it stays. A refusal is checked with
    /// the query: what is not bound any more needs no unsharing.
    pub(super) async fn unshare(
        &self,
        own: &[ObjectId],
        appids: &BTreeSet<Appid>,
        pending: &BTreeSet<Appid>,
    ) -> Unshared {
        let mut unshared = Unshared::default();
        let ledger = &self.session.ledger;
        let mut left = BTreeSet::new();
        let mut kept = BTreeSet::new();
        for appid in appids {
            let pair = self.pair(appid);
            if ledger.is_held_by_other(&pair, own) {
                kept.insert(appid.clone());
            } else if !ledger.has_ended(&pair) {
                left.insert(appid.clone());
            }
        }
        unshared
            .warnings
            .extend(warnings::taken_meanwhile(self.env, &kept));
        if left.is_empty() {
            return unshared;
        }
        let sent = self
            .session
            .client
            .unshare(self.operation, self.env, &left, self.source_type)
            .await;
        let (ended, failures) = Outcomes::from_iter(sent).into_parts();
        for appid in ended.keys() {
            ledger.ended(self.pair(appid));
        }
        let bound = self.bound(&failures.appids()).await;
        for (appid, error) in failures {
            let is_bound = bound.done.get(&appid) != Some(&false);
            let is_pending = pending.contains(&appid);
            // Of a request that was not confirmed the query says nothing: unless the API has
            // answered about this very mini program, it has to be taken to be there still.
            if is_bound || (is_pending && error.class() != Class::Item) {
                unshared.remaining.insert(appid, error);
                continue;
            }
            if is_pending {
                unshared
                    .warnings
                    .push(warnings::maybe_open(self.env, &appid, &error));
            } else if error.class() == Class::Unanswered {
                unshared
                    .warnings
                    .push(warnings::ended_unanswered(self.env, &appid, &error));
            }
            ledger.ended(self.pair(&appid));
        }
        tracing::info!(
            env = self.env.as_str(),
            "unshared: ended {}, remaining {}",
            left.len() - unshared.remaining.len(),
            unshared.remaining.len()
        );
        unshared
    }
}

/// What came of ending shares, beyond those that are ended.
#[derive(Debug, Default)]
pub(super) struct Unshared {
    /// Still shared, and why.
    pub(super) remaining: Failures,
    pub(super) warnings: Diagnostics,
}

impl Unshared {
    /// None was ended, for this reason.
    pub(super) fn none(appids: &BTreeSet<Appid>, error: &Error) -> Self {
        let (_, remaining) = Outcomes::<()>::all_failed(appids, error).into_parts();
        Self {
            remaining,
            warnings: Diagnostics::new(),
        }
    }

    /// Whether the share to `appid` is still there.
    pub(super) fn remains(&self, appid: &Appid) -> bool {
        self.remaining.contains(appid)
    }
}
