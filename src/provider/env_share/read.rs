//! Refreshing a `cloudbase_env_share`.

use std::collections::BTreeSet;

use super::model::{Share, State, Status};
use crate::framework::resource::Applied;
use crate::framework::{Context, Diagnostic, Severity};
use crate::provider::{Session, api_errors, deadline};
use crate::wechat::{Appid, Class, Freshness};

/// Asks which of the state's mini programs have the environment.
///
/// Listed is bound. Not listed stays pending if it was, and nothing is sent. What was bound and is
/// not listed is asked about once more, before it leaves the state and the next plan adds it again.
/// What has failed leaves the state, whatever the query says of it, unless it is listed.
pub(super) async fn read(context: &Context<Session>, state: State) -> Applied<State> {
    let limits = (&state.timeouts, "read");
    let operation = deadline::configured(context, limits, deadline::READ, state.appids.len());
    let query = async |appids: &BTreeSet<Appid>, freshness| {
        let client = &context.session.client;
        client
            .query(&operation, appids, state.source_type, freshness)
            .await
    };
    let mut found = query(&state.appids, Freshness::Cached).await;
    let status = |appid: &Appid| state.shares.get(appid).map(|share| share.status);
    let env = state.env.as_str();
    let lost: BTreeSet<_> = found
        .iter()
        .filter(|(appid, envs)| {
            status(appid) == Some(Status::Bound)
                && envs.as_ref().is_ok_and(|envs| !envs.contains(env))
        })
        .map(|(appid, _)| appid.clone())
        .collect();
    if !lost.is_empty() {
        found.extend(query(&lost, Freshness::Fresh).await);
    }

    let mut now = state.clone();
    let mut refused = Vec::new();
    let mut failed = Vec::new();
    let mut token_unknown = false;
    for (appid, envs) in found {
        let share = match envs {
            Ok(envs) if envs.contains(env) => Some(Share::bound()),
            Ok(_) => {
                let prior = state.shares.get(&appid);
                prior
                    .filter(|share| share.status == Status::Pending)
                    .cloned()
            }
            // A refusal of one that was never shared says nothing new.
            Err(error)
                if error.class() == Class::Item && status(&appid) == Some(Status::Failed) =>
            {
                None
            }
            Err(error) => {
                match error.class() {
                    Class::TokenUnknown => token_unknown = true,
                    Class::Item => refused.push((appid.clone(), error)),
                    _ => failed.push((appid.clone(), error)),
                }
                continue;
            }
        };
        if let Some(share) = share {
            now.shares.insert(appid, share);
        } else {
            now.shares.remove(&appid);
            now.appids.remove(&appid);
        }
    }

    let asked = format!("read whether environment {} is shared with", state.env);
    if !failed.is_empty() {
        return Applied::failed(api_errors::of_appids(Severity::Error, &asked, &failed));
    }
    let mut applied = if now.appids.is_empty() {
        Applied::gone()
    } else {
        Applied::state(now)
    };
    if token_unknown {
        applied = applied.with([not_refreshed(&state)]);
    }
    applied.with(api_errors::of_appids(Severity::Warning, &asked, &refused))
}

fn not_refreshed(state: &State) -> Diagnostic {
    Diagnostic::warning(
        format!("the shares of environment {} were not refreshed", state.env),
        "The access token in the provider block is not known until apply, so the plan goes by \
         what the state has.",
    )
}
