//! What a plan of `cloudbase_auth_function` shows beyond the schema's own rules.

use super::change::Change;
use super::marks::Marks;
use super::model::{Config, State};
use super::{in_advance, place, source, warnings};
use crate::framework::resource::{PlanDestroyRequest, PlanRequest, Planned};
use crate::framework::{Attr, Context, Diagnostic, Diagnostics};
use crate::ordered::Ordered as _;
use crate::provider::Session;
use crate::provider::claims::Role;
use crate::provider::ledger::ObjectId;
use crate::wechat::CodeHash;

/// Reads the file, keeps what is known of functions that get no code, and says what the apply will do to functions that are
/// in use.
pub(super) async fn plan(
    context: &Context<Session>,
    request: PlanRequest<Config, State>,
) -> Planned<Config> {
    let PlanRequest {
        prior,
        config,
        mut planned,
        private,
        applying,
        stored_plan,
        ..
    } = request;
    let mut said = Diagnostics::new();
    match hash(&config, applying).await {
        Ok((hash, warning)) => {
            planned.source_hash = hash;
            said.extend(warning);
        }
        Err(error) => return Planned::unchanged().with([error]),
    }
    let before = Marks::read(&private);
    let instance = before.instance();
    let code = planned.source_hash.known().cloned();
    let marks = before.planned(instance.clone(), prior.is_none(), code);
    let at_plan = stored_plan.and_then(|private| Marks::read(&private).code);
    if let Some(at_plan) = at_plan
        && let Some(now) = &marks.code
        && at_plan != *now
    {
        let path = config
            .source
            .known()
            .map(String::as_str)
            .unwrap_or_default();
        return Planned::unchanged().with([source::changed(path, &at_plan, now)]);
    }
    let private = Some(marks.write());
    let replaced = prior
        .as_ref()
        .is_some_and(|prior| planned.name.known() != Some(&prior.name));
    let in_place = prior.as_ref().filter(|_| !replaced);
    let (envs, is_complete) = planned.known_envs();
    let change = match in_place {
        Some(prior) => Change::update(prior, &envs, is_complete, &planned.source_hash),
        None => Change::create(envs),
    };
    if planned.source.is_null() && !change.added.is_empty() {
        return Planned::unchanged().with([source::missing(&change.added)]);
    }
    show_functions(&mut planned, in_place, &change, is_complete);
    if applying {
        return Planned {
            private,
            ..Planned::new(planned)
        };
    }
    let replaced = prior.as_ref().filter(|_| replaced);
    said.extend(conflicts(
        &context.session,
        &instance,
        &planned,
        &change,
        replaced,
    ));
    said.extend(replaced.and_then(ends));
    // Of a replacement, core shows what its first plan says, and of the second one errors alone.
    let is_second = prior.is_none() && before.there().is_some();
    if let Some(name) = planned
        .name
        .known()
        .filter(|_| !is_second && !said.has_error())
    {
        said.extend(in_advance::look(context, name, &change.added).await);
    }
    if let Some(prior) = in_place {
        if planned.deletes(prior) {
            let (own, not_taken) = prior.own(&change.removed);
            said.extend(warnings::deletes(&prior.name, &own));
            said.extend(warnings::not_deleted(&prior.name, &not_taken));
            let role = (&prior.name, Role::Ends);
            said.extend(place::plan(&context.session, &instance, role, &own));
        }
        if prior.source_hash.is_none() {
            said.extend(warnings::code_is_not_known(&prior.name, &change.sent_again));
        }
        said.extend(networks(prior, &planned));
    }
    let planned = Planned {
        private,
        ..Planned::new(planned)
    };
    planned.with(said)
}

/// What becomes of functions when the resource is destroyed.
pub(super) fn plan_destroy(session: &Session, request: &PlanDestroyRequest<State>) -> Diagnostics {
    if request.applying {
        return Diagnostics::new();
    }
    let state = &request.state;
    let mut said: Diagnostics = ends(state).into_iter().collect();
    if state.deletes() {
        let instance = Marks::read(&request.private).instance();
        said.extend(place::plan(
            session,
            &instance,
            (&state.name, Role::Ends),
            &state.own(&state.envs).0,
        ));
    }
    said
}

/// What does not go together with other instances, of what is to be there and of what is replaced.
fn conflicts(
    session: &Session,
    instance: &ObjectId,
    planned: &Config,
    change: &Change,
    replaced: Option<&State>,
) -> Diagnostics {
    let mut said = Diagnostics::new();
    if let Some(name) = planned.name.known() {
        let envs = change.left.union(&change.uploaded()).cloned().into_set();
        said.extend(place::plan(session, instance, (name, Role::Manages), &envs));
    }
    if let Some(prior) = replaced.filter(|prior| prior.deletes()) {
        said.extend(place::plan(
            session,
            instance,
            (&prior.name, Role::Ends),
            &prior.own(&prior.envs).0,
        ));
    }
    said
}

fn ends(state: &State) -> Option<Diagnostic> {
    if state.deletes() {
        warnings::deletes(&state.name, &state.own(&state.envs).0)
    } else {
        warnings::stays(&state.name, &state.envs)
    }
}

/// The hash that the configuration gives, or else that of the file. In an apply, a file whose hash is given is looked at when
/// it is sent.
async fn hash(
    config: &Config,
    applying: bool,
) -> Result<(Attr<CodeHash>, Option<Diagnostic>), Diagnostic> {
    match (&config.source_hash, &config.source) {
        (Attr::Null, Attr::Known(path)) => {
            let (hash, warning) = source::hash(path).await?;
            Ok((Attr::Known(hash), warning))
        }
        (Attr::Null, Attr::Null) => Ok((Attr::Null, None)),
        (Attr::Null, Attr::Unknown) => Ok((Attr::Unknown, None)),
        (Attr::Known(given), Attr::Known(path)) if !applying => {
            let warning = source::check(path, given).await?;
            Ok((Attr::Known(given.clone()), warning))
        }
        (given, _) => Ok((given.clone(), None)),
    }
}

/// Sets `functions`: those that get no code are as they are, and the others are not known.
fn show_functions(
    planned: &mut Config,
    in_place: Option<&State>,
    change: &Change,
    is_complete: bool,
) {
    if !is_complete {
        planned.functions = Attr::Unknown;
        return;
    }
    let left = change.left.iter().map(|env| {
        let function = in_place.and_then(|prior| prior.functions.get(env));
        let function = function.cloned().map_or(Attr::Unknown, Attr::Known);
        (env.clone(), function)
    });
    let uploaded = change
        .uploaded()
        .into_iter()
        .map(|env| (env, Attr::Unknown));
    let functions = left.chain(uploaded).into_map();
    planned.functions = Attr::Known(functions);
}

/// Changes of the network, which do nothing to functions that are there.
fn networks(prior: &State, planned: &Config) -> Vec<Diagnostic> {
    [
        ("vpc_id", &prior.vpc_id, &planned.vpc_id),
        ("subnet_id", &prior.subnet_id, &planned.subnet_id),
    ]
    .into_iter()
    // Right after an import nothing is known of it.
    .filter(|_| prior.source_hash.is_some())
    .filter(|(_, prior, planned)| planned.known() != prior.as_ref())
    .map(|(attribute, _, _)| warnings::network_is_not_sent(attribute))
    .collect()
}
