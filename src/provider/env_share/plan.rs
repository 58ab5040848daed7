//! What a plan of `cloudbase_env_share` shows beyond the schema's own rules, and what it may not do
//! to other instances.

use std::collections::BTreeSet;

use super::announcement::{self, EndedShares};
use super::asking::Asking;
use super::change::Change;
use super::conflict;
use super::limit;
use super::marks::Marks;
use super::model::{Config, Share, State};
use super::triggers::Triggers;
use crate::framework::resource::{PlanDestroyRequest, PlanRequest, Planned};
use crate::framework::{Attr, Context, Diagnostic, Diagnostics};
use crate::ordered::Ordered as _;
use crate::provider::asked::Asked;
use crate::provider::ledger::{Intent, Pair, Role};
use crate::provider::outcomes::Outcomes;
use crate::provider::{Session, deadline};
use crate::wechat::{Appid, Class, EnvId, Freshness, Shares, SourceType};

/// Keeps what is known of existing shares, leaves only new ones unknown, says what the apply will ask
/// of people, and refuses what does not go together with the plans of other instances.
pub(super) async fn plan(
    context: &Context<Session>,
    request: PlanRequest<Config, State>,
) -> Planned<Config> {
    let PlanRequest {
        prior,
        mut planned,
        private,
        applying,
        ..
    } = request;
    let replaced = prior
        .as_ref()
        .is_some_and(|prior| is_replaced(prior, &planned));
    if let Some(prior) = prior.as_ref().filter(|_| replaced && applying) {
        return Planned::unchanged().with([conflict::turned_out_different(prior, &planned)]);
    }
    let outside = planned.triggers_outside();
    if !outside.is_empty() {
        return Planned::unchanged().with(outside);
    }
    if let Some(prior) = &prior {
        note_request_times(&context.session, prior);
    }
    let (appids, is_complete) = planned.known_appids();
    let in_place = prior.as_ref().filter(|_| !replaced);
    let change = match in_place {
        Some(prior) => {
            let triggers = Triggers::changed(prior, &planned);
            Change::update(prior, &appids, is_complete, &triggers)
        }
        None => Change::create(appids),
    };
    show_shares(&mut planned, in_place, &change, is_complete);

    let marks = Marks::read(&private);
    let destroyed = prior.as_ref().map(Change::destroy).unwrap_or_default();
    let mut said = Diagnostics::new();
    let mut next = marks.clone();
    let mut ended_before = BTreeSet::new();
    if !applying {
        let intent = intent(prior.as_ref(), &planned, &change, &destroyed, replaced);
        let earlier = marks.plan.as_ref().filter(|_| prior.is_none());
        ended_before = earlier
            .map(|first| context.session.ledger.ended_by_replacement(first))
            .unwrap_or_default();
        let ledger = &context.session.ledger;
        let (nonce, conflicts) = ledger.plan(intent, earlier);
        said.extend(conflict::diagnostics(&conflicts, ledger));
        next.plan = nonce;
    }
    if prior.is_none() {
        next.replaces = next.object.take().or(next.replaces);
    }
    if !applying && !said.has_error() {
        let found = look_up(context, in_place, &planned, &change).await;
        said.extend(refusals(found.as_ref()));
        let ending = match (&prior, replaced) {
            (Some(prior), true) if !prior.abandons() => EndedShares {
                ends: destroyed.removed(),
                replaced,
                ..EndedShares::default()
            },
            (_, true) => EndedShares::default(),
            _ if planned.abandons(in_place) => EndedShares::default(),
            _ => EndedShares {
                ends: change.removed(),
                may_end: change.may_keep.clone(),
                replaced,
            },
        };
        let env = planned.env.known().or(in_place.map(|prior| &prior.env));
        let asking = Asking::of(env, &change, found.as_ref());
        said.extend(announcement::of_plan(env, &asking, is_complete, ending));
        if let Some(nonce) = &next.plan {
            // Of a replacement that ends shares with the mini programs that it then shares with, all are asked, whatever
            // they have by now. Of a tainted object nothing is known here: core plans it as a new one.
            let again = match about(in_place, &planned) {
                Some((env, source_type)) => Pair::each(env, source_type, &asking.bound)
                    .intersection(&ended_before)
                    .count(),
                None => 0,
            };
            let count = asking.asked.len() + again;
            let over = context.session.ledger.plan_to_ask(nonce, count).err();
            said.extend(over.map(|over| limit::of_plan(env, &asking, over)));
        }
        if let Some(prior) = in_place {
            said.extend(conflict::not_known_yet(prior, &planned));
            if planned.abandons(in_place) {
                said.extend(announcement::abandons(&prior.env, &change.removed_pending));
            }
        } else if let Some(prior) = prior.as_ref().filter(|prior| prior.abandons()) {
            said.extend(announcement::abandons(
                &prior.env,
                &destroyed.removed_pending,
            ));
        }
    }
    let mut planned = Planned::new(planned).with(said);
    planned.private = Some(next.write());
    planned
}

