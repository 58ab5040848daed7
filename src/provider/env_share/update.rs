//! Changing a `cloudbase_env_share` in place.

use std::collections::BTreeSet;

use super::model::{Config, State, Status};
use super::sharing::{Sharing, not_known};
use crate::framework::resource::Applied;
use crate::framework::{Context, Severity};
use crate::provider::{Session, deadline, refusal};
use crate::wechat::Appid;

/// Shares what was added, and what is pending if the trigger changed; then unshares what was
/// removed. With an error, the state says what is really there.
pub(super) async fn update(
    context: &Context<Session>,
    prior: State,
    planned: Config,
) -> Applied<State> {
    let Some(wanted) = planned.wanted() else {
        return Applied::failed(not_known());
    };
    let operation = deadline::operation(context, deadline::WRITE);
    let sharing = Sharing {
        session: &context.session,
        operation: &operation,
        env: &wanted.env,
        source_type: wanted.source_type,
    };

    let resend = wanted.confirmation_trigger != prior.confirmation_trigger;
    let is_pending = |appid: &Appid| {
        prior
            .shares
            .get(appid)
            .is_some_and(|share| share.status == Status::Pending)
    };
    let to_share: BTreeSet<Appid> = wanted
        .appids
        .iter()
        .filter(|appid| !prior.appids.contains(*appid) || (resend && is_pending(appid)))
        .cloned()
        .collect();
    let to_unshare: BTreeSet<Appid> = prior.appids.difference(&wanted.appids).cloned().collect();

    let mut now = State {
        confirmation_trigger: wanted.confirmation_trigger.clone(),
        ..prior.clone()
    };
    let mut unshared = Vec::new();
    for (appid, outcome) in sharing.share(&to_share).await {
        match outcome {
            Ok(share) => {
                now.appids.insert(appid.clone());
                now.shares.insert(appid, share);
            }
            Err(error) => unshared.push((appid, error)),
        }
    }
    if unshared
        .iter()
        .any(|(appid, _)| prior.appids.contains(appid))
    {
        // The next plan has to see that the trigger has not done its work yet.
        now.confirmation_trigger
            .clone_from(&prior.confirmation_trigger);
    }
    let remaining: Vec<_> = sharing.unshare(&to_unshare).await.into_iter().collect();
    for appid in to_unshare {
        if !remaining.iter().any(|(left, _)| *left == appid) {
            now.appids.remove(&appid);
            now.shares.remove(&appid);
        }
    }

    let share = format!("share environment {} to", wanted.env);
    let unshare = format!("end the sharing of environment {} to", wanted.env);
    Applied::state(now)
        .with(refusal::diagnostics(Severity::Error, &share, &unshared))
        .with(refusal::diagnostics(Severity::Error, &unshare, &remaining))
}
