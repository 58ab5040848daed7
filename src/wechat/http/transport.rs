//! One HTTP attempt: a POST with a complete body, and the whole answer.

use std::{error::Error as StdError, io, sync::Arc, time::Duration};

use bytes::Bytes;
use reqwest::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER};
use tokio::sync::OnceCell;

use super::{
    answer_limit::AnswerLimit,
    loopback_dns::LoopbackDns,
    roots::{Roots, client_config},
    token_url::TokenUrl,
};
use crate::wechat::ClientSettings;

/// Bytes a second, about 1 Mbit/s: a body that goes out more slowly is given up.
const SLOWEST_LINE: u64 = 128 * 1024;

/// Sends requests. The HTTP client, with its TLS roots, is built at the first one: a process that makes no call should
/// not pay for it.
#[derive(Debug)]
pub(in crate::wechat) struct Transport {
    client: OnceCell<reqwest::Client>,
    request_timeout: Duration,
    user_agent: String,
    /// None where nothing is encrypted.
    roots: Option<Roots>,
    uses_proxies: bool,
    /// A stand-in on this machine is never asked for through a proxy, nor anywhere else.
    is_loopback: bool,
}

/// An answer of whatever status.
#[derive(Debug)]
pub(in crate::wechat) struct Answer {
    pub(in crate::wechat) status: u16,
    pub(in crate::wechat) retry_after: Option<Duration>,
    pub(in crate::wechat) body: Vec<u8>,
}

/// Why there is no whole answer.
#[derive(Debug)]
pub(in crate::wechat) struct NoAnswer {
    /// Whether the request may have reached the API.
    pub(in crate::wechat) maybe_sent: bool,
    pub(in crate::wechat) reason: NoAnswerReason,
}

#[derive(Debug)]
pub(in crate::wechat) enum NoAnswerReason {
    /// The HTTP client could not be built.
    Setup(String),
    /// The certificate of whoever answers is not valid, with the reason.
    Certificate(String),
    /// The connection was refused or broke, with the chain of causes.
    Connection(String),
    /// No whole answer within this time.
    TimedOut(Duration),
    /// The answer was longer than this, which no answer to this call is.
    TooLong(AnswerLimit),
}

impl Transport {
    pub(in crate::wechat) fn new(settings: &ClientSettings) -> Self {
        Self {
            client: OnceCell::new(),
            request_timeout: settings.request_timeout,
            user_agent: settings.user_agent.clone(),
            roots: (settings.endpoint.is_encrypted()).then(|| settings.roots.clone()),
            uses_proxies: settings.uses_proxies,
            is_loopback: settings.endpoint.is_loopback(),
        }
    }

    /// Posts a JSON body and reads the answer, which is given up where it turns out to be longer than `limit`.
    pub(in crate::wechat) async fn post(
        &self,
        url: TokenUrl,
        body: Bytes,
        limit: AnswerLimit,
    ) -> Result<Answer, NoAnswer> {
        let client = self
            .client
            .get_or_try_init(|| self.build())
            .await
            .map_err(|reason| NoAnswer {
                maybe_sent: false,
                reason: NoAnswerReason::Setup(reason),
            })?;
        let time = self.time_for(body.len());
        match tokio::time::timeout(time, exchange(client, url, body, limit)).await {
            Ok(result) => result,
            Err(_) => Err(NoAnswer {
                maybe_sent: true,
                reason: NoAnswerReason::TimedOut(time),
            }),
        }
    }

    /// How long an attempt with a body of so many bytes may take: the time of every call, and what the body takes on a
    /// slow line.
    fn time_for(&self, bytes: usize) -> Duration {
        let slow_line = u64::try_from(bytes).unwrap_or(u64::MAX) / SLOWEST_LINE;
        self.request_timeout
            .saturating_add(Duration::from_secs(slow_line))
    }

    /// Builds the HTTP client on a thread that may block: it reads the system's root certificates.
    async fn build(&self) -> Result<reqwest::Client, String> {
        let mut builder = reqwest::Client::builder()
            .user_agent(self.user_agent.clone())
            // Shorter than the whole attempt, so that a host that does not answer at all is known not to have been
            // sent anything.
            .connect_timeout((self.request_timeout / 3).min(Duration::from_secs(10)))
            // A redirect would carry the token somewhere else.
            .redirect(reqwest::redirect::Policy::none());
        if self.is_loopback || !self.uses_proxies {
            builder = builder.no_proxy();
        }
        if self.is_loopback {
            builder = builder.dns_resolver(Arc::new(LoopbackDns));
        }
        let roots = self.roots.clone();
        let build = move || {
            let builder = builder.tls_backend_preconfigured(client_config(roots.as_ref())?);
            builder.build().map_err(|error| causes(&error))
        };
        tokio::task::spawn_blocking(build)
            .await
            .map_err(|error| error.to_string())?
    }
}

async fn exchange(
    client: &reqwest::Client,
    url: TokenUrl,
    body: Bytes,
    limit: AnswerLimit,
) -> Result<Answer, NoAnswer> {
    let sent = client
        .post(url.expose())
        .header(CONTENT_TYPE, "application/json")
        .header(ACCEPT, "application/json, */*")
        // A body of known length: some endpoints answer 412 to a chunked one.
        .body(body)
        .send()
        .await;
    let mut response = sent.map_err(lost)?;
    let mut answer = Answer {
        status: response.status().as_u16(),
        retry_after: response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .map(Duration::from_secs),
        body: Vec::new(),
    };
    let too_long = NoAnswer {
        maybe_sent: true,
        reason: NoAnswerReason::TooLong(limit),
    };
    let told = response.content_length().map(usize::try_from);
    if told.is_some_and(|length| length.map_or(true, |length| length > limit.bytes())) {
        return Err(too_long);
    }
    while let Some(chunk) = response.chunk().await.map_err(lost)? {
        if answer.body.len() + chunk.len() > limit.bytes() {
            return Err(too_long);
        }
        answer.body.extend_from_slice(&chunk);
    }
    Ok(answer)
}

fn lost(error: reqwest::Error) -> NoAnswer {
    // The URL holds the token.
    let error = error.without_url();
    NoAnswer {
        maybe_sent: !error.is_connect() && !error.is_builder(),
        reason: match refused_certificate(&error) {
            Some(reason) => NoAnswerReason::Certificate(reason),
            None => NoAnswerReason::Connection(causes(&error)),
        },
    }
}

/// Why the other side's certificate was refused, if that is what went wrong.
fn refused_certificate(error: &(dyn StdError + 'static)) -> Option<String> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(rustls::Error::InvalidCertificate(reason)) = error.downcast_ref() {
            return Some(match reason {
                rustls::CertificateError::UnknownIssuer => {
                    "it is not signed by a trusted authority".to_owned()
                }
                reason => reason.to_string(),
            });
        }
        next = match error.downcast_ref::<io::Error>() {
            // Its source is that of what it wraps.
            Some(io) => io.get_ref().map(|inner| inner as _),
            None => error.source(),
        };
    }
    None
}

/// The error and what caused it, in one line.
fn causes(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let words = cause.to_string();
        if !text.ends_with(&words) {
            text = format!("{text}: {words}");
        }
        source = cause.source();
    }
    text
}
