//! One request and its answer: pacing, log lines, and what a bad answer means.

use std::{borrow::Cow, time::Duration};

use secrecy::SecretString;
use serde_json::Value;
use tokio::time::Instant;

use super::{
    answer_limit::AnswerLimit,
    body::Body,
    envelope::{self, Accepted},
    rate_limit::Pacer,
    redaction::Secrets,
    retry::Attempts,
    token_url::TokenUrl,
    transport::{Answer, NoAnswer, NoAnswerReason, Transport},
    visible::visible,
};
use crate::wechat::{BaseUrl, Class, ClientSettings, Error, Operation, Setting, Stop, error_codes};

/// How long a write that is on its way may still answer after its operation has ended. Without its answer nobody would
/// know what took effect, and a confirmation URL would be lost, so that its administrator would be asked again.
pub(in crate::wechat) const GRACE: Duration = Duration::from_secs(10);

/// The way to the API. What comes back on it is scrubbed of secrets before anybody sees it.
#[derive(Debug)]
pub(in crate::wechat) struct Wire {
    endpoint: BaseUrl,
    transport: Transport,
    pacer: Pacer,
    secrets: Secrets,
}

/// What a call has to do with secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::wechat) enum Secrecy {
    /// Nothing but its token: request and answer are traced.
    Open,
    /// The request or its answer holds secrets, so that neither is traced.
    Untraced,
    /// It is made for the secrets in its answer. It is not traced either, and its answer is read as it came: whoever reads
    /// it adds those secrets to the client's, and scrubs what else is taken from it.
    Yields,
}

/// One request.
#[derive(Debug)]
pub(in crate::wechat) struct Request<'a> {
    pub(in crate::wechat) path: &'static str,
    pub(in crate::wechat) token: Option<&'a SecretString>,
    pub(in crate::wechat) body: &'a Body,
    /// The fields of which an answer without an `errcode` has one.
    pub(in crate::wechat) answers: &'static [&'static str],
    pub(in crate::wechat) limit: AnswerLimit,
    /// Whether it changes something, so that a lost answer leaves its effect open.
    pub(in crate::wechat) writes: bool,
    pub(in crate::wechat) secrecy: Secrecy,
}

impl Request<'_> {
    /// The environment that the call is about, for the log; none if there are several.
    fn env(&self) -> Option<&str> {
        let env = match self.data() {
            [one] => one.get("env"),
            _ => self.body.about().get("env"),
        };
        env.and_then(Value::as_str)
    }

    /// How many mini programs the call names, for the log.
    fn appids(&self) -> Option<usize> {
        let lists = self.data().iter().chain([self.body.about()]);
        let lists = lists.filter_map(|of| of.get("appids")?.as_array());
        lists.map(Vec::len).reduce(|sum, more| sum + more)
    }

    /// The environments of a write, each with its mini programs.
    fn data(&self) -> &[Value] {
        let data = self.body.about().get("data").and_then(Value::as_array);
        data.map_or(&[], Vec::as_slice)
    }

    /// What of a body, be it of the request or of its answer, goes into the log.
    fn traced<'b>(&self, body: &'b str) -> Cow<'b, str> {
        match self.secrecy {
            Secrecy::Open => visible(body),
            Secrecy::Untraced | Secrecy::Yields => "(secret)".into(),
        }
    }
}

/// A failed attempt.
#[derive(Debug)]
pub(in crate::wechat) struct Failed {
    pub(in crate::wechat) error: Error,
    /// How long the server asked to be left alone.
    pub(in crate::wechat) retry_after: Option<Duration>,
    /// Nothing was sent, since not all that the request carries is wanted any more.
    pub(in crate::wechat) is_withdrawn: bool,
}

/// Asked right before a request goes out: whether all that it carries is still wanted. What is sent then can't be
/// withdrawn any more.
pub(in crate::wechat) type Claim<'a> = &'a (dyn Fn() -> bool + Send + Sync);

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self {
            error,
            retry_after: None,
            is_withdrawn: false,
        }
    }
}

impl Wire {
    pub(in crate::wechat) fn new(settings: &ClientSettings) -> Self {
        let secrets = Secrets::default();
        secrets.add(settings.credentials.secrets());
        Self {
            endpoint: settings.endpoint.clone(),
            transport: Transport::new(settings),
            pacer: Pacer::new(settings.requests_per_second),
            secrets,
        }
    }

