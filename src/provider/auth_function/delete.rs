//! Destroying a `cloudbase_auth_function`.

use std::collections::BTreeSet;

use super::look::some_at_a_time;
use super::model::State;
use crate::framework::Context;
use crate::framework::resource::Applied;
use crate::provider::asked::Asked;
use crate::provider::outcomes::{Failures, Outcomes};
use crate::provider::{Session, deadline};
use crate::wechat::{EnvId, FunctionName, Operation};

/// Forgets the functions, or deletes them if that is the policy. With an error, the state keeps those that remain.
pub(super) async fn delete(context: &Context<Session>, state: State) -> Applied<State> {
    if !state.deletes() {
        return Applied::gone();
    }
    let limits = (&state.timeouts, "delete");
    let operation = deadline::of_envs(context, limits, deadline::WRITE, state.envs.len());
    let remaining = delete_each(context, &operation, &state.name, &state.envs).await;
    if remaining.is_empty() {
        return Applied::gone();
    }
    let asked = Asked::delete_function(format!("delete function {} in", state.name));
    let errors = remaining.errors(&asked.within("delete"));
    let mut functions = state.functions.clone();
    functions.retain(|env, _| remaining.contains(env));
    Applied::state(state.with(functions)).with(errors)
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
