//! What a plan of `cloudbase_env_share` shows beyond the schema's own rules.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Config, Share, State};
use crate::framework::resource::{PlanRequest, Planned};
use crate::framework::{Attr, AttributePath, Context, Diagnostic, Severity};
use crate::provider::{Session, deadline, refusal};
use crate::wechat::{Appid, Class, Freshness};

/// Keeps what is known of existing shares, leaves only new ones unknown, and warns of mini
/// programs that the API already refuses to be asked about.
pub(super) async fn plan(
    context: &Context<Session>,
    request: PlanRequest<Config, State>,
) -> Planned<Config> {
    let PlanRequest {
        prior, mut planned, ..
    } = request;
    let Some(appids) = planned.known_appids() else {
        return Planned::unchanged();
    };
    let replaced = prior
        .as_ref()
        .is_some_and(|prior| is_replaced(prior, &planned));
    let kept = match &prior {
        Some(prior) if !replaced => kept_shares(prior, &planned),
        _ => BTreeMap::new(),
    };
    let new: BTreeSet<Appid> = appids
        .iter()
        .filter(|appid| !kept.contains_key(appid))
        .cloned()
        .collect();
    // Where nothing changes the schema's rules have kept everything as it is.
    let resends = prior.as_ref().is_some_and(|prior| {
        !replaced && prior.shares.values().any(|share| share.is_resent(false))
    });
    if planned.shares.is_unknown() || resends {
        let shares = appids.into_iter().map(|appid| {
            let share = kept.get(&appid).cloned().map_or(Attr::Unknown, Attr::Known);
            (appid, share)
        });
        planned.shares = Attr::Known(shares.collect());
    }
    let resent = |appid: &Appid| {
        prior
            .as_ref()
            .is_some_and(|prior| !replaced && prior.appids.contains(appid))
    };
    let added: BTreeSet<Appid> = new.into_iter().filter(|appid| !resent(appid)).collect();
    let warnings = warnings(context, &planned, &added).await;
    Planned::new(planned).with(warnings)
}

fn is_replaced(prior: &State, planned: &Config) -> bool {
    planned.env.known() != Some(&prior.env)
        || planned.source_type.is_unknown()
        || planned.source_type.known() != prior.source_type.as_ref()
}

/// The shares that an update leaves as they are: those of appids that stay, but for pending ones
/// that are sent again.
fn kept_shares(prior: &State, planned: &Config) -> BTreeMap<Appid, Share> {
    let trigger_changed = match &planned.confirmation_trigger {
        Attr::Unknown => true,
        trigger => trigger.known() != prior.confirmation_trigger.as_ref(),
    };
    prior
        .shares
        .iter()
        .filter(|(appid, share)| prior.appids.contains(*appid) && !share.is_resent(trigger_changed))
        .map(|(appid, share)| (appid.clone(), share.clone()))
        .collect()
}

/// Warnings about mini programs that are about to be added. A plan does without them where the
/// API cannot be asked yet.
async fn warnings(
    context: &Context<Session>,
    planned: &Config,
    added: &BTreeSet<Appid>,
) -> Vec<Diagnostic> {
    if added.is_empty() || planned.source_type.is_unknown() {
        return Vec::new();
    }
    let operation = deadline::operation(context, deadline::PLAN);
    let source_type = planned.source_type.known().copied();
    let found = context
        .session
        .client
        .query(&operation, added, source_type, Freshness::Cached)
        .await;
    let failures: Vec<_> = found
        .into_iter()
        .filter_map(|(appid, envs)| envs.err().map(|error| (appid, error)))
        .filter(|(_, error)| !matches!(error.class(), Class::TokenUnknown | Class::Cancelled))
        .collect();
    let whole_call = failures
        .iter()
        .any(|(_, error)| error.class() != Class::Item)
        .then_some("\nUnless that is mended, the apply will fail.");
    let asked = "check in advance what is shared to";
    refusal::diagnostics(Severity::Warning, asked, &failures)
        .into_iter()
        .map(|mut warning| {
            if let Some(call) = whole_call {
                warning.detail.push_str(call);
            }
            warning.at(AttributePath::root("appids"))
        })
        .collect()
}