/// Notes when the open requests of `state` were sent, for whoever asks again in this run.
pub(super) fn note_request_times(session: &Session, state: &State) {
    for (appid, share) in &state.shares {
        if let Some(sent) = share.requested_at {
            let pair = Pair::new(&state.env, state.source_type, appid);
            session.request_times.note(pair, sent);
        }
    }
}

/// Refuses to end shares that another instance has or takes, and says what stays behind.
pub(super) async fn plan_destroy(
    context: &Context<Session>,
    request: PlanDestroyRequest<State>,
) -> Diagnostics {
    let mut said = Diagnostics::new();
    if request.applying {
        return said;
    }
    let state = &confirmed_by_now(context, request.state).await;
    let ending = Change::destroy(state);
    let intent = Intent {
        roles: ends(state, &ending, state.abandons()),
        ..Intent::default()
    };
    let ledger = &context.session.ledger;
    let (_, conflicts) = ledger.plan(intent, None);
    said.extend(conflict::diagnostics(&conflicts, ledger));
    if state.abandons() {
        said.extend(announcement::abandons(&state.env, &ending.removed_pending));
    }
    said
}

/// `state`, with what is to be abandoned while pending looked up: Terraform (1.11, for one) plans the
/// end of an object by its state before the refresh, even if that has shown that it is bound.
async fn confirmed_by_now(context: &Context<Session>, state: State) -> State {
    let pending = Change::destroy(&state).removed_pending;
    if !state.abandons() || pending.is_empty() {
        return state;
    }
    let operation = deadline::operation(context, deadline::PLAN);
    let client = &context.session.client;
    let found = client
        .query(&operation, &pending, state.source_type, Freshness::Cached)
        .await;
    let mut now = state;
    for (appid, envs) in found {
        if envs.is_ok_and(|envs| envs.contains(now.env.as_str())) {
            now.shares.insert(appid, Share::bound());
        }
    }
    now
}

/// Whether it is certain that the object is replaced. What is not known yet may turn out to be what
/// it is already.
pub(super) fn is_replaced(prior: &State, planned: &Config) -> bool {
    let another_env = planned.env.known().is_some_and(|env| *env != prior.env);
    let planned_kind = SourceType::of(planned.source_type.known().copied());
    let another_kind =
        !planned.source_type.is_unknown() && planned_kind != SourceType::of(prior.source_type);
    another_env || another_kind
}

/// Sets `shares`: what is left as it is is known in the plan, everything else is not.
fn show_shares(planned: &mut Config, in_place: Option<&State>, change: &Change, complete: bool) {
    // Where nothing changes the schema's rules have kept everything as it is.
    let changes = planned.shares.is_unknown() || !change.shared().is_empty();
    if !changes {
        return;
    }
    if !complete {
        planned.shares = Attr::Unknown;
        return;
    }
    let kept = change.kept.iter().map(|appid| {
        let share = in_place.and_then(|prior| prior.shares.get(appid));
        (
            appid.clone(),
            share.cloned().map_or(Attr::Unknown, Attr::Known),
        )
    });
    let unknown = change
        .shared()
        .into_iter()
        .map(|appid| (appid, Attr::Unknown));
    let shares = kept.chain(unknown).into_map();
    planned.shares = Attr::Known(shares);
}

