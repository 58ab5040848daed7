//! Refreshing a `cloudbase_auth_function`.

use std::collections::BTreeMap;

use super::look::look;
use super::model::{Function, State};
use crate::framework::resource::Applied;
use crate::framework::{AttributePath, Context, Diagnostic};
use crate::provider::asked::Asked;
use crate::provider::outcomes::Outcomes;
use crate::provider::{Session, deadline};
use crate::wechat::Class;

/// What to do about environments that the API says nothing of.
const NOT_READ: &str = "\nIf the environment does not exist any more, take it out of `envs`, with `deletion_policy` at `keep`: \
    there is nothing to delete in it.";

/// Looks for the function in each environment of the state.
///
/// Where it is not there the environment leaves the state, and the next plan adds it. One that has the function and did not
/// take the code stays marked as it is: the next plan sends the code again, and a destroy knows of it. Without any left the
/// resource is gone. What the API refuses to say anything of stays as it was, with a warning.
pub(super) async fn read(context: &Context<Session>, state: State) -> Applied<State> {
    let limits = (&state.timeouts, "read");
    let operation = deadline::of_envs(context, limits, deadline::READ, state.envs.len());
    let found = look(&context.session, &operation, &state.name, &state.envs).await;
    let (found, mut failures) = Outcomes::from_iter(found).into_parts();
    let unknown = failures.take(|_, error| error.class() == Class::TokenUnknown);
    // One that does not exist any more must not be in the way of a plan that takes it out.
    let gone = failures.take(|_, error| error.is_about_the_environment());
    let asked = Asked::read(format!("read whether function {} is in", state.name)).within("read");
    if !failures.is_empty() {
        return Applied::failed(failures.errors(&asked));
    }
    let mut functions = BTreeMap::new();
    for env in &state.envs {
        let before = state.functions.get(env);
        if unknown.contains(env) {
            let before = before.cloned().unwrap_or(Function::UNKNOWN);
            functions.insert(env.clone(), before);
        } else if gone.contains(env) {
            let before = before.filter(|before| !before.was_not_taken());
            functions.extend(before.map(|before| (env.clone(), before.clone())));
        } else if let Some(Some(found)) = found.get(env) {
            let refused = before.filter(|before| before.was_not_taken());
            let now = refused.cloned().unwrap_or_else(|| found.clone().into());
            functions.insert(env.clone(), now);
        }
    }
    let not_read = gone.warnings(&asked).into_iter().map(|mut warning| {
        warning.detail.push_str(NOT_READ);
        warning
    });
    if functions.is_empty() {
        return Applied::gone().with(not_read);
    }
    let not_refreshed = (!unknown.is_empty()).then(|| not_refreshed(&state));
    Applied::state(state.with(functions))
        .with(not_refreshed)
        .with(not_read)
}

fn not_refreshed(state: &State) -> Diagnostic {
    Diagnostic::warning(
        format!("function {} was not refreshed", state.name),
        "The access token in the provider block is not known until apply, so the plan goes by what the state has.",
    )
    .at(AttributePath::root("envs"))
}
