//! What a plan of `cloudbase_open_api_access` says: what it would take from a server that is live, and what
//! does not go together with other instances.

use std::collections::BTreeSet;

use super::marks::{Has, Marks};
use super::model::{Config, State};
use super::words;
use crate::framework::resource::{PlanDestroyRequest, PlanRequest, Planned};
use crate::framework::{Attr, AttributePath, Context, Diagnostic, Diagnostics, Severity};
use crate::provider::asked::Asked;
use crate::provider::claims::Role;
use crate::provider::ledger::ObjectId;
use crate::provider::token_kind::Token;
use crate::provider::{Session, api_errors, deadline};
use crate::wechat::{Class, EnvId, Error};

/// Leaves the plan as it is, and says what it means.
pub(super) async fn plan(
    context: &Context<Session>,
    request: PlanRequest<Config, State>,
) -> Planned<Config> {
    let PlanRequest {
        prior,
        planned,
        private,
        applying,
        ..
    } = request;
    let another_env = |prior: &State| planned.env.known().filter(|env| **env != prior.env);
    let replacing = prior.as_ref().and_then(another_env);
    if let (Some(prior), Some(env), true) = (&prior, replacing, applying) {
        return Planned::unchanged().with([words::env_turned_out_different(prior, env)]);
    }
    let mut marks = Marks::read(&private);
    let replaced = marks.replaces.as_ref().and_then(|it| it.object.clone());
    let id = marks.object.clone().or(replaced).or(marks.plan.clone());
    let id = id.unwrap_or_else(ObjectId::new);
    let mut said = Diagnostics::new();
    if !applying {
        let env = planned.env.known().or(prior.as_ref().map(|it| &it.env));
        let claims = &context.session.whitelists;
        let mut claim = |env: &EnvId, role| {
            let conflict = claims.plan(env, &id, role);
            said.extend(conflict.map(|conflict| words::conflict(env, conflict)));
        };
        if let Some(env) = env {
            claim(env, Role::Manages);
        }
        if let Some(prior) = prior.as_ref().filter(|_| replacing.is_some()) {
            if marks.found.is_some() {
                claim(&prior.env, Role::Ends);
            }
            // Core plans no destruction for a replacement.
            said.extend([words::destroyed(prior, marks.found.as_ref())]);
        }
        // Of a replacement, core shows what its first plan says, and of the second one errors alone.
        if (prior.is_none() || replacing.is_some()) && !said.has_error() {
            said.extend(look(context, &planned).await);
        }
        let unknown = prior.as_ref().filter(|_| planned.env.is_unknown());
        said.extend(unknown.map(words::env_not_known_yet));
    }
    match prior {
        Some(prior) => {
            marks.has = Some(Has {
                env: prior.env,
                api_whitelist: prior.api_whitelist,
            });
        }
        None => marks = marks.of_new_object(),
    }
    marks.plan = Some(id);
    let mut planned = Planned::unchanged().with(said);
    planned.private = Some(marks.write());
    planned
}

/// Says what becomes of the whitelist.
pub(super) fn plan_destroy(
    context: &Context<Session>,
    request: &PlanDestroyRequest<State>,
) -> Diagnostics {
    if request.applying {
        return Diagnostics::new();
    }
    let state = &request.state;
    let marks = Marks::read(&request.private);
    let mut said = Diagnostics::from(words::destroyed(state, marks.found.as_ref()));
    if marks.found.is_some() {
        let id = marks.object.unwrap_or_else(ObjectId::new);
        let claims = &context.session.whitelists;
        let conflict = claims.plan(&state.env, &id, Role::Ends);
        said.extend(conflict.map(|conflict| words::conflict(&state.env, conflict)));
    }
    said
}

/// What a create would remove, as far as that is known.
async fn look(context: &Context<Session>, planned: &Config) -> Option<Diagnostic> {
    let (env, token) = (planned.env.known()?, planned.token.known()?);
    let Attr::Known(entries) = &planned.api_whitelist else {
        return None;
    };
    let wanted: Option<BTreeSet<String>> = entries
        .iter()
        .map(|entry| entry.known().map(ToString::to_string))
        .collect();
    let found = found(context, env, *token).await;
    match (found, wanted) {
        (Ok(found), Some(wanted)) => words::removes(env, &found, &wanted, false),
        (Ok(_), None) => None,
        (Err(error), _) => not_looked_up(env, &error),
    }
}

async fn found(
    context: &Context<Session>,
    env: &EnvId,
    token: Token,
) -> Result<BTreeSet<String>, Error> {
    let operation = deadline::operation(context, deadline::PLAN);
    let client = &context.session.client;
    let found = client.cloud_access(&operation, env, token.into()).await?;
    Ok(found.api_whitelist)
}

/// The warning that the API could not be asked; nothing where that is told already, or no news.
fn not_looked_up(env: &EnvId, error: &Error) -> Option<Diagnostic> {
    let class = error.class();
    let is_told = error.attempts() == 0 && matches!(class, Class::Token | Class::Exhausted);
    if is_told || matches!(class, Class::TokenUnknown | Class::Cancelled) {
        return None;
    }
    let asked = Asked::whitelist(format!(
        "look up in advance what the whitelist of environment {env} has"
    ));
    let path = AttributePath::root("env");
    let mut warning = api_errors::diagnostic(Severity::Warning, &asked, error, path);
    warning.detail.push_str(
        "\nThe apply looks again. What is on the whitelist and not in `api_whitelist` is removed then.",
    );
    Some(warning)
}
