//! getApiQuota, `POST /cgi-bin/openapi/quota/get`: how often a call may be made, and how often it was.

use serde::Deserialize;
use serde_json::json;

use crate::wechat::{
    Client, Error, Operation, TokenKind,
    auth::Call,
    http::{AnswerLimit, Integer, envelope, payload::null_as_default},
};

/// The quota of one call for the account of a token. A number is `None` where the API sent none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ApiQuota {
    /// Calls a day.
    pub daily_limit: Option<i64>,
    /// Calls made today.
    pub used: Option<i64>,
    /// Calls left today.
    pub remain: Option<i64>,
    /// How fast the account may call.
    pub rate_limit: Option<RateLimit>,
    /// How fast a platform may call on behalf of the account.
    pub component_rate_limit: Option<RateLimit>,
}

/// So many calls in so many seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RateLimit {
    /// Calls.
    pub call_count: Option<i64>,
    /// Seconds.
    pub refresh_second: Option<i64>,
}

#[derive(Deserialize)]
struct Payload {
    #[serde(default, deserialize_with = "null_as_default")]
    quota: Today,
    #[serde(default)]
    rate_limit: Option<Rate>,
    #[serde(default)]
    component_rate_limit: Option<Rate>,
}

#[derive(Default, Deserialize)]
struct Today {
    #[serde(default)]
    daily_limit: Integer,
    #[serde(default)]
    used: Integer,
    #[serde(default)]
    remain: Integer,
}

#[derive(Deserialize)]
struct Rate {
    #[serde(default)]
    call_count: Integer,
    #[serde(default)]
    refresh_second: Integer,
}

impl From<Rate> for RateLimit {
    fn from(rate: Rate) -> Self {
        Self {
            call_count: rate.call_count.get(),
            refresh_second: rate.refresh_second.get(),
        }
    }
}

impl Client {
    /// The quota of the call at `path`, such as `/componenttcb/batchshareenv`, for the account of the token: the
    /// component token for the platform's own calls, the authorizer token for those made on behalf of a merchant.
    pub async fn api_quota(
        &self,
        operation: &Operation,
        path: &str,
        token: TokenKind,
    ) -> Result<ApiQuota, Error> {
        let subject = |error: Error| error.subject(format!("reading the quota of {path}"));
        let call = Call::read(
            "/cgi-bin/openapi/quota/get",
            token,
            json!({ "cgi_path": path }),
            &["quota"],
            AnswerLimit::SMALL,
        );
        let answer = self.call(operation, &call).await.map_err(subject)?;
        let payload: Payload = envelope::payload(answer).map_err(subject)?;
        Ok(ApiQuota {
            daily_limit: payload.quota.daily_limit.get(),
            used: payload.quota.used.get(),
            remain: payload.quota.remain.get(),
            rate_limit: payload.rate_limit.map(RateLimit::from),
            component_rate_limit: payload.component_rate_limit.map(RateLimit::from),
        })
    }
}
