//! One request and its answer: pacing, log lines, and what a bad answer means.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::time::Instant;

use super::{
    envelope,
    rate_limit::Pacer,
    retry::Attempts,
    token_url::TokenUrl,
    transport::{Answer, NoAnswer, NoAnswerReason, Transport},
};
use crate::wechat::{Class, ClientSettings, Endpoint, Error, Operation, Setting, error_codes};

/// How long a write that is on its way may still answer after its operation was cancelled. Without its answer nobody
/// would know what took effect, and a confirmation URL would be lost, so that its administrator would be asked again.
pub(in crate::wechat) const CANCEL_GRACE: Duration = Duration::from_secs(10);

/// Fields of a request whose values are secrets.
const SECRET_FIELDS: [&str; 3] = [
    "component_appsecret",
    "component_verify_ticket",
    "authorizer_refresh_token",
];

/// The way to the API.
#[derive(Debug)]
pub(in crate::wechat) struct Wire {
    endpoint: Endpoint,
    transport: Transport,
    pacer: Pacer,
}

/// One request.
#[derive(Debug)]
pub(in crate::wechat) struct Request<'a> {
    pub(in crate::wechat) path: &'static str,
    pub(in crate::wechat) token: Option<&'a SecretString>,
    pub(in crate::wechat) body: &'a Value,
    /// The fields of which an answer without an `errcode` has one.
    pub(in crate::wechat) answers: &'static [&'static str],
    /// Whether it changes something, so that a lost answer leaves its effect open.
    pub(in crate::wechat) writes: bool,
    /// Whether the request or its answer holds secrets, so that neither is traced.
    pub(in crate::wechat) secret: bool,
}

impl Request<'_> {
    /// The environment that the call is about, for the log.
    fn env(&self) -> Option<&str> {
        let env = self
            .body
            .pointer("/data/0/env")
            .or_else(|| self.body.get("env"));
        env.and_then(Value::as_str)
    }

    /// How many mini programs the call names, for the log.
    fn appids(&self) -> Option<usize> {
        let appids = self
            .body
            .pointer("/data/0/appids")
            .or_else(|| self.body.get("appids"));
        appids.and_then(Value::as_array).map(Vec::len)
    }
}

/// A failed attempt.
#[derive(Debug)]
pub(in crate::wechat) struct Failed {
    pub(in crate::wechat) error: Error,
    /// How long the server asked to be left alone.
    pub(in crate::wechat) retry_after: Option<Duration>,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self {
            error,
            retry_after: None,
        }
    }
}

impl Wire {
    pub(in crate::wechat) fn new(settings: &ClientSettings) -> Self {
        Self {
            endpoint: settings.endpoint.clone(),
            transport: Transport::new(settings),
            pacer: Pacer::new(settings.requests_per_second),
        }
    }

    /// Sends one request when it is its turn, and reads the answer.
    pub(in crate::wechat) async fn send(
        &self,
        operation: &Operation,
        request: &Request<'_>,
        attempts: &mut Attempts,
    ) -> Result<Value, Failed> {
        let stopped = |stop| {
            if request.writes && attempts.made() == 0 {
                Error::not_sent(stop)
            } else {
                Error::stopped(stop).with_attempts(attempts.made())
            }
        };
        self.pacer.turn(operation).await.map_err(stopped)?;
        operation.check().map_err(stopped)?;
        let url = TokenUrl::new(self.endpoint.join(request.path), request.token);
        let body = request.body.to_string();
        attempts.count();
        tracing::trace!(
            path = request.path,
            body = if request.secret {
                "(secret)"
            } else {
                body.as_str()
            },
            "request"
        );
        let started = Instant::now();
        let grace = if request.writes {
            CANCEL_GRACE
        } else {
            Duration::ZERO
        };
        let sent = operation
            .run_with_grace(grace, self.transport.post(url, body))
            .await;
        let result = match sent {
            Err(stop) => Err(Error::stopped(stop).maybe_applied(request.writes).into()),
            Ok(Err(no_answer)) => {
                Err(unreachable(no_answer, &self.endpoint, request.writes).into())
            }
            Ok(Ok(answer)) => read(&answer, request),
        };
        tracing::debug!(
            path = request.path,
            env = request.env(),
            appids = request.appids(),
            attempt = attempts.made(),
            duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            errcode = result
                .as_ref()
                .map_or_else(|failed| failed.error.errcode(), |_| Some(0)),
            error = result.as_ref().err().map(|failed| failed.error.happened()),
            rid = result.as_ref().err().and_then(|failed| failed.error.rid()),
            "called the API"
        );
        result.map_err(|Failed { error, retry_after }| Failed {
            error: error.with_attempts(attempts.made()),
            retry_after,
        })
    }
}

