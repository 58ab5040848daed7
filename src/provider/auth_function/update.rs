//! Changing a `cloudbase_auth_function` in place.

use std::collections::{BTreeMap, BTreeSet};

use super::change::Change;
use super::delete::delete_each;
use super::deploy::{Deployed, deploy};
use super::marks::Marks;
use super::model::{Config, Function, State};
use super::{place, warnings};
use crate::framework::resource::{Applied, UpdateRequest};
use crate::framework::{Context, Diagnostics};
use crate::ordered::Ordered as _;
use crate::provider::asked::Asked;
use crate::provider::ledger::ObjectId;
use crate::provider::{Session, deadline};
use crate::wechat::EnvId;

/// Uploads to what was added, and to what stays if the code changed; then deletes what was removed, if it is to be deleted
/// and all uploads worked: nobody is cut off for an environment that did not get the function. With an error, the state says what is really there.
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
    let object = Marks::read(&private).object.unwrap_or_else(ObjectId::new);
    if let Err(error) = place::take(&context.session, &object, &wanted) {
        return Applied::failed(error);
    }
    let change = Change::update(&prior, &wanted.envs, true, &wanted.code());
    let limits = (&wanted.timeouts, "update");
    let count = wanted.envs.len() + change.removed.len();
    let operation = deadline::of_envs(context, limits, deadline::WRITE, count);

    let uploaded = change.uploaded();
    let mut functions = prior
        .functions
        .iter()
        .filter(|(env, _)| !change.removed.contains(env))
        .map(|(env, function)| (env.clone(), function.clone()))
        .into_map();
    let mut said = Diagnostics::new();
    let mut source_hash = wanted.source_hash.clone();
    let mut all_worked = true;
    if !uploaded.is_empty() {
        let deployed = deploy(&context.session, &operation, &wanted, &uploaded).await;
        let Deployed {
            functions: taken,
            failures,
            replaced,
            hash,
            warnings,
        } = match deployed {
            Ok(deployed) => deployed,
            Err(error) => return Applied::failed(error),
        };
        let asked = Asked::upload(format!("upload function {} to", wanted.name)).within("update");
        all_worked = failures.is_empty();
        let keeps = warnings::not_deleted_yet(&change.removed).filter(|_| wanted.deletes());
        said.extend(failures.errors(&asked).into_iter().map(|mut error| {
            error.detail.extend(keeps.as_deref());
            error
        }));
        let replaced = replaced.intersection(&change.added).cloned().into_set();
        said.extend(warnings::code_was_replaced(&wanted.name, &replaced));
        said.extend(warnings);
        source_hash = Some(hash);
        let sent_again_in_vain = taken.is_empty() && change.left.is_empty();
        if sent_again_in_vain {
            // What is there has the code that it had, so that the next plan is the same as this one.
            source_hash.clone_from(&prior.source_hash);
        }
        functions.extend(taken);
        for (env, error) in failures.iter() {
            // What was not added is no part of the state. Of the others it says that they lack the code, unless all do.
            if change.sent_again.contains(env) && !sent_again_in_vain {
                functions.insert(env.clone(), Function::failed(error));
            }
        }
    }
    let mut kept = BTreeMap::new();
    if wanted.deletes() && !all_worked {
        let removed = |(env, _): &(EnvId, Function)| change.removed.contains(env);
        kept.extend(prior.functions.into_iter().filter(removed));
    } else if wanted.deletes() {
        let (name, session) = (&wanted.name, &context.session);
        let (own, not_taken) = prior.own(&change.removed);
        said.extend(warnings::not_deleted(name, &not_taken));
        let (own, of_others) = place::give_up(session, Some(&object), name, &own);
        said.extend(warnings::left_to_another(name, &of_others));
        let remaining = delete_each(context, &operation, name, &own).await;
        let asked = Asked::delete_function(format!("delete function {} in", wanted.name));
        said.extend(remaining.errors(&asked.within("update")));
        let remains: BTreeSet<_> = remaining.appids();
        kept.extend(
            prior
                .functions
                .into_iter()
                .filter(|(env, _)| remains.contains(env)),
        );
    }
    functions.extend(kept);
    let now = State {
        source_hash,
        ..wanted
    };
    Applied::state(now.with(functions))
        .private(Marks::of(object).write())
        .with(said)
}