    /// What must not be shown.
    pub(in crate::wechat) fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Sends one request when it is its turn, if `claim` holds then, and reads the answer.
    pub(in crate::wechat) async fn send(
        &self,
        operation: &Operation,
        request: &Request<'_>,
        claim: Claim<'_>,
        attempts: &mut Attempts,
    ) -> Result<Accepted, Failed> {
        let stopped = |stop| {
            if request.writes && attempts.made() == 0 {
                Error::not_sent(stop)
            } else {
                Error::stopped(stop).with_attempts(attempts.made())
            }
        };
        self.pacer.turn(operation).await.map_err(stopped)?;
        operation.check().map_err(stopped)?;
        if !claim() {
            return Err(Failed {
                is_withdrawn: true,
                ..Error::not_sent(Stop::Cancelled).into()
            });
        }
        let url = TokenUrl::new(self.endpoint.join(request.path), request.token);
        let body = request.body.text();
        attempts.count();
        tracing::trace!(
            path = request.path,
            body = &*request.traced(&request.body.loggable(&body)),
            "request"
        );
        let started = Instant::now();
        let grace = if request.writes {
            GRACE
        } else {
            Duration::ZERO
        };
        let sent = operation
            .run_with_grace(grace, self.transport.post(url, body, request.limit))
            .await;
        let result = match sent {
            Err(stop) => Err(Error::stopped(stop).maybe_applied(request.writes).into()),
            Ok(Err(no_answer)) => Err(self.unreachable(no_answer, request.writes).into()),
            Ok(Ok(answer)) => self.read(answer, request),
        };
        tracing::debug!(
            path = request.path,
            env = request.env(),
            envs = Some(request.data().len()).filter(|envs| *envs > 0),
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
        result.map_err(|failed| Failed {
            error: failed.error.with_attempts(attempts.made()),
            retry_after: failed.retry_after,
            is_withdrawn: false,
        })
    }

    /// Scrubs an answer and looks whether it refuses the call.
    fn read(&self, answer: Answer, request: &Request<'_>) -> Result<Accepted, Failed> {
        let text = text(answer.body);
        let text = match request.secrecy {
            Secrecy::Yields => text,
            Secrecy::Open | Secrecy::Untraced => self.secrets.scrubbed(text),
        };
        tracing::trace!(
            path = request.path,
            status = answer.status,
            body = &*request.traced(&text),
            "answer"
        );
        let writes = request.writes;
        let shown = |errmsg: &str| self.secrets.scrub(errmsg).into_owned();
        let error = match (
            answer.status,
            envelope::check(&text, request.answers, shown),
        ) {
            (200, Ok(())) => return Ok(Accepted::new(text)),
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
            is_withdrawn: false,
        })
    }

    /// The error of a request without an answer.
    fn unreachable(&self, no_answer: NoAnswer, writes: bool) -> Error {
        let endpoint = &self.endpoint;
        let shown = |reason: &str| visible(&self.secrets.scrub(reason)).into_owned();
        let error = match no_answer.reason {
            NoAnswerReason::Setup(reason) => Error::new(
                Class::Caller,
                format!("the HTTP client could not be set up: {}", shown(&reason)),
            )
            .with_setting(Setting::Roots),
            NoAnswerReason::Certificate(reason) => Error::new(
                Class::Caller,
                format!(
                    "the certificate of {endpoint} was refused: {}",
                    shown(&reason)
                ),
            )
            .next_step(
                "Check the endpoint. A proxy that inspects TLS, or a private CA, has a root certificate of its own, \
                 which has to be trusted.",
            )
            .with_setting(Setting::Roots),
            NoAnswerReason::Connection(reason) => Error::new(
                Class::Unreachable,
                format!("no answer from {endpoint}: {}", shown(&reason)),
            )
            .next_step("Check the network, the endpoint and any proxy, then run it again."),
            NoAnswerReason::TimedOut(limit) => Error::new(
                Class::Unreachable,
                format!(
                    "no answer from {endpoint} within {}",
                    humantime::format_duration(limit)
                ),
            )
            .next_step("Try again later, or allow an answer more time.")
            .with_setting(Setting::RequestTimeout),
            NoAnswerReason::TooLong(limit) => Error::new(
                Class::Malformed,
                format!("the answer was longer than {limit}, which no answer to this call is"),
            )
            .next_step("Check the endpoint and any proxy between here and the API."),
        };
        error.maybe_applied(writes && no_answer.maybe_sent)
    }
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
            .next_step("Try again later."),
        _ => Error::new(Class::Http, happened)
            .meaning("The API answers every call with status 200, so this is not its own answer.")
            .next_step("Check the endpoint and any proxy between here and the API."),
    }
}

/// The answer as text. A stray byte in a message (old answers are not always UTF-8) must not hide the code beside it.
fn text(body: Vec<u8>) -> String {
    String::from_utf8(body)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
