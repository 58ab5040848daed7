//! Another whitelist for an environment, without overwriting what somebody else has changed meanwhile.
//!
//! A write carries the version that was read right before it. How the API answers one that is out of date is not
//! documented, and a write whose answer was lost may have moved the version itself. So no write is repeated as it was:
//! what is there is read first, each time.

use std::collections::BTreeSet;

use super::cloud_access::{self, CloudAccess};
use crate::wechat::{Class, Client, EnvId, Error, Operation, TokenKind, error_codes};

/// What is to become of a whitelist.
#[derive(Clone, Copy, Debug)]
pub struct WhitelistChange<'a> {
    /// Whose.
    pub env: &'a EnvId,
    /// The token to ask with.
    pub token: TokenKind,
    /// The entries that are taken to be there; `None` where none are known.
    pub expected: Option<&'a BTreeSet<String>>,
    /// What the account's `open` is taken to be; `None` where it may be either.
    pub expected_open: Option<bool>,
    /// The entries that are to be there.
    pub wanted: &'a BTreeSet<String>,
}

/// Why a whitelist was not changed.
#[derive(Clone, Debug)]
pub enum WhitelistError {
    /// A call failed.
    Failed(Error),
    /// A write failed, and so did the look whether it took effect.
    NotKnown {
        /// Why the write failed.
        error: Error,
        /// What was there before it.
        before: BTreeSet<String>,
    },
    /// It is not what it was taken to be, and was left as it is.
    Changed {
        /// What is there.
        found: Box<CloudAccess>,
        /// What it was taken to be; `None` where only `open` is another one.
        expected: Option<BTreeSet<String>>,
    },
}

impl From<Error> for WhitelistError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl Client {
    /// Changes a whitelist, and returns what was there before. Where it is as wanted already, nothing is sent.
    ///
    /// Only one such change at a time is under way, whatever the environment: each write sends the account's `open`, and
    /// whether the version counts by environment is not documented.
    ///
    /// Errors: what is there is not what was expected, before the first write or after one that failed; or a call failed.
    pub async fn change_whitelist(
        &self,
        operation: &Operation,
        change: WhitelistChange<'_>,
    ) -> Result<CloudAccess, WhitelistError> {
        let subject = |error: Error| {
            error.subject(format!(
                "changing the whitelist of environment {}",
                change.env
            ))
        };
        let _turn = operation
            .run(self.whitelist_turn().lock())
            .await
            .map_err(|stop| subject(stop.into()))?;
        let found = self
            .cloud_access(operation, change.env, change.token)
            .await?;
        change.compare(&found)?;
        if found.api_whitelist == *change.wanted {
            return Ok(found);
        }
        let mut now = found.clone();
        let mut attempts = self.attempts();
        let mut was_out_of_date = false;
        loop {
            let call = cloud_access::set(change.env, change.token, &now, change.wanted)
                .map_err(subject)?;
            let sent = self
                .attempt(operation, &call, &|| true, &mut attempts)
                .await;
            let Err(failed) = sent else {
                return Ok(found);
            };
            let error = subject(failed.error);
            let waited = attempts
                .pause(operation, error.clone(), failed.retry_after)
                .await;
            let is_over = waited.is_err();
            let error = waited.err().unwrap_or(error);
            if is_over && !is_to_be_looked_up(&error) {
                return Err(error.into());
            }
            let seen = match self.cloud_access(operation, change.env, change.token).await {
                Ok(seen) => seen,
                Err(look) => return Err(not_looked_up(error, &look, found.api_whitelist)),
            };
            if seen.api_whitelist == *change.wanted {
                return Ok(found);
            }
            if (&seen.api_whitelist, seen.open) != (&found.api_whitelist, found.open) {
                return Err(changed(seen, &found.api_whitelist));
            }
            if is_over {
                // A refusal of a write whose version had moved by then may be for that: once more.
                let is_stale = seen.version != now.version && !is_spent(&error);
                if !is_stale || was_out_of_date {
                    return Err(error.maybe_applied(false).into());
                }
                was_out_of_date = true;
            }
            now = seen;
        }
    }
}

impl WhitelistChange<'_> {
    fn compare(&self, found: &CloudAccess) -> Result<(), WhitelistError> {
        let is_other = |expected: &&BTreeSet<String>| {
            found.api_whitelist != **expected && found.api_whitelist != *self.wanted
        };
        if let Some(expected) = self.expected.filter(is_other) {
            return Err(changed(found.clone(), expected));
        }
        if self.expected_open.is_some() && self.expected_open != found.open {
            return Err(WhitelistError::Changed {
                found: Box::new(found.clone()),
                expected: None,
            });
        }
        Ok(())
    }
}

fn changed(found: CloudAccess, expected: &BTreeSet<String>) -> WhitelistError {
    let differs = found.api_whitelist != *expected;
    WhitelistError::Changed {
        found: Box::new(found),
        expected: differs.then(|| expected.clone()),
    }
}

/// Whether a write that will not be repeated may have had an effect, or may have been refused for its version.
fn is_to_be_looked_up(error: &Error) -> bool {
    let permission = error
        .errcode()
        .is_some_and(error_codes::is_about_permissions);
    error.may_have_been_applied()
        || error.class().is_retryable()
        || (error.is_about_an_item() && !permission)
}

/// Whether it failed for want of attempts or time.
fn is_spent(error: &Error) -> bool {
    error.class().is_retryable()
        || matches!(error.class(), Class::DeadlineExceeded | Class::Cancelled)
}

/// A failed write, where the look whether it took effect failed as well.
fn not_looked_up(error: Error, look: &Error, before: BTreeSet<String>) -> WhitelistError {
    if !error.may_have_been_applied() {
        return error.into();
    }
    let error = error.note(format!(
        "Whether it took effect could not be checked: {}.",
        look.happened()
    ));
    WhitelistError::NotKnown { error, before }
}
