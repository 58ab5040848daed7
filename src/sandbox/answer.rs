//! What an endpoint answers: a JSON object, or a refusal with `errcode` and `errmsg`.

use serde_json::{Map, Value};

/// The fields of a successful answer, without `errcode` and `errmsg`.
pub(super) type Fields = Map<String, Value>;

/// What the work of one call came to.
pub(super) type Outcome = Result<Fields, Refusal>;

/// A top-level error: HTTP 200 all the same, with this code and text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// `errcode`.
    pub(super) code: i64,
    /// `errmsg` without the rid.
    pub(super) message: String,
}

/// Codes and texts of the official tables; where live texts are known to differ, the live text.
impl Refusal {
    pub(super) fn new(code: i64, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    pub(super) fn busy() -> Self {
        Self::new(-1, "system error")
    }

    pub(super) fn system_error() -> Self {
        Self::new(-1000, "system error")
    }

    pub(super) fn token_not_latest() -> Self {
        Self::new(
            40001,
            "invalid credential, access_token is invalid or not latest",
        )
    }

    pub(super) fn invalid_appid() -> Self {
        Self::new(40013, "invalid appid")
    }

    pub(super) fn token_invalid() -> Self {
        Self::new(40014, "invalid access_token")
    }

    pub(super) fn invalid_args() -> Self {
        Self::new(40097, "invalid args")
    }

    pub(super) fn missing_parameter(name: &str) -> Self {
        Self::new(40101, format!("missing parameter {name}"))
    }

    pub(super) fn invalid_appsecret() -> Self {
        Self::new(40125, "invalid appsecret")
    }

    pub(super) fn token_missing() -> Self {
        Self::new(41001, "access_token missing")
    }

    pub(super) fn appsecret_missing() -> Self {
        Self::new(41004, "appsecret missing")
    }

    pub(super) fn token_expired() -> Self {
        Self::new(42001, "access_token expired")
    }

    pub(super) fn post_required() -> Self {
        Self::new(43002, "require POST method")
    }

    pub(super) fn body_empty() -> Self {
        Self::new(44002, "empty post data")
    }

    pub(super) fn daily_cap() -> Self {
        Self::new(45009, "reach max api daily quota limit")
    }

    pub(super) fn minute_cap() -> Self {
        Self::new(
            45011,
            "api minute-quota reach limit, must slower, retry next minute",
        )
    }

    pub(super) fn data_format() -> Self {
        Self::new(47001, "data format error")
    }

    pub(super) fn api_unauthorized() -> Self {
        Self::new(48001, "api unauthorized")
    }

    pub(super) fn not_authorized_to_platform() -> Self {
        Self::new(61003, "component is not authorized by this account")
    }

    pub(super) fn ip_not_allowed(ip: &str) -> Self {
        Self::new(
            61004,
            format!("access clientip is not registered requestIP: {ip}"),
        )
    }

    pub(super) fn ticket_expired() -> Self {
        Self::new(61005, "component ticket is expired")
    }

    pub(super) fn ticket_invalid() -> Self {
        Self::new(61006, "component ticket is invalid")
    }

    pub(super) fn permission_not_granted() -> Self {
        Self::new(61007, "api is unauthorized to component")
    }

    pub(super) fn not_a_platform() -> Self {
        Self::new(61011, "invalid component")
    }

    pub(super) fn refresh_token_invalid() -> Self {
        Self::new(61023, "refresh_token is invalid")
    }

    pub(super) fn bad_quota_path() -> Self {
        Self::new(76003, "invalid cgi_path")
    }

    pub(super) fn unknown_quota_path() -> Self {
        Self::new(76021, "cgi_path not found, please check")
    }

    pub(super) fn quota_of_another_account() -> Self {
        Self::new(76022, "could not use this cgi_path, no permission")
    }

    /// The documents say "no qbase privilege"; this is the text seen live.
    pub(super) fn no_cloud_development() -> Self {
        Self::new(85088, "no cloud base privilege")
    }

    /// The body of the answer, the rid at the end of `errmsg` as the real API writes it.
    pub(super) fn into_body(self) -> Fields {
        let mut body = Fields::new();
        body.insert("errcode".to_owned(), self.code.into());
        body.insert(
            "errmsg".to_owned(),
            format!("{} rid: {}", self.message, rid()).into(),
        );
        body
    }
}

/// A successful envelope: `errcode` 0, `errmsg` "ok", then the caller's fields.
pub(super) fn ok() -> Fields {
    let mut body = Fields::new();
    body.insert("errcode".to_owned(), 0.into());
    body.insert("errmsg".to_owned(), "ok".into());
    body
}

/// The id of one request, `8hex-8hex-8hex`.
fn rid() -> String {
    format!(
        "{:08x}-{:08x}-{:08x}",
        fastrand::u32(..),
        fastrand::u32(..),
        fastrand::u32(..)
    )
}
