//! The HTTP server: one API call from arrival to answer, faults included.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State as Extract};
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::Response;
use axum::routing::any;
use axum::{Extension, Router};
use serde_json::Value;
use tokio::time::Instant;

use super::answer::{Fields, Refusal};
use super::app::{App, respond};
use super::calls::Arrival;
use super::connection::Breaker;
use super::endpoint::Endpoint;
use super::endpoints::{self, Request};
use super::faults::{Effect, Fault};
use super::request::Subject;
use super::state::Shared;
use super::{control, pages};

/// Larger bodies are refused with HTTP 413.
const LARGEST_BODY: usize = 4 << 20;

/// Of the calls that carry a file of up to 20 MiB in base64.
const LARGEST_UPLOAD: usize = 28 << 20;

/// All routes: the API, the pages and the control path.
pub(super) fn router(app: App) -> Router {
    let api = Endpoint::ALL
        .iter()
        .fold(Router::new(), |router, endpoint| {
            let largest = if endpoint.takes_file() {
                LARGEST_UPLOAD
            } else {
                LARGEST_BODY
            };
            let call = any(api_call).layer(DefaultBodyLimit::max(largest));
            router.route(endpoint.path(), call)
        });
    api.merge(pages::routes())
        .merge(control::routes())
        .fallback(unknown_path)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(app)
}

/// The real API answers paths it does not know with 40066.
async fn unknown_path() -> Response {
    let body = Refusal::new(40066, "invalid url").into_body();
    respond(
        StatusCode::OK,
        "application/json; encoding=utf-8",
        to_bytes(body),
    )
}

/// How a call is answered.
enum Reply {
    /// HTTP 200 with JSON.
    Json(Fields),
    /// These bytes.
    Raw { status: StatusCode, body: Vec<u8> },
    /// No answer: the connection is reset.
    Reset,
    /// Half an answer, then the connection is reset.
    Cut(Fields),
}

async fn api_call(
    Extract(app): Extract<App>,
    Extension(breaker): Extension<Breaker>,
    method: Method,
    uri: Uri,
    headers: axum::http::HeaderMap,
    bytes: Bytes,
) -> Response {
    let Some(endpoint) = Endpoint::from_path(uri.path()) else {
        return respond(StatusCode::NOT_FOUND, "text/plain", Vec::new());
    };
    let is_post = method == Method::POST;
    if is_post && !headers.contains_key(header::CONTENT_LENGTH) {
        // The front server's doing, before the API: a chunked body has no length.
        return respond(StatusCode::PRECONDITION_FAILED, "text/plain", Vec::new());
    }
    let token = access_token(&uri, endpoint);
    let body: Option<Value> = serde_json::from_slice(&bytes).ok();
    let request = Request {
        endpoint,
        is_post,
        token: token.as_deref(),
        is_empty: bytes.is_empty(),
        body: body.as_ref(),
    };
    let (number, fault, latency) = arrive(&app.shared, &request, method.as_str(), bytes.len());
    app.sleep(latency).await;

    let content_type = match fault.as_ref().map(|fault| &fault.effect) {
        Some(Effect::ContentType(other)) => other.as_str(),
        _ => endpoint.content_type(),
    };
    let content_type = content_type.to_owned();
    let reply = app.reply(number, &request, fault).await;

    let errcode = match &reply {
        Reply::Json(body) => Some(body.get("errcode").and_then(Value::as_i64).unwrap_or(0)),
        Reply::Raw { .. } | Reply::Reset | Reply::Cut(_) => None,
    };
    app.shared
        .lock()
        .calls
        .answered(number, errcode, Instant::now());
    match reply {
        Reply::Json(body) => respond(StatusCode::OK, &content_type, to_bytes(body)),
        Reply::Raw { status, body } => respond(status, &content_type, body),
        Reply::Reset => {
            breaker.reset();
            respond(StatusCode::OK, &content_type, Vec::new())
        }
        Reply::Cut(body) => {
            let body = to_bytes(body);
            breaker.cut_after(body.len() / 2);
            respond(StatusCode::OK, &content_type, body)
        }
    }
}

/// Logs the call and finds out what is to happen to it.
fn arrive(
    shared: &Shared,
    request: &Request<'_>,
    method: &str,
    length: usize,
) -> (u64, Option<Fault>, Duration) {
    let body = request.body.cloned().unwrap_or(Value::Null);
    let subject = Subject::of(&body);
    let mut state = shared.lock();
    let fault = state.faults.strike(request.endpoint, &subject);
    let token = state.tokens.seen(request.token);
    let number = state.calls.arrive(Arrival {
        endpoint: request.endpoint,
        method,
        body,
        length,
        subject: &subject,
        token,
        fault: fault.as_ref().map(|fault| fault.effect.clone()),
        at: Instant::now(),
    });
    shared.arrived.notify_waiters();
    (number, fault, state.latency_of(request.endpoint))
}

impl App {
    /// Sleeps, but not beyond the end of the sandbox.
    async fn sleep(&self, duration: Duration) {
        if duration.is_zero() {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(duration) => {}
            () = self.stopping.cancelled() => {}
        }
    }

