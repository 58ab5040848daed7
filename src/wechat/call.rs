//! One call of the API: attempts, token and log lines around the HTTP transport.

use std::time::{Duration, SystemTime};

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::time::Instant;

use super::{
    Class, Client, Error, Operation, TokenKind, envelope,
    operation::Stop,
    retry::Attempts,
    safe_url::TokenUrl,
    tokens::Lease,
    transport::{Answer, NoAnswer, NoAnswerReason},
};

/// What is asked of the API.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) path: &'static str,
    pub(super) token: TokenKind,
    pub(super) body: Value,
    /// Whether it changes something, so that a lost answer leaves its effect open.
    pub(super) writes: bool,
}

/// A failed attempt.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) error: Error,
    /// How long the server asked to be left alone.
    pub(super) retry_after: Option<Duration>,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self {
            error,
            retry_after: None,
        }
    }
}

impl Client {
    /// Calls until there is an answer, the call can't be retried, or the operation is over.
    pub(super) async fn call(&self, operation: &Operation, call: &Call) -> Result<Value, Error> {
        let mut attempts = self.attempts();
        let mut answer_was_lost = false;
        loop {
            match self.attempt(operation, call, &mut attempts).await {
                Ok(answer) => return Ok(answer),
                Err(Failed { error, retry_after }) => {
                    answer_was_lost |= error.may_have_been_applied();
                    let error = error.maybe_applied(answer_was_lost);
                    attempts.pause(operation, error, retry_after).await?;
                }
            }
        }
    }

    pub(super) fn attempts(&self) -> Attempts {
        let settings = self.settings();
        Attempts::new(
            settings.max_retries,
            settings.transient_backoff,
            settings.throttled_backoff,
        )
    }

    /// One attempt, and a second one with a newer token when the token was refused.
    pub(super) async fn attempt(
        &self,
        operation: &Operation,
        call: &Call,
        attempts: &mut Attempts,
    ) -> Result<Value, Failed> {
        let lease = within(operation, self.tokens().get(operation, call.token)).await?;
        let refused = match self.send(operation, call, &lease.token, attempts).await {
            Err(failed) if failed.error.class() == Class::Token => failed.error,
            other => return other,
        };
        let renewed = within(
            operation,
            self.tokens().renew(operation, call.token, &lease),
        )
        .await?;
        let Some(newer) = renewed else {
            return Err(
                blame_token(refused, call.token, &lease, "its source has no newer one").into(),
            );
        };
        match self.send(operation, call, &newer.token, attempts).await {
            Err(Failed { error, .. }) if error.class() == Class::Token => Err(blame_token(
                error,
                call.token,
                &newer,
                "the one before it was refused as well",
            )
            .into()),
            other => other,
        }
    }

    async fn send(
        &self,
        operation: &Operation,
        call: &Call,
        token: &SecretString,
        attempts: &mut Attempts,
    ) -> Result<Value, Failed> {
        operation.check().map_err(Error::stopped)?;
        let url = TokenUrl::new(self.settings().endpoint.join(call.path), Some(token));
        let body = call.body.to_string();
        attempts.count();
        tracing::trace!(path = call.path, body, "request");
        let started = Instant::now();
        let sent = operation.run(self.transport().post(url, body)).await;
        let result = match sent {
            Err(stop) => Err(stopped_in_flight(stop, call.writes).into()),
            Ok(Err(no_answer)) => Err(unreachable(no_answer, call.writes).into()),
            Ok(Ok(answer)) => {
                let text = scrubbed(&answer.body, token);
                tracing::trace!(
                    path = call.path,
                    status = answer.status,
                    body = text,
                    "answer"
                );
                read(&answer, &text, call.writes)
            }
        };
        tracing::debug!(
            path = call.path,
            attempt = attempts.made(),
            duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            errcode = result
                .as_ref()
                .map_or_else(|failed| failed.error.errcode(), |_| Some(0)),
            error = result.as_ref().err().map(|failed| failed.error.happened()),
            "called the API"
        );
        result.map_err(|Failed { error, retry_after }| Failed {
            error: error.with_attempts(attempts.made()),
            retry_after,
        })
    }
}

/// Runs something of the client's own under the operation's limits.
async fn within<T>(
    operation: &Operation,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    operation
        .run(work)
        .await
        .unwrap_or_else(|stop| Err(Error::stopped(stop)))
}

fn read(answer: &Answer, text: &str, writes: bool) -> Result<Value, Failed> {
    let error = match (answer.status, envelope::read(text)) {
        (200, Ok(value)) => return Ok(value),
        // The API's own refusals come with status 200; a gateway may give them another one.
        (_, Err(error)) if error.errcode().is_some() => {
            let open = error
                .errcode()
                .is_some_and(super::error_codes::leaves_effect_open);
            error.maybe_applied(writes && (open || answer.status >= 500))
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
            .next_step("Set requests_per_second in the provider, or run it again later."),
        500.. => Error::new(Class::Transient, happened)
            .meaning("The API, or a gateway in front of it, is out of order.")
            .next_step("Run it again later."),
        _ => Error::new(Class::Http, happened)
            .meaning("The API answers every call with status 200, so this is not its own answer.")
            .next_step("Check the endpoint and any proxy between here and the API."),
    }
}

fn unreachable(no_answer: NoAnswer, writes: bool) -> Error {
    let error = match no_answer.reason {
        NoAnswerReason::Setup(reason) => Error::new(
            Class::Caller,
            format!("the HTTP client could not be set up: {reason}"),
        )
        .next_step(
            "Check the system's root certificates and the proxy settings of the environment.",
        ),
        NoAnswerReason::Connection(reason) => Error::new(
            Class::Unreachable,
            format!("no answer from the API: {reason}"),
        )
        .next_step("Check the network, the endpoint and any proxy, then run it again."),
        NoAnswerReason::TimedOut(limit) => Error::new(
            Class::Unreachable,
            format!(
                "no answer from the API within {}",
                humantime::format_duration(limit)
            ),
        )
        .next_step("Run it again later, or raise request_timeout in the provider."),
        NoAnswerReason::TooLong => {
            Error::new(Class::Malformed, "the answer was longer than 16 MiB")
                .next_step("Check the endpoint and any proxy between here and the API.")
        }
    };
    error.maybe_applied(writes && no_answer.maybe_sent)
}

fn stopped_in_flight(stop: Stop, writes: bool) -> Error {
    Error::stopped(stop).maybe_applied(writes)
}

/// The answer as text, without the token should it have been repeated in it. A stray byte in a message (old answers are
/// not always UTF-8) must not hide the code beside it.
fn scrubbed(body: &[u8], token: &SecretString) -> String {
    /// A token is far longer; replacing a shorter text could break the JSON around it.
    const SHORTEST: usize = 8;
    let text = String::from_utf8_lossy(body).into_owned();
    let token = token.expose_secret();
    if token.len() < SHORTEST {
        text
    } else {
        text.replace(token, "***")
    }
}

fn blame_token(error: Error, kind: TokenKind, lease: &Lease, why: &str) -> Error {
    error.note(format!(
        "The {kind} came from {}, read at {}; {why}.",
        lease.origin,
        clock_time(lease.read_at)
    ))
}

fn clock_time(time: SystemTime) -> humantime::Rfc3339Timestamp {
    humantime::format_rfc3339_seconds(time)
}
