//! Creating, changing and giving up the whitelist of an environment.

use super::marks::Marks;
use super::model::{Config, State, Wanted};
use super::words;
use crate::framework::resource::{Applied, CreateRequest, StateRequest, UpdateRequest};
use crate::framework::value::convert;
use crate::framework::{Context, Diagnostics};
use crate::provider::ledger::ObjectId;
use crate::provider::{Session, deadline, not_known};
use crate::wechat::WhitelistChange;

/// Remembers the whitelist that is there, and writes the wanted one.
pub(super) async fn create(
    context: &Context<Session>,
    request: CreateRequest<Config>,
) -> Applied<State> {
    let wanted = match wanted(&request.planned) {
        Ok(wanted) => wanted,
        Err(error) => return Applied::failed(error),
    };
    let object = ObjectId::new();
    let claims = &context.session.whitelists;
    if !claims.take(&wanted.env, &object) {
        return Applied::failed(words::written_by_another(&wanted.env));
    }
    let entries = wanted.entries();
    let operation = deadline::operation(context, deadline::WRITE);
    let change = WhitelistChange {
        env: &wanted.env,
        token: wanted.token.into(),
        expected: None,
        expected_open: None,
        wanted: &entries,
    };
    let client = &context.session.client;
    match client.change_whitelist(&operation, change).await {
        Ok(found) => {
            let off = words::switched_off(&wanted.env, found.open);
            let removed = words::removes(&wanted.env, &found.api_whitelist, &entries, true);
            let planned = Marks::read(&request.private);
            let marks = Marks {
                object: Some(object),
                found: Some(planned.former_list(&wanted.env, found.api_whitelist)),
                ..Marks::default()
            };
            let state = State {
                env: wanted.env,
                api_whitelist: entries,
                token: wanted.token,
                enabled: found.open,
            };
            Applied::state(state)
                .private(marks.write())
                .with(off)
                .with(removed)
        }
        Err(error) => {
            claims.end(&wanted.env, Some(&object));
            Applied::failed(words::not_created(&wanted.env, &error))
        }
    }
}

/// Writes the wanted whitelist, if it is another one and the present one is that of the state.
pub(super) async fn update(
    context: &Context<Session>,
    request: UpdateRequest<Config, State>,
) -> Applied<State> {
    let prior = request.prior;
    let wanted = match wanted(&request.planned) {
        Ok(wanted) => wanted,
        Err(error) => return Applied::failed(error),
    };
    // Core has stopped by then; if it has not, nothing may be sent.
    if wanted.env != prior.env {
        return Applied::failed(words::env_turned_out_different(&prior, &wanted.env));
    }
    let entries = wanted.entries();
    let expected_open = wanted.enabled.known().copied();
    if entries == prior.api_whitelist {
        let state = State {
            token: wanted.token,
            enabled: expected_open,
            ..prior
        };
        return Applied::state(state);
    }
    let mut marks = Marks::read(&request.private);
    (marks.has, marks.plan) = (None, None);
    let object = marks.object.get_or_insert_with(ObjectId::new).clone();
    if !context.session.whitelists.take(&wanted.env, &object) {
        return Applied::failed(words::written_by_another(&wanted.env));
    }
    let operation = deadline::operation(context, deadline::WRITE);
    let change = WhitelistChange {
        env: &wanted.env,
        token: wanted.token.into(),
        expected: Some(&prior.api_whitelist),
        expected_open,
        wanted: &entries,
    };
    let client = &context.session.client;
    match client.change_whitelist(&operation, change).await {
        Ok(found) => {
            let off = words::switched_off(&wanted.env, found.open);
            let state = State {
                env: wanted.env,
                api_whitelist: entries,
                token: wanted.token,
                enabled: found.open,
            };
            Applied::state(state).private(marks.write()).with(off)
        }
        Err(error) => Applied::failed(words::not_changed(&wanted.env, &error)),
    }
}

/// Puts the whitelist back that was found at create, if it is known.
pub(super) async fn delete(
    context: &Context<Session>,
    request: StateRequest<State>,
) -> Applied<State> {
    let state = request.state;
    let marks = Marks::read(&request.private).of_what_is_there();
    let Some(found) = marks.found else {
        return Applied::gone();
    };
    if !context
        .session
        .whitelists
        .end(&state.env, marks.object.as_ref())
    {
        return Applied::gone().with([words::left_to_another(&state.env, &found)]);
    }
    let operation = deadline::operation(context, deadline::WRITE);
    let change = WhitelistChange {
        env: &state.env,
        token: state.token.into(),
        expected: Some(&state.api_whitelist),
        expected_open: None,
        wanted: &found,
    };
    let client = &context.session.client;
    match client.change_whitelist(&operation, change).await {
        Ok(_) => Applied::gone(),
        Err(error) => Applied::failed(words::not_put_back(&state.env, &error)),
    }
}

fn wanted(planned: &Config) -> Result<Wanted, Diagnostics> {
    convert(planned).map_err(|error| not_known::diagnostic(&error).into())
}
