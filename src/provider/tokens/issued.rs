//! Access tokens that are handed to Terraform as ephemeral values.
//!
//! Terraform keeps the value that was opened: a renewal cannot put another in its place, and WeChat
//! cannot prolong a token. Fetching a new one would end the one in use within minutes. So the
//! renewal, which comes shortly before the token ends, warns, and changes nothing. Terraform up to
//! 1.16 does not show what a renewal says, so a token that is opened with little time left is warned
//! of there as well.

use std::time::{Duration, SystemTime};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer};

use crate::framework::ephemeral::{Opened, Renewed};
use crate::framework::schema::Attribute;
use crate::framework::{Attr, AttributePath, Diagnostic, Diagnostics, Private};
use crate::provider::api_errors;
use crate::provider::asked::Asked;
use crate::wechat::{AccessToken, Class, Error};

/// How long before its end a token's user is warned.
const NOTICE: Duration = Duration::from_secs(5 * 60);

/// What is little time for a plan or an apply: a token that has less is warned of when it is opened. The
/// client hands out none with less than five minutes, unless the API gives it so little.
const LITTLE: Duration = Duration::from_secs(15 * 60);

const CANNOT_RENEW: &str =
    "WeChat tokens cannot be renewed, and fetching a new one would invalidate this one earlier.";

/// A secret that leaves the process, as the value of a sensitive attribute and in no other way.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(in crate::provider) struct ExposedSecret(SecretString);

impl ExposedSecret {
    /// The secret.
    pub(in crate::provider) fn secret(&self) -> &SecretString {
        &self.0
    }
}

impl Serialize for ExposedSecret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose_secret())
    }
}

/// The results that a token has.
pub(in crate::provider) fn results(token: &str) -> Vec<Attribute> {
    vec![
        Attribute::string("token", token).computed().sensitive(),
        Attribute::string(
            "expires_at",
            "When it ends, as RFC 3339 time; null if that is not known, as for tokens that were \
             configured.",
        )
        .computed(),
    ]
}

/// What opening a token comes to.
pub(in crate::provider) fn opened<T>(
    token: Result<AccessToken, Error>,
    asked: &str,
    path: AttributePath,
    result: impl FnOnce(Attr<ExposedSecret>, Attr<String>) -> T,
) -> Opened<T> {
    match token {
        Ok(AccessToken {
            token, expires_at, ..
        }) => {
            let until = expires_at.map(|at| humantime::format_rfc3339_seconds(at).to_string());
            let private = Private(until.clone().unwrap_or_default().into_bytes());
            Opened {
                renew_at: expires_at.and_then(notice),
                private,
                diagnostics: expires_at
                    .and_then(|at| ends_soon(at, SystemTime::now()))
                    .map_or_else(Diagnostics::new, Diagnostics::from),
                ..Opened::result(result(
                    Attr::Known(ExposedSecret(token)),
                    until.map_or(Attr::Null, Attr::Known),
                ))
            }
        }
        // During a plan only: it is opened again in the apply, which knows it.
        Err(error) if error.class() == Class::TokenUnknown => {
            Opened::result(result(Attr::Unknown, Attr::Unknown))
        }
        Err(error) => Opened::failed(api_errors::error(&Asked::read(asked), &error, path)),
    }
}

fn notice(expires_at: SystemTime) -> Option<SystemTime> {
    expires_at.checked_sub(NOTICE)
}

/// The warning about a token with little time left at `now`.
fn ends_soon(expires_at: SystemTime, now: SystemTime) -> Option<Diagnostic> {
    let left = expires_at.duration_since(now).unwrap_or_default();
    (left < LITTLE).then(|| {
        Diagnostic::warning(
            format!(
                "an access token has less than {} minutes left: it expires at {}",
                LITTLE.as_secs() / 60,
                humantime::format_rfc3339_seconds(expires_at)
            ),
            format!(
                "{CANNOT_RENEW} What uses it after that will fail with errcode 42001. If that is too \
                 early, run Terraform again once it has expired: the next run fetches a new one."
            ),
        )
    })
}

/// What a renewal comes to: a warning that the token ends.
pub(in crate::provider) fn renewed(private: &Private) -> Renewed {
    let until = String::from_utf8_lossy(&private.0);
    let warning = Diagnostic::warning(
        format!("an access token in use expires at {until}"),
        format!("{CANNOT_RENEW} Later calls will fail with errcode 42001. Apply in smaller steps."),
    );
    Renewed {
        renew_at: None,
        private: private.clone(),
        diagnostics: warning.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_time_is_less_than_a_quarter_of_an_hour() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let said = |seconds| ends_soon(now + Duration::from_secs(seconds), now);
        assert_eq!(said(15 * 60), None);
        let summary = said(15 * 60 - 1).map(|warning| warning.summary);
        let expected =
            "an access token has less than 15 minutes left: it expires at 2001-09-09T02:01:39Z";
        assert_eq!(summary.as_deref(), Some(expected));
        // The clock may have passed it meanwhile.
        assert!(ends_soon(now, now + Duration::from_secs(1)).is_some());
    }
}