fn read(answer: &Answer, request: &Request<'_>) -> Result<Value, Failed> {
    let text = scrubbed(&answer.body, request);
    tracing::trace!(
        path = request.path,
        status = answer.status,
        body = if request.secret {
            "(secret)"
        } else {
            text.as_str()
        },
        "answer"
    );
    let writes = request.writes;
    let error = match (answer.status, envelope::read(&text, request.answers)) {
        (200, Ok(value)) => return Ok(value),
        // The API's own refusals come with status 200; a gateway may give them another one.
        (status, Err(error)) if error.errcode().is_some() => {
            let open = error.errcode().is_some_and(error_codes::leaves_effect_open);
            error.maybe_applied(writes && (open || status >= 500))
        }
        (200, Err(error)) => error.maybe_applied(writes),
        (status, _) => bad_status(status).maybe_applied(writes && status >= 500),
    };
    Err(Failed {
        error,
        retry_after: answer.retry_after,
    })
}

fn bad_status(status: u16) -> Error {
    let happened = format!("the answer had the HTTP status {status}");
    match status {
        429 => Error::new(Class::Throttled, happened)
            .meaning("Something between here and the API limits the number of calls.")
            .next_step("Make fewer calls a second, or run it again later.")
            .with_setting(Setting::RequestRate),
        500.. => Error::new(Class::Transient, happened)
            .meaning("The API, or a gateway in front of it, is out of order.")
            .next_step("Run it again later."),
        _ => Error::new(Class::Http, happened)
            .meaning("The API answers every call with status 200, so this is not its own answer.")
            .next_step("Check the endpoint and any proxy between here and the API."),
    }
}

fn unreachable(no_answer: NoAnswer, endpoint: &Endpoint, writes: bool) -> Error {
    let error = match no_answer.reason {
        NoAnswerReason::Setup(reason) => Error::new(
            Class::Caller,
            format!("the HTTP client could not be set up: {reason}"),
        )
        .next_step("Check the system's root certificates and its proxy settings."),
        NoAnswerReason::Connection(reason) => Error::new(
            Class::Unreachable,
            format!("no answer from {endpoint}: {reason}"),
        )
        .next_step("Check the network, the endpoint and any proxy, then run it again."),
        NoAnswerReason::TimedOut(limit) => Error::new(
            Class::Unreachable,
            format!(
                "no answer from {endpoint} within {}",
                humantime::format_duration(limit)
            ),
        )
        .next_step("Run it again later, or allow an answer more time.")
        .with_setting(Setting::RequestTimeout),
        NoAnswerReason::TooLong => {
            Error::new(Class::Malformed, "the answer was longer than 16 MiB")
                .next_step("Check the endpoint and any proxy between here and the API.")
        }
    };
    error.maybe_applied(writes && no_answer.maybe_sent)
}

/// The answer as text, without the secrets of the request should they have been repeated in it. A stray byte in a
/// message (old answers are not always UTF-8) must not hide the code beside it.
fn scrubbed(body: &[u8], request: &Request<'_>) -> String {
    /// Secrets are far longer; replacing a shorter text could break the JSON around it.
    const SHORTEST: usize = 8;
    let mut text = String::from_utf8_lossy(body).into_owned();
    let token = request.token.map(ExposeSecret::expose_secret);
    let fields = SECRET_FIELDS
        .iter()
        .filter_map(|field| request.body.get(field)?.as_str());
    for secret in token
        .into_iter()
        .chain(fields)
        .filter(|secret| secret.len() >= SHORTEST)
    {
        if text.contains(secret) {
            text = text.replace(secret, "***");
        }
    }
    text
}
