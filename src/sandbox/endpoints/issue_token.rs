//! `api_component_token` and `api_authorizer_token`. Their success bodies have no errcode.

use serde_json::{Value, json};
use tokio::time::Instant;

use super::super::answer::{Fields, Outcome, Refusal};
use super::super::request::{Body, is_appid};
use super::super::state::State;
use super::super::tokens::{GRACE, TokenKind};

/// A new token at every call; the one before works for five minutes more.
pub(super) fn component_token(state: &mut State, body: Body<'_>, now: Instant) -> Outcome {
    check_component(state, body)?;
    let platform = &state.platform;
    match body.optional_text("component_appsecret")? {
        None | Some("") => return Err(Refusal::appsecret_missing()),
        Some(secret) if secret != platform.component.appsecret => {
            return Err(Refusal::invalid_appsecret());
        }
        Some(_) => {}
    }
    if body.optional_text("component_verify_ticket")? != Some(&platform.component.verify_ticket) {
        return Err(Refusal::ticket_invalid());
    }
    if state.behaviour.ticket_expired {
        return Err(Refusal::ticket_expired());
    }
    let token = state.rotate(TokenKind::Component, GRACE, now);
    Ok(fields(json!({
        "component_access_token": token,
        "expires_in": state.tokens.life.as_secs(),
    })))
}

/// The refresh token stays the same, as documented.
pub(super) fn authorizer_token(state: &mut State, body: Body<'_>, now: Instant) -> Outcome {
    check_component(state, body)?;
    let appid = body.text("authorizer_appid")?;
    let refresh_token = body.text("authorizer_refresh_token")?;
    let authorizer = state
        .platform
        .authorizer(appid)
        .ok_or_else(Refusal::not_authorized_to_platform)?;
    if refresh_token.is_empty() || authorizer.refresh_token.as_deref() != Some(refresh_token) {
        return Err(Refusal::refresh_token_invalid());
    }
    let token = state.tokens.issue(TokenKind::Authorizer, appid, GRACE, now);
    Ok(fields(json!({
        "authorizer_access_token": token,
        "expires_in": state.tokens.life.as_secs(),
        "authorizer_refresh_token": refresh_token,
    })))
}

/// `component_appid` has to be the platform's: malformed 40013, another account's 61011.
pub(super) fn check_component(state: &State, body: Body<'_>) -> Result<(), Refusal> {
    let appid = body.text("component_appid")?;
    if appid == state.platform.component.appid {
        Ok(())
    } else if is_appid(appid) {
        Err(Refusal::not_a_platform())
    } else {
        Err(Refusal::invalid_appid())
    }
}

fn fields(value: Value) -> Fields {
    match value {
        Value::Object(fields) => fields,
        _ => Fields::new(),
    }
}
