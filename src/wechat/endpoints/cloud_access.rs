//! setCloudAccessToken, `POST /tcb/usecloudaccesstoken`: which open APIs an environment may call with the WeChat token
//! (微信令牌), and whether the account may use such tokens at all.
//!
//! Only the whitelist belongs to the environment. `open` is one setting of the whole account, and a write has to carry
//! it: what is sent is what was read right before, and nothing is sent where the answer did not say it.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::json;

use crate::ordered::Ordered as _;
use crate::wechat::{
    Class, Client, EnvId, Error, Operation, TokenKind,
    auth::Call,
    http::{AnswerLimit, Flag, Integer, Rows, envelope},
};

const PATH: &str = "/tcb/usecloudaccesstoken";

/// What an environment may call, as the API says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CloudAccess {
    /// Whether the whole account may use its WeChat tokens. `None` where the answer does not say: the documents have it
    /// on unless somebody switched it off, but a guess would be sent back with the next write.
    pub open: Option<bool>,
    /// The entries as they came. No list, and null, is an empty one.
    pub api_whitelist: BTreeSet<String>,
    /// What the next write has to carry. How it counts is not documented.
    pub version: Option<i64>,
}

#[derive(Deserialize)]
struct Payload {
    #[serde(default)]
    open: Flag,
    #[serde(default)]
    api_whitelist: Rows<Option<String>>,
    #[serde(default)]
    version: Integer,
}

impl Client {
    /// What `env` may call, with the component token (batch cloud development) or the authorizer token (ordinary cloud
    /// development).
    pub async fn cloud_access(
        &self,
        operation: &Operation,
        env: &EnvId,
        token: TokenKind,
    ) -> Result<CloudAccess, Error> {
        let subject =
            |error: Error| error.subject(format!("reading the whitelist of environment {env}"));
        let call = Call::read(
            PATH,
            token,
            json!({ "action": "get", "env": env }),
            &["open", "api_whitelist", "version"],
            AnswerLimit::ACCOUNT,
        );
        let answer = self.call(operation, &call).await.map_err(subject)?;
        let payload: Payload = envelope::payload(answer).map_err(subject)?;
        Ok(CloudAccess {
            open: payload.open.get(),
            api_whitelist: payload.api_whitelist.into_iter().flatten().into_set(),
            version: payload.version.get(),
        })
    }
}

/// The call that gives `env` another whitelist, and leaves everything else as `now` says it is.
///
/// Errors: `now` lacks what has to be sent.
pub(in crate::wechat) fn set(
    env: &EnvId,
    token: TokenKind,
    now: &CloudAccess,
    api_whitelist: &BTreeSet<String>,
) -> Result<Call, Error> {
    let missing = |field: &str| {
        Error::new(
            Class::Malformed,
            format!("not sent: the API's answer does not say `{field}`"),
        )
        .meaning(
            "A write has to carry the account's `open` and the `version` as they are. `open` is a setting of the whole \
             account, so that a guess could switch off the WeChat tokens of all its environments.",
        )
        .next_step("Try again. If the error persists, report it with what the API answers.")
    };
    let open = now.open.ok_or_else(|| missing("open"))?;
    let version = now.version.ok_or_else(|| missing("version"))?;
    Ok(Call::write(
        PATH,
        token,
        json!({
            "action": "set",
            "env": env,
            "open": open,
            "api_whitelist": api_whitelist,
            "version": version,
        }),
        &[],
        AnswerLimit::SMALL,
    ))
}
