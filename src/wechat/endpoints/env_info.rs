//! getEnvInfo, `POST /tcb/getenvinfo`: the environments of one merchant account.

use serde::Deserialize;
use serde_json::json;

use crate::wechat::{
    Client, EnvId, Error, Operation, TokenKind,
    auth::Call,
    http::{AnswerLimit, Rows, envelope, payload::null_as_default},
};

/// One environment. Every text is as the API sent it (times too: `YYYY-MM-DD hh:mm:ss` without a zone), `None` where it
/// sent none or null.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct EnvInfo {
    /// The environment's id; empty if the API sent none.
    #[serde(default, deserialize_with = "null_as_default")]
    pub env: String,
    /// Its alias.
    #[serde(default)]
    pub alias: Option<String>,
    /// When it was made.
    #[serde(default)]
    pub create_time: Option<String>,
    /// When it was last changed. One official page misspells the field in its table, but not in its sample.
    #[serde(default)]
    pub update_time: Option<String>,
    /// `NORMAL`, `HALTED`, `UNAVAILABLE` and others: the list is open.
    #[serde(default)]
    pub status: Option<String>,
    /// The id of the package it runs on.
    #[serde(default)]
    pub package_id: Option<String>,
    /// The Chinese name of that package.
    #[serde(default)]
    pub package_name: Option<String>,
}

#[derive(Deserialize)]
struct Payload {
    #[serde(default)]
    info_list: Rows<EnvInfo>,
}

impl Client {
    /// The environments of the account the authorizer token is for, or only `env`. What the API does with an `env` it
    /// does not have is not documented: the list may be empty, or the call refused.
    pub async fn env_info(
        &self,
        operation: &Operation,
        env: Option<&EnvId>,
    ) -> Result<Vec<EnvInfo>, Error> {
        // Without `env` the body is an empty object: an empty body is refused (44002).
        let body = env.map_or_else(|| json!({}), |env| json!({ "env": env }));
        let call = Call::read(
            "/tcb/getenvinfo",
            TokenKind::Authorizer,
            body,
            &["info_list"],
            AnswerLimit::ENVIRONMENTS,
        );
        let subject = || {
            env.map_or_else(
                || "reading the environments of the account".to_owned(),
                |env| format!("reading environment {env}"),
            )
        };
        let answer = self
            .call(operation, &call)
            .await
            .map_err(|error| error.subject(subject()))?;
        envelope::payload::<Payload>(answer)
            .map(|payload| payload.info_list.into_iter().collect())
            .map_err(|error| error.subject(subject()))
    }
}
