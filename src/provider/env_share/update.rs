//! Changing a `cloudbase_env_share` in place.

use std::collections::BTreeMap;

use super::change::Change;
use super::conflict;
use super::marks::Marks;
use super::model::{Config, OnRefusal, Share, State, Status};
use super::plan::is_replaced;
use super::sharing::{Shared, Sharing, Unshared};
use super::triggers::Triggers;
use crate::framework::resource::{Applied, UpdateRequest};
use crate::framework::{AttributePath, Context, Diagnostic, Diagnostics};
use crate::provider::asked::Asked;
use crate::provider::ledger::ObjectId;
use crate::provider::outcomes::{Failures, Outcomes};
use crate::provider::{Session, deadline};
use crate::wechat::{Appid, EnvId};

/// Shares what was added, and what is pending if the trigger changed; then unshares what was
/// removed, unless it is to be abandoned. With an error, the state says what is really there.
pub(super) async fn update(
    context: &Context<Session>,
    request: UpdateRequest<Config, State>,
) -> Applied<State> {
    let UpdateRequest {
        prior,
        planned,
        private,
        ..
    } = request;
    let wanted = match planned.wanted() {
        Ok(wanted) => wanted,
        Err(error) => return Applied::failed(error),
    };
    // Core has stopped by then; if it has not, nothing may be sent.
    if is_replaced(&prior, &planned) {
        return Applied::failed(conflict::turned_out_different(&prior, &planned));
    }
    let limits = (&wanted.timeouts, "update");
    let count = wanted.appids.len() + prior.appids.len();
    let operation = deadline::configured(context, limits, deadline::WRITE, count);
    let sharing = Sharing {
        session: &context.session,
        operation: &operation,
        env: &wanted.env,
        source_type: wanted.source_type,
    };
    let change = Change::update(
        &prior,
        &wanted.appids,
        true,
        &Triggers::changed(&prior, &planned),
    );
    let (shared, removed) = (change.shared(), change.removed());
    let object = Marks::read(&private).object.unwrap_or_else(ObjectId::new);

    sharing.keep(&object, &prior, &change.kept);
    let turn = sharing.turn(shared.iter().chain(&removed)).await;
    let Shared { outcomes, warnings } = match sharing.share_in(&turn, &object, &shared).await {
        Ok(done) => done,
        // Nothing is sent for the rest either: what the plan shows is done as a whole or not at all.
        Err(over_limit) => return Applied::failed(over_limit),
    };
    let mut now = State {
        appids: prior.appids.clone(),
        shares: prior.shares.clone(),
        ..wanted.clone()
    };
    let (outcome, refused, failures) = by_severity(outcomes, wanted.on_refusal);
    let mut asked = Vec::new();
    for (appid, share) in outcome {
        if share.status == Status::Pending {
            asked.push((appid.clone(), share.confirm_url.clone()));
        }
        now.appids.insert(appid.clone());
        now.shares.insert(appid, share);
    }
    for (appid, error) in refused.iter().chain(failures.iter()) {
        // One that was to be sent again is pending as before; its error has the next plan send it
        // again, and no other. So is one that may have been asked.
        match now.shares.get_mut(appid) {
            Some(share) if share.status == Status::Pending => {
                share.error = Some(error.happened().to_owned());
            }
            _ if error.may_have_been_applied() || refused.contains(appid) => {
                now.appids.insert(appid.clone());
                now.shares.insert(appid.clone(), Share::not_shared(error));
            }
            _ => {}
        }
    }
    let unshared = match &turn {
        _ if planned.abandons(Some(&prior)) => Unshared::default(),
        Ok(_) => {
            let own = std::slice::from_ref(&object);
            sharing
                .unshare(own, &removed, &change.removed_pending)
                .await
        }
        Err(error) => Unshared::none(&removed, error),
    };
    drop(turn);
    let stays = |appid: &Appid| wanted.appids.contains(appid) || unshared.remains(appid);
    now.appids.retain(stays);
    now.shares.retain(|appid, _| stays(appid));

    let share = Asked::share(format!("share environment {} with", wanted.env)).within("update");
    let unshare = Asked::unshare(format!("stop sharing environment {} with", wanted.env));
    let unshare = unshare.within("update");
    let mut errors = failures.errors(&share);
    errors.extend(unshared.remaining.errors(&unshare));
    let beside = errors
        .has_error()
        .then(|| asked_beside_an_error(&wanted.env, &asked));
    Applied::state(now)
        .private(Marks::of(object).write())
        .with(errors)
        .with(tried_again(refused.warnings(&share)))
        .with(beside.flatten())
        .with(warnings)
        .with(unshared.warnings)
}

/// What was done, what is told as warnings, and what as errors.
fn by_severity(
    outcomes: Outcomes<Share>,
    on_refusal: Option<OnRefusal>,
) -> (BTreeMap<Appid, Share>, Failures, Failures) {
    if on_refusal == Some(OnRefusal::Warn) {
        (outcomes.done, outcomes.refused, outcomes.failed)
    } else {
        let (done, failures) = outcomes.into_parts();
        (done, Failures::default(), failures)
    }
}

/// The warnings about what was refused, which say what becomes of it.
fn tried_again(refusals: Diagnostics) -> impl Iterator<Item = Diagnostic> {
    refusals.into_iter().map(|mut refusal| {
        let outlook = "\nThe reason is in `shares`. The next apply tries again, in place.";
        refusal.detail.push_str(outlook);
        refusal
    })
}

/// Terraform prints no outputs after an error, so that this is where the URLs are seen.
fn asked_beside_an_error(env: &EnvId, asked: &[(Appid, Option<String>)]) -> Option<Diagnostic> {
    if asked.is_empty() {
        return None;
    }
    let lines: Vec<_> = asked
        .iter()
        .map(|(appid, url)| format!("  {appid}: {}", url.as_deref().unwrap_or("without a URL")))
        .collect();
    Some(
        Diagnostic::warning(
            format!("environment {env} was also shared with mini programs whose administrators must confirm"),
            format!(
                "{}\nThey are in state. Terraform prints no outputs after an error; run `terraform \
                 apply -refresh-only` to update them.",
                lines.join("\n")
            ),
        )
        .at(AttributePath::root("appids")),
    )
}
