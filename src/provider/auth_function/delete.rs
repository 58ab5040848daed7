//! Destroying a `cloudbase_auth_function`.

use std::collections::BTreeSet;

use super::look::some_at_a_time;
use super::marks::Marks;
use super::model::State;
use super::{place, warnings};
use crate::framework::Context;
use crate::framework::resource::{Applied, StateRequest};
use crate::provider::asked::Asked;
use crate::provider::outcomes::{Failures, Outcomes};
use crate::provider::{Session, deadline};
use crate::wechat::{EnvId, FunctionName, Operation};

/// Forgets the functions, or deletes them if that is the policy. With an error, the state keeps those that remain.
/// What another instance has uploaded in this run, which no plan could know, stays.
pub(super) async fn delete(
    context: &Context<Session>,
    request: StateRequest<State>,
) -> Applied<State> {
    let StateRequest { state, private } = request;
    if !state.deletes() {
        return Applied::gone();
    }
    let limits = (&state.timeouts, "delete");
    let operation = deadline::of_envs(context, limits, deadline::WRITE, state.envs.len());
    let marks = Marks::read(&private);
    let (own, not_taken) = state.own(&state.envs);
    let (own, of_others) = place::give_up(&context.session, marks.there(), &state.name, &own);
    let left = [
        warnings::left_to_another(&state.name, &of_others),
        warnings::not_deleted(&state.name, &not_taken),
    ];
    let left: Vec<_> = left.into_iter().flatten().collect();
    let remaining = delete_each(context, &operation, &state.name, &own).await;
    if remaining.is_empty() {
        return Applied::gone().with(left);
    }
    let asked = Asked::delete_function(format!("delete function {} in", state.name));
    let errors = remaining.errors(&asked.within("delete"));
    let mut functions = state.functions.clone();
    functions.retain(|env, _| remaining.contains(env));
    Applied::state(state.with(functions))
        .with(errors)
        .with(left)
}

/// Deletes the function of each of `envs`; those that could not be deleted.
pub(super) async fn delete_each(
    context: &Context<Session>,
    operation: &Operation,
    name: &FunctionName,
    envs: &BTreeSet<EnvId>,
) -> Failures<EnvId> {
    let calls = envs.iter().cloned().map(|env| {
        let client = context.session.client.clone();
        let (operation, name) = (operation.clone(), name.clone());
        async move {
            let deleted = client.delete_function(&operation, &env, &name).await;
            (env, deleted)
        }
    });
    let deleted = some_at_a_time(calls.collect()).await;
    let (_, failures) = Outcomes::from_iter(deleted).into_parts();
    failures
}
