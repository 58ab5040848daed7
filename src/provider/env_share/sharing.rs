//! Sharing and unsharing, so that no administrator is asked without need.

use std::collections::{BTreeMap, BTreeSet};

use super::model::Share;
use crate::framework::Diagnostic;
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
                Err(error) if error.class() == Class::Item => {
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

    /// Ends the sharing to `appids`, and returns those that are still shared, with the reason.
    ///
    /// A refusal is checked with the query: what is not bound any more needs no unsharing.
    pub(super) async fn unshare(&self, appids: &BTreeSet<Appid>) -> BTreeMap<Appid, Error> {
        if appids.is_empty() {
            return BTreeMap::new();
        }
        let sent = self
            .session
            .client
            .unshare(self.operation, self.env, appids, self.source_type)
            .await;
        let mut refused: BTreeMap<Appid, Error> = sent
            .into_iter()
            .filter_map(|(appid, outcome)| outcome.err().map(|error| (appid, error)))
            .collect();
        let bound = self.bound(&refused.keys().cloned().collect()).await;
        refused.retain(|appid, _| !matches!(bound.get(appid), Some(Ok(false))));
        refused
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