    fn work(&self, number: u64, request: &Request<'_>) -> Fields {
        let mut state = self.shared.lock();
        state.calls.worked(number);
        endpoints::work(&mut state, request, Instant::now()).unwrap_or_else(Refusal::into_body)
    }

    async fn reply(&self, number: u64, request: &Request<'_>, fault: Option<Fault>) -> Reply {
        let Some(fault) = fault else {
            return Reply::Json(self.work(number, request));
        };
        let works = fault.after_work || fault.effect.needs_work();
        let real = works.then(|| self.work(number, request));
        self.spoil(fault.effect, real).await
    }

    /// The answer that a fault makes of the real one, if there is a real one.
    async fn spoil(&self, effect: Effect, real: Option<Fields>) -> Reply {
        if let Some(refusal) = effect.refusal() {
            return Reply::Json(refusal.into_body());
        }
        let mut answer = real.unwrap_or_else(super::answer::ok);
        match effect {
            Effect::Http { status, body } => Reply::Raw {
                status: StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY),
                body: body.into_bytes(),
            },
            Effect::EmptyBody => Reply::Raw {
                status: StatusCode::OK,
                body: Vec::new(),
            },
            Effect::TruncatedJson => {
                let mut body = to_bytes(answer);
                body.truncate(body.len() - body.len() / 3 - 1);
                Reply::Raw {
                    status: StatusCode::OK,
                    body,
                }
            }
            Effect::Garbage => Reply::Raw {
                status: StatusCode::OK,
                body: b"<html><body>\xb7\xfe\xce\xf1 unavailable</body></html>".to_vec(),
            },
            Effect::Reset => Reply::Reset,
            Effect::Cut => Reply::Cut(answer),
            Effect::Hang(duration) => {
                self.sleep(duration).await;
                Reply::Reset
            }
            Effect::Slow(duration) => {
                self.sleep(duration).await;
                Reply::Json(answer)
            }
            Effect::NullLists => {
                for value in answer.values_mut().filter(|value| value.is_array()) {
                    *value = Value::Null;
                }
                Reply::Json(answer)
            }
            Effect::MissingLists => {
                answer.retain(|_, value| !value.is_array());
                Reply::Json(answer)
            }
            Effect::MissingErrcode => {
                answer.remove("errcode");
                answer.remove("errmsg");
                Reply::Json(answer)
            }
            Effect::MangledAppid(appid) => {
                mangle(&mut answer, &appid);
                Reply::Json(answer)
            }
            Effect::OtherEnv(env) => {
                rename_envs(&mut answer, &env);
                Reply::Json(answer)
            }
            Effect::Field { path, value } => {
                let mut whole = Value::Object(answer);
                set_field(&mut whole, &path, value.as_ref());
                match whole {
                    Value::Object(answer) => Reply::Json(answer),
                    _ => Reply::Json(Fields::new()),
                }
            }
            Effect::AddedRow { list, row } => {
                if let Value::Array(rows) = answer
                    .entry(list)
                    .or_insert_with(|| Vec::<Value>::new().into())
                {
                    rows.push(row);
                }
                Reply::Json(answer)
            }
            _ => Reply::Json(answer),
        }
    }
}

/// Takes the last character off `appid` in every row that names it.
fn mangle(answer: &mut Fields, appid: &str) {
    let mut shorter = appid.to_owned();
    shorter.pop();
    let rows = answer
        .values_mut()
        .filter_map(Value::as_array_mut)
        .flatten();
    for row in rows.filter(|row| row["appid"] == appid) {
        row["appid"] = shorter.as_str().into();
    }
}

/// Gives the field at `path` a value, or takes it out, in every row that the path leads to.
fn set_field(value: &mut Value, path: &str, to: Option<&Value>) {
    let Some((step, rest)) = path.split_once('.') else {
        if let Some(fields) = value.as_object_mut() {
            match to {
                Some(to) => _ = fields.insert(path.to_owned(), to.clone()),
                None => _ = fields.remove(path),
            }
        }
        return;
    };
    let Some(next) = value.get_mut(step.trim_end_matches("[]")) else {
        return;
    };
    match next {
        Value::Array(rows) => rows.iter_mut().for_each(|row| set_field(row, rest, to)),
        next => set_field(next, rest, to),
    }
}

/// Puts `env` into every row of `err_list` that has an environment.
fn rename_envs(answer: &mut Fields, env: &str) {
    let rows = answer.get_mut("err_list").and_then(Value::as_array_mut);
    let envs = rows
        .into_iter()
        .flatten()
        .filter_map(|row| row.get_mut("env"));
    for named in envs {
        *named = env.into();
    }
}

/// `access_token` of the URL; under `/cgi-bin/component/` older pages call it
/// `component_access_token`, and both names are in use.
fn access_token(uri: &Uri, endpoint: Endpoint) -> Option<String> {
    let older = endpoint.path().starts_with("/cgi-bin/component/");
    url::form_urlencoded::parse(uri.query()?.as_bytes())
        .find(|(name, _)| name == "access_token" || older && name == "component_access_token")
        .map(|(_, token)| token.into_owned())
}

fn to_bytes(body: Fields) -> Vec<u8> {
    Value::Object(body).to_string().into_bytes()
}
