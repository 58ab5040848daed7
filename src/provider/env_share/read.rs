//! Refreshing a `cloudbase_env_share`.

use std::collections::BTreeSet;

use super::model::{Share, State, Status};
use super::plan::note_request_times;
use crate::framework::resource::Applied;
use crate::framework::{Context, Diagnostic};
use crate::ordered::Ordered as _;
use crate::provider::asked::Asked;
use crate::provider::outcomes::Outcomes;
use crate::provider::{Session, deadline};
use crate::wechat::{Appid, Class, Freshness};

/// Asks which of the state's mini programs have the environment.
///
/// Listed is bound. Not listed stays pending if it was, and nothing is sent. What was bound and is
/// not listed is asked about once more, before it leaves the state and the next plan adds it again.
/// What has failed leaves the state, whatever the query says of it, unless it is listed.
pub(super) async fn read(context: &Context<Session>, state: State) -> Applied<State> {
    note_request_times(&context.session, &state);
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
    let lost = found
        .iter()
        .filter(|(appid, envs)| {
            status(appid) == Some(Status::Bound)
                && envs.as_ref().is_ok_and(|envs| !envs.contains(env))
        })
        .map(|(appid, _)| appid.clone())
        .into_set();
    if !lost.is_empty() {
        found.extend(query(&lost, Freshness::Fresh).await);
    }

    let Outcomes {
        done,
        mut refused,
        mut failed,
    } = found.into_iter().collect();
    let unknown = failed.take(|_, error| error.class() == Class::TokenUnknown);
    let asked = Asked::read(format!(
        "read whether environment {} is shared with",
        state.env
    ));
    let asked = asked.within("read");
    if !failed.is_empty() {
        return Applied::failed(failed.errors(&asked));
    }

    let mut now = state.clone();
    // A refusal of one that was never shared says nothing new.
    let mut lost = refused
        .take(|appid, _| status(appid) == Some(Status::Failed))
        .appids();
    for (appid, envs) in done {
        if envs.contains(env) {
            now.shares.insert(appid, Share::bound());
        } else if status(&appid) != Some(Status::Pending) {
            lost.insert(appid);
        }
    }
    now.shares.retain(|appid, _| !lost.contains(appid));
    now.appids.retain(|appid| !lost.contains(appid));
    let mut applied = if now.appids.is_empty() {
        Applied::gone()
    } else {
        Applied::state(now)
    };
    if !unknown.is_empty() {
        applied = applied.with([not_refreshed(&state)]);
    }
    applied.with(refused.warnings(&asked))
}

fn not_refreshed(state: &State) -> Diagnostic {
    Diagnostic::warning(
        format!("the shares of environment {} were not refreshed", state.env),
        "The access token in the provider block is not known until apply, so the plan goes by \
         what the state has.",
    )
}
