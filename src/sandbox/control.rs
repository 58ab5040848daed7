//! The control path, `/_sandbox/…`: the handle's methods over HTTP, for people and other processes.
//! The table is in the documentation of the [`sandbox`](super) module.

use std::time::Duration;

use axum::Router;
use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::response::Response;
use axum::routing::{any, get, post};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::app::{App, respond};
use super::appids;
use super::confirm::Confirm;
use super::durations;
use super::endpoint::Endpoint;
use super::environments::Environment;
use super::faults::Fault;
use super::functions::Function;
use super::guard;
use super::platform::Authorizer;
use super::quotas::Quota;
use super::request::is_env;
use super::seed::{Latency, Refused};
use super::shares::Pair;
use super::state::State;
use super::tokens::TokenKind;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/_sandbox/state", get(state))
        .route("/_sandbox/calls", get(calls).delete(clear_calls))
        .route(
            "/_sandbox/faults",
            get(faults).post(inject).delete(clear_faults),
        )
        .route("/_sandbox/bind", post(bind))
        .route("/_sandbox/unbind", post(unbind))
        .route("/_sandbox/approve", post(approve))
        .route("/_sandbox/refuse", post(refuse))
        .route("/_sandbox/confirm", post(confirm))
        .route("/_sandbox/tokens", post(tokens))
        .route("/_sandbox/quotas", post(quotas))
        .route("/_sandbox/latency", post(latency))
        .route("/_sandbox/refusals", post(refuse_appid).delete(allow_appid))
        .route("/_sandbox/behaviour", post(behaviour))
        .route("/_sandbox/envs", post(put_env).delete(remove_env))
        .route(
            "/_sandbox/functions",
            post(put_function).delete(remove_function),
        )
        .route("/_sandbox/authorizers", post(put_authorizer))
        .route("/_sandbox/cloud_access", post(change_cloud_access))
        .route("/_sandbox/{*path}", any(unknown))
        .layer(from_fn(guard::control))
}

async fn unknown() -> Response {
    let error = "no such control path; `terraform-provider-cloudbase sandbox` prints some to try";
    json_response(StatusCode::NOT_FOUND, &json!({ "error": error }))
}

async fn state(Extract(app): Extract<App>) -> Response {
    done(&app.shared.lock().describe(Instant::now()))
}

async fn calls(Extract(app): Extract<App>) -> Response {
    let state = app.shared.lock();
    let started = state.started;
    let calls: Vec<Value> = state
        .calls
        .all()
        .into_iter()
        .map(|call| {
            let millis = |at: Instant| at.duration_since(started).as_secs_f64() * 1000.0;
            let mut row = json!(call);
            row["path"] = call.endpoint.path().into();
            row["at_ms"] = millis(call.at).into();
            row["answered_at_ms"] = call.answered_at.map(millis).into();
            row
        })
        .collect();
    done(&json!({ "calls": calls }))
}

async fn clear_calls(Extract(app): Extract<App>) -> Response {
    app.shared.lock().calls.clear();
    done(&json!({}))
}

async fn faults(Extract(app): Extract<App>) -> Response {
    done(&json!({"faults": app.shared.lock().faults.armed()}))
}

async fn inject(Extract(app): Extract<App>, body: String) -> Response {
    command(&app, &body, |state, fault: Fault| {
        state.faults.inject(fault);
        Ok(json!({}))
    })
}

async fn clear_faults(Extract(app): Extract<App>) -> Response {
    app.shared.lock().faults.clear();
    done(&json!({}))
}

/// One share, as the body of a command.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Share {
    env: String,
    appid: String,
    #[serde(default)]
    source_type: i64,
}

impl Share {
    fn pair(&self) -> Result<Pair, String> {
        if !is_env(&self.env) {
            return Err(format!("{:?} is not an environment id", self.env));
        }
        appids::check(&self.appid)?;
        if !matches!(self.source_type, 0 | 1) {
            return Err(format!(
                "source_type {} is neither 0 nor 1",
                self.source_type
            ));
        }
        Ok(Pair::new(&self.env, &self.appid, self.source_type))
    }
}

async fn bind(Extract(app): Extract<App>, body: String) -> Response {
    command(&app, &body, |state, share: Share| {
        state.shares.bind(&share.pair()?);
        Ok(json!({}))
    })
}

async fn unbind(Extract(app): Extract<App>, body: String) -> Response {
    command(&app, &body, |state, share: Share| {
        Ok(json!({"found": state.shares.remove(&share.pair()?)}))
    })
}

/// Whom an administrator's answer is about: one share, or all that wait.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decision {
    env: Option<String>,
    appid: Option<String>,
    #[serde(default)]
    all: bool,
}

async fn approve(Extract(app): Extract<App>, body: String) -> Response {
    decide(&app, &body, true)
}

async fn refuse(Extract(app): Extract<App>, body: String) -> Response {
    decide(&app, &body, false)
}