/// The environment and kind that the plan is about, if they are known. What is not known yet of an
/// object that is there turns out as it is, or the apply stops.
fn about<'a>(
    in_place: Option<&'a State>,
    planned: &'a Config,
) -> Option<(&'a EnvId, Option<SourceType>)> {
    let env = planned.env.known().or(in_place.map(|prior| &prior.env))?;
    let source_type = match (&planned.source_type, in_place) {
        (Attr::Unknown, Some(prior)) => prior.source_type,
        (Attr::Unknown, None) => return None,
        (source_type, _) => source_type.known().copied(),
    };
    Some((env, source_type))
}

/// What the plan means to do, for the ledger.
fn intent(
    prior: Option<&State>,
    planned: &Config,
    change: &Change,
    ending: &Change,
    replaced: bool,
) -> Intent {
    let if_replaced = prior
        .map(|prior| ends(prior, ending, prior.abandons()))
        .unwrap_or_default();
    let in_place = prior.filter(|_| !replaced);
    let mut intent = Intent::default();
    if let Some((env, source_type)) = about(in_place, planned) {
        let pairs = |appids: &BTreeSet<Appid>| Pair::each(env, source_type, appids);
        intent = intent
            .with(Role::Takes, pairs(&change.added))
            .with(Role::Keeps, pairs(&change.kept))
            .with(Role::Keeps, pairs(&change.sent_again))
            .with(Role::MayKeep, pairs(&change.may_keep));
    }
    match in_place {
        Some(prior) => intent
            .roles
            .extend(ends(prior, change, planned.abandons(in_place))),
        None => intent.roles.extend(if_replaced.iter().cloned()),
    }
    Intent {
        if_replaced,
        ..intent
    }
}

/// What becomes of pairs that `change` removes from `prior`.
fn ends(prior: &State, change: &Change, abandons: bool) -> BTreeSet<(Pair, Role)> {
    let pairs = |appids: &BTreeSet<Appid>| Pair::each(&prior.env, prior.source_type, appids);
    let intent = if abandons {
        Intent::default().with(Role::AbandonsPending, pairs(&change.removed_pending))
    } else {
        Intent::default().with(Role::Ends, pairs(&change.removed()))
    };
    intent.roles
}

/// What those that are shared have already; nothing where nobody is shared, or the API cannot be
/// asked yet.
async fn look_up(
    context: &Context<Session>,
    in_place: Option<&State>,
    planned: &Config,
    change: &Change,
) -> Option<Shares> {
    let (_, source_type) = about(in_place, planned)?;
    if change.added.is_empty() {
        return None;
    }
    let operation = deadline::operation(context, deadline::PLAN);
    let client = &context.session.client;
    let found = client
        .query(&operation, &change.added, source_type, Freshness::Recent)
        .await;
    Some(found)
}

/// Warnings about mini programs that the API refuses to be asked about.
fn refusals(found: Option<&Shares>) -> Vec<Diagnostic> {
    let found = found.cloned().unwrap_or_default();
    let (_, mut failures) = Outcomes::from_iter(found).into_parts();
    failures.take(|_, error| matches!(error.class(), Class::TokenUnknown | Class::Cancelled));
    // Not sent, since the first one of this run has told it already.
    failures.take(|_, error| {
        error.attempts() == 0 && matches!(error.class(), Class::Token | Class::Exhausted)
    });
    // The apply sends the share of a mini program that the API refuses to be asked about, and has more
    // time.
    let refused = failures.take(|_, error| error.class() == Class::Item);
    let late = failures.take(|_, error| error.class() == Class::DeadlineExceeded);
    let asked = Asked::read("look up in advance what is shared with");
    let mut warnings: Vec<_> = refused.warnings(&asked).into_iter().collect();
    for (failures, outlook) in [
        (failures, "The apply will fail unless this is fixed."),
        (
            late,
            "The plan does not wait any longer. The apply looks again.",
        ),
    ] {
        warnings.extend(failures.warnings(&asked).into_iter().map(|mut warning| {
            warning.detail.push('\n');
            warning.detail.push_str(outlook);
            warning
        }));
    }
    warnings
}
