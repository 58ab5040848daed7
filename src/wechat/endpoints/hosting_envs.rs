//! getWxCloudBaseRunEnvs, `POST /componenttcb/describecloudbaserunenvs`: the cloud hosting environments of the
//! third-party platform.

use serde::Deserialize;
use serde_json::json;

use crate::wechat::{
    Client, Error, Operation, TokenKind,
    auth::Call,
    http::{AnswerLimit, Flag, Rows, envelope, payload::null_as_default},
};

/// One cloud hosting environment. Every text is as the API sent it, `None` where it sent none or null. The lists of its
/// databases, storages, functions and logs are not read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostingEnv {
    /// The environment's id; empty if the API sent none.
    pub env: String,
    /// Where it was made: `miniapp` or `qcloud`.
    pub source: Option<String>,
    /// Its alias.
    pub alias: Option<String>,
    /// When it was made.
    pub create_time: Option<String>,
    /// When it was last changed.
    pub update_time: Option<String>,
    /// `NORMAL`, `UNAVAILABLE` and others: the list is open.
    pub status: Option<String>,
    /// The id of the package it runs on.
    pub package_id: Option<String>,
    /// The Chinese name of that package.
    pub package_name: Option<String>,
    /// `prepayment` or `postpaid`.
    pub pay_mode: Option<String>,
    /// Whether it is the account's default.
    pub is_default: Option<bool>,
    /// Whether it falls back to the free package at its end.
    pub is_auto_degrade: Option<bool>,
    /// Through which channel it was made.
    pub env_channel: Option<String>,
    /// Where it runs, such as `ap-shanghai`.
    pub region: Option<String>,
}

#[derive(Deserialize)]
struct Payload {
    #[serde(default)]
    env_list: Rows<Row>,
}

#[derive(Deserialize)]
struct Row {
    #[serde(default, deserialize_with = "null_as_default")]
    env_id: String,
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    alias: Option<String>,
    #[serde(default)]
    create_time: Option<String>,
    #[serde(default)]
    update_time: Option<String>,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    package_id: Option<String>,
    #[serde(default)]
    package_name: Option<String>,
    #[serde(default)]
    pay_mode: Option<String>,
    #[serde(default)]
    is_default: Flag,
    #[serde(default)]
    is_auto_degrade: Flag,
    #[serde(default)]
    env_channel: Option<String>,
    #[serde(default)]
    region: Option<String>,
}

impl From<Row> for HostingEnv {
    fn from(row: Row) -> Self {
        Self {
            env: row.env_id,
            source: row.source,
            alias: row.alias,
            create_time: row.create_time,
            update_time: row.update_time,
            status: row.status,
            package_id: row.package_id,
            package_name: row.package_name,
            pay_mode: row.pay_mode,
            is_default: row.is_default.get(),
            is_auto_degrade: row.is_auto_degrade.get(),
            env_channel: row.env_channel,
            region: row.region,
        }
    }
}

impl Client {
    /// The cloud hosting environments of the platform the component token is for. There is no filter and no paging.
    pub async fn hosting_envs(&self, operation: &Operation) -> Result<Vec<HostingEnv>, Error> {
        let subject =
            |error: Error| error.subject("listing the cloud hosting environments of the platform");
        let call = Call::read(
            "/componenttcb/describecloudbaserunenvs",
            TokenKind::Component,
            json!({}),
            &["env_list"],
            AnswerLimit::ENVIRONMENTS,
        );
        let answer = self.call(operation, &call).await.map_err(subject)?;
        let payload: Payload = envelope::payload(answer).map_err(subject)?;
        Ok(payload.env_list.into_iter().map(HostingEnv::from).collect())
    }
}
