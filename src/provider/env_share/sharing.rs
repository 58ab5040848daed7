//! Sharing and unsharing, so that no administrator is asked without need.

use std::collections::{BTreeMap, BTreeSet};

use super::model::Share;
use crate::framework::{AttributePath, Diagnostic, Diagnostics};
use crate::provider::Session;
use crate::wechat::{Appid, Class, EnvId, Error, Freshness, Operation, ShareOutcome, SourceType};

/// One environment, and the means to share it.
pub(super) struct Sharing<'a> {
    pub(super) session: &'a Session,
    pub(super) operation: &'a Operation,
    pub(super) env: &'a EnvId,
    pub(super) source_type: Option<SourceType>,
}

/// What came of sharing, or why it failed, by appid.
pub(super) type Outcomes = BTreeMap<Appid, Result<Share, Error>>;

impl Sharing<'_> {
    /// Shares the environment to `appids`, but first asks which of them have it already: sharing
    /// to those again would ask their administrators again.
    pub(super) async fn share(&self, appids: &BTreeSet<Appid>) -> Outcomes {
        let mut outcomes = Outcomes::new();
        if appids.is_empty() {
            return outcomes;
        }
        let found = self
            .session
            .client
            .query(self.operation, appids, self.source_type, Freshness::Cached)
            .await;
        let mut unshared = BTreeSet::new();
        for (appid, envs) in found {
            match envs {
                Ok(envs) if envs.contains(self.env.as_str()) => {
                    outcomes.insert(appid, Ok(Share::bound()));
                }
                // The API may answer about a mini program without any share with a refusal of
                // that one, so that it is no reason not to share to it.
                Ok(_) => {
                    unshared.insert(appid);
                }
                // One that was found by halving a refused batch has a code; sharing to it would fail
                // the same way.
                Err(error) if error.class() == Class::Item && error.errcode().is_none() => {
                    unshared.insert(appid);
                }
                // Not knowing whether it is shared already, it is better not to ask anybody.
                Err(error) => {
                    outcomes.insert(appid, Err(error));
                }
            }
        }
        outcomes.extend(self.send(&unshared).await);
        outcomes
    }

    /// Sends the share to `appids`, whatever became of them before.
    async fn send(&self, appids: &BTreeSet<Appid>) -> Outcomes {
        let mut outcomes = Outcomes::new();
        let mut unclear = BTreeSet::new();
        if appids.is_empty() {
            return outcomes;
        }
        let sent = self
            .session
            .client
            .share(self.operation, self.env, appids, self.source_type)
            .await;
        for (appid, outcome) in sent {
            let share = match outcome {
                Ok(ShareOutcome::AwaitingConfirmation { url }) => {
                    self.session.confirm_urls.remember(self.env, &appid, &url);
                    Ok(Share::pending(Some(url)))
                }
                Ok(ShareOutcome::AlreadyBound) => Ok(Share::bound()),
                Ok(ShareOutcome::NoUrl) => {
                    unclear.insert(appid);
                    continue;
                }
                Err(error) => Err(error),
            };
            outcomes.insert(appid, share);
        }
        let bound = self.bound(&unclear).await;
        for appid in unclear {
            let share = match bound.get(&appid) {
                Some(Ok(true)) => Share::bound(),
                // Accepted, so somebody has been asked; not knowing more is no failure.
                _ => Share::pending(None),
            };
            outcomes.insert(appid, Ok(share));
        }
        outcomes
    }

    /// Whether the environment is bound to each of `appids`, asked anew.
    pub(super) async fn bound(
        &self,
        appids: &BTreeSet<Appid>,
    ) -> BTreeMap<Appid, Result<bool, Error>> {
        if appids.is_empty() {
            return BTreeMap::new();
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

    /// Ends the sharing to `appids`, of which `pending` have not been confirmed.
    ///
    /// A refusal is checked with the query: what is not bound any more needs no unsharing.
    pub(super) async fn unshare(
        &self,
        appids: &BTreeSet<Appid>,
        pending: &BTreeSet<Appid>,
    ) -> Unshared {
        let mut unshared = Unshared::default();
        if appids.is_empty() {
            return unshared;
        }
        let sent = self
            .session
            .client
            .unshare(self.operation, self.env, appids, self.source_type)
            .await;
        let refused: BTreeMap<Appid, Error> = sent
            .into_iter()
            .filter_map(|(appid, outcome)| outcome.err().map(|error| (appid, error)))
            .collect();
        let bound = self.bound(&refused.keys().cloned().collect()).await;
        for (appid, error) in refused {
            let is_bound = !matches!(bound.get(&appid), Some(Ok(false)));
            let is_pending = pending.contains(&appid);
            // Of a request that was not confirmed the query says nothing: unless the API has
            // answered about this very mini program, it has to be taken to be there still.
            if is_bound || (is_pending && error.class() != Class::Item) {
                unshared.remaining.push((appid, error));
            } else if is_pending {
                unshared.open.push((appid, error));
            }
        }
        unshared
    }
}

/// What came of ending shares, beyond those that are ended.
#[derive(Debug, Default)]
pub(super) struct Unshared {
    /// Still shared, and why.
    pub(super) remaining: Vec<(Appid, Error)>,
    /// Not shared, but the API refused to withdraw the request that their administrators have.
    open: Vec<(Appid, Error)>,
}

impl Unshared {
    /// Whether the share to `appid` is still there.
    pub(super) fn remains(&self, appid: &Appid) -> bool {
        self.remaining.iter().any(|(left, _)| left == appid)
    }

    /// The warnings about requests that were not withdrawn. The query cannot show whether they are
    /// still open.
    pub(super) fn warnings(&self, env: &EnvId) -> Diagnostics {
        let warning = |(appid, error): &(Appid, Error)| {
            Diagnostic::warning(
                format!(
                    "the request to share environment {env} to mini program {appid} may still be \
                     open: {}",
                    error.happened()
                ),
                format!(
                    "It was not confirmed, and the API refused to withdraw it. If the \
                     administrator confirms it later, the share takes effect, and Terraform does \
                     not know of it: ask them not to.\n{}",
                    error.detail()
                ),
            )
            .at(AttributePath::root("appids"))
        };
        self.open.iter().map(warning).collect()
    }
}

/// The error for a planned state that is not wholly known, which core never sends.
pub(super) fn not_known() -> Diagnostic {
    Diagnostic::error(
        "the planned environment share is not wholly known",
        "Terraform has to know `env`, `appids` and `source_type` when it applies. Please report \
         this.",
    )
}
