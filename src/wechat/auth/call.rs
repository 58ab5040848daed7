//! One call of the API: its attempts, and the token they take.

use super::Lease;
use crate::wechat::{
    Class, Client, Error, Operation, TokenKind,
    http::{
        Accepted, AnswerLimit, Body, Secrecy,
        retry::Attempts,
        wire::{Claim, Failed, Request},
    },
};

/// What is asked of the API.
#[derive(Debug)]
pub(in crate::wechat) struct Call {
    pub(in crate::wechat) path: &'static str,
    /// The token it takes; none to fetch the first one.
    pub(in crate::wechat) token: Option<TokenKind>,
    pub(in crate::wechat) body: Body,
    /// The fields that show an answer without an `errcode` to be the API's: it has one of them. None where every answer
    /// has an `errcode`.
    pub(in crate::wechat) answers: &'static [&'static str],
    /// How long its answer may be.
    pub(in crate::wechat) limit: AnswerLimit,
    /// Whether it changes something, so that a lost answer leaves its effect open.
    pub(in crate::wechat) writes: bool,
    pub(in crate::wechat) secrecy: Secrecy,
}

impl Call {
    /// A call that changes nothing.
    pub(in crate::wechat) fn read(
        path: &'static str,
        token: TokenKind,
        body: impl Into<Body>,
        answers: &'static [&'static str],
        limit: AnswerLimit,
    ) -> Self {
        Self {
            path,
            token: Some(token),
            body: body.into(),
            answers,
            limit,
            writes: false,
            secrecy: Secrecy::Open,
        }
    }

    /// A call that changes something.
    pub(in crate::wechat) fn write(
        path: &'static str,
        token: TokenKind,
        body: impl Into<Body>,
        answers: &'static [&'static str],
        limit: AnswerLimit,
    ) -> Self {
        Self {
            writes: true,
            ..Self::read(path, token, body, answers, limit)
        }
    }
}

impl Client {
    /// Calls until there is an answer, the call can't be retried, or the operation is over.
    pub(in crate::wechat) async fn call(
        &self,
        operation: &Operation,
        call: &Call,
    ) -> Result<Accepted, Error> {
        let mut attempts = self.attempts();
        let mut answer_was_lost = false;
        loop {
            match self.attempt(operation, call, &|| true, &mut attempts).await {
                Ok(answer) => return Ok(answer),
                Err(Failed {
                    error, retry_after, ..
                }) => {
                    answer_was_lost |= error.may_have_been_applied();
                    let error = error.maybe_applied(answer_was_lost);
                    attempts.pause(operation, error, retry_after).await?;
                }
            }
        }
    }

    pub(in crate::wechat) fn attempts(&self) -> Attempts {
        let settings = self.settings();
        Attempts::new(
            settings.max_retries,
            settings.transient_backoff,
            settings.throttled_backoff,
        )
    }

    /// One attempt, and a second one with a newer token when the token was refused. Nothing is sent unless `claim` holds.
    pub(in crate::wechat) async fn attempt(
        &self,
        operation: &Operation,
        call: &Call,
        claim: Claim<'_>,
        attempts: &mut Attempts,
    ) -> Result<Accepted, Failed> {
        self.memory().check(call.path)?;
        let Some(kind) = call.token else {
            return self.send(operation, call, None, claim, attempts).await;
        };
        let lease = self.usable_token(operation, kind).await?;
        let refused = match self
            .send(operation, call, Some(&lease), claim, attempts)
            .await
        {
            Err(failed) if failed.error.class() == Class::Token => failed.error,
            other => return other,
        };
        let newer = match self.newer_token(operation, kind, &lease).await {
            Ok(Some(newer)) => newer,
            Ok(None) => {
                self.memory().refuse(&lease, &refused);
                return Err(lease.blame(refused, "its source has no newer one").into());
            }
            Err(error) => {
                let words = format!("a newer one could not be had: {}", error.happened());
                let stopped = matches!(error.class(), Class::DeadlineExceeded | Class::Cancelled);
                let class = if stopped { error.class() } else { Class::Token };
                if !stopped {
                    self.memory().refuse(&lease, &refused);
                }
                return Err(lease.blame(refused, &words).with_class(class).into());
            }
        };
        tracing::debug!(
            path = call.path,
            "the token was refused: once more with a newer one"
        );
        match self
            .send(operation, call, Some(&newer), claim, attempts)
            .await
        {
            Err(Failed { error, .. }) if error.class() == Class::Token => {
                self.memory().refuse(&newer, &error);
                Err(newer
                    .blame(error, "the one before it was refused as well")
                    .into())
            }
            other => other,
        }
    }

    async fn send(
        &self,
        operation: &Operation,
        call: &Call,
        lease: Option<&Lease>,
        claim: Claim<'_>,
        attempts: &mut Attempts,
    ) -> Result<Accepted, Failed> {
        let sent = self
            .wire()
            .send(operation, &call.request(lease), claim, attempts)
            .await;
        if let Err(failed) = &sent
            && !failed.is_withdrawn
        {
            self.memory().note(call.path, &failed.error);
        }
        sent
    }

    /// The current token. If that was refused in this run: another one, if its source has one by now.
    async fn usable_token(&self, operation: &Operation, kind: TokenKind) -> Result<Lease, Error> {
        let lease = self.token(operation, kind).await?;
        let Some(refusal) = self.memory().refusal(&lease) else {
            return Ok(lease);
        };
        if !self
            .memory()
            .asks_again(kind, self.is_from_a_program(&lease))
        {
            return Err(refusal);
        }
        match self.newer_token(operation, kind, &lease).await {
            Ok(Some(newer)) => match self.memory().refusal(&newer) {
                None => Ok(newer),
                Some(refusal) => Err(refusal),
            },
            Ok(None) => Err(refusal),
            Err(error) if error.class() == Class::Token => Err(refusal),
            // A source that fails may yield one the next time.
            Err(error) => Err(error),
        }
    }
}

impl Call {
    fn request<'a>(&'a self, lease: Option<&'a Lease>) -> Request<'a> {
        Request {
            path: self.path,
            token: lease.map(|lease| &lease.token),
            body: &self.body,
            answers: self.answers,
            limit: self.limit,
            writes: self.writes,
            secrecy: self.secrecy,
        }
    }
}