fn decide(app: &App, body: &str, approve: bool) -> Response {
    command(app, body, |state, decision: Decision| {
        let now = Instant::now();
        let decided = match (decision.env, decision.appid, decision.all) {
            (Some(env), Some(appid), false) => {
                usize::from(state.decide(&env, &appid, approve, now))
            }
            (None, None, true) => {
                let waiting = state.pending(now);
                for share in &waiting {
                    let pair = Pair::new(&share.env, &share.appid, share.source_type);
                    state.shares.decide_pair(&pair, approve);
                }
                waiting.len()
            }
            _ => return Err("give env and appid, or {\"all\": true}".to_owned()),
        };
        Ok(json!({ "decided": decided }))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetConfirm {
    mode: Confirm,
}

async fn confirm(Extract(app): Extract<App>, body: String) -> Response {
    command(&app, &body, |state, SetConfirm { mode }| {
        state.confirm = mode;
        Ok(json!({}))
    })
}

/// What is to happen to the tokens of one kind.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum TokenAction {
    /// A new token; the old ones work for so much longer, then 40001.
    Rotate {
        #[serde(with = "durations")]
        grace: Duration,
    },
    /// 42001 from now on.
    Expire,
    /// 42001 after so long.
    ExpireIn(#[serde(with = "durations")] Duration),
    /// 42001 after so many calls.
    ExpireAfterCalls(u64),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenCommand {
    kind: TokenKind,
    action: TokenAction,
}

async fn tokens(Extract(app): Extract<App>, body: String) -> Response {
    command(&app, &body, |state, TokenCommand { kind, action }| {
        let now = Instant::now();
        match action {
            TokenAction::Rotate { grace } => {
                state.rotate(kind, grace, now);
            }
            TokenAction::Expire => state.tokens.end(kind, now),
            TokenAction::ExpireIn(life) => state.tokens.end(kind, now + life),
            TokenAction::ExpireAfterCalls(calls) => state.tokens.limit_calls(kind, calls, now),
        }
        Ok(json!({"token": state.token(kind, now)}))
    })
}

async fn quotas(Extract(app): Extract<App>, body: String) -> Response {
    command(&app, &body, |state, quota: Quota| {
        state.quotas.set(quota);
        Ok(json!({}))
    })
}

async fn latency(Extract(app): Extract<App>, body: String) -> Response {
    command(&app, &body, |state, Latency { endpoint, latency }| {
        state.latency.insert(endpoint, latency);
        Ok(json!({}))
    })
}

async fn refuse_appid(Extract(app): Extract<App>, body: String) -> Response {
    command(&app, &body, |state, Refused { on, appid, errmsg }| {
        if !on.has_items() {
            return Err("on is share, unshare or query".to_owned());
        }
        state.refusals.insert((on, appid), errmsg);
        Ok(json!({}))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Allowed {
    on: Endpoint,
    appid: String,
}

async fn allow_appid(Extract(app): Extract<App>, body: String) -> Response {
    command(&app, &body, |state, Allowed { on, appid }| {
        Ok(json!({"found": state.refusals.remove(&(on, appid)).is_some()}))
    })
}

async fn behaviour(Extract(app): Extract<App>, body: String) -> Response {
    command(&app, &body, |state, change: Map<String, Value>| {
        state.behaviour.change(change)?;
        Ok(json!({}))
    })
}

async fn put_env(Extract(app): Extract<App>, body: String) -> Response {
    command(&app, &body, |state, environment: Environment| {
        state.environments.put(environment);
        Ok(json!({}))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RemoveEnv {
    env: String,
}

async fn remove_env(Extract(app): Extract<App>, body: String) -> Response {
    command(&app, &body, |state, RemoveEnv { env }| {
        Ok(json!({"found": state.environments.remove(&env)}))
    })
}

async fn put_function(Extract(app): Extract<App>, body: String) -> Response {
    command(&app, &body, |state, function: Function| {
        if !is_env(&function.env) {
            return Err(format!("{:?} is not an environment id", function.env));
        }
        state.functions.put(function, Instant::now());
        Ok(json!({}))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RemoveFunction {
    env: String,
    name: String,
}

async fn remove_function(Extract(app): Extract<App>, body: String) -> Response {
    command(&app, &body, |state, RemoveFunction { env, name }| {
        Ok(json!({"found": state.functions.remove(&env, &name)}))
    })
}

async fn put_authorizer(Extract(app): Extract<App>, body: String) -> Response {
    command(&app, &body, |state, authorizer: Authorizer| {
        state.platform.put_authorizer(authorizer);
        Ok(json!({}))
    })
}

/// What somebody else changes of it: the account's switch, or one whitelist.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangedAccess {
    open: Option<bool>,
    env: Option<String>,
    api_whitelist: Option<Vec<String>>,
}

async fn change_cloud_access(Extract(app): Extract<App>, body: String) -> Response {
    command(&app, &body, |state, changed: ChangedAccess| {
        match (changed.env, changed.api_whitelist) {
            (None, None) => {}
            (Some(env), Some(entries)) if is_env(&env) => state.cloud_access.set(&env, entries),
            (Some(env), Some(_)) => return Err(format!("{env:?} is not an environment id")),
            _ => return Err("give env and api_whitelist, or open, or all three".to_owned()),
        }
        if let Some(open) = changed.open {
            state.cloud_access.open = open;
        }
        Ok(json!({}))
    })
}

/// Reads the body as JSON (of whatever Content-Type), acts, and answers 200; 400 with `error` when
/// the body is not right, and then nothing has changed.
fn command<T: DeserializeOwned>(
    app: &App,
    body: &str,
    act: impl FnOnce(&mut State, T) -> Result<Value, String>,
) -> Response {
    let acted = serde_json::from_str(body)
        .map_err(|error| error.to_string())
        .and_then(|input| act(&mut app.shared.lock(), input));
    match acted {
        Ok(answer) => done(&answer),
        Err(error) => json_response(StatusCode::BAD_REQUEST, &json!({ "error": error })),
    }
}

fn done(answer: &Value) -> Response {
    json_response(StatusCode::OK, answer)
}

fn json_response(status: StatusCode, body: &Value) -> Response {
    let mut text = format!("{body:#}");
    text.push('\n');
    respond(status, "application/json", text.into_bytes())
}
