//! getTcbEnvList, `POST /componenttcb/describeenvs`: the environments of the third-party platform itself.

use serde::Deserialize;
use serde_json::json;

use crate::wechat::{
    Client, EnvInfo, Error, Operation, TokenKind,
    auth::Call,
    http::{AnswerLimit, Rows, envelope, payload::null_as_default},
};

/// One environment of the platform.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComponentEnv {
    /// What getEnvInfo tells about an environment too.
    pub info: EnvInfo,
    /// The id of its database.
    pub dbinstance_id: Option<String>,
    /// The id of its storage bucket.
    pub bucket_id: Option<String>,
}

#[derive(Deserialize)]
struct Payload {
    #[serde(default)]
    info_list: Rows<InfoRow>,
}

/// The fields of an [`EnvInfo`] and two more: spelled out, since serde holds a tree of a row whose fields are flattened.
#[derive(Deserialize)]
struct InfoRow {
    #[serde(default, deserialize_with = "null_as_default")]
    env: String,
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
    dbinstance_id: Option<String>,
    #[serde(default)]
    bucket_id: Option<String>,
}

impl From<InfoRow> for ComponentEnv {
    fn from(row: InfoRow) -> Self {
        Self {
            info: EnvInfo {
                env: row.env,
                alias: row.alias,
                create_time: row.create_time,
                update_time: row.update_time,
                status: row.status,
                package_id: row.package_id,
                package_name: row.package_name,
            },
            dbinstance_id: row.dbinstance_id,
            bucket_id: row.bucket_id,
        }
    }
}

impl Client {
    /// The environments of the platform the component token is for. There is no filter and no paging.
    pub async fn component_envs(&self, operation: &Operation) -> Result<Vec<ComponentEnv>, Error> {
        let subject = |error: Error| error.subject("listing the environments of the platform");
        let call = Call::read(
            "/componenttcb/describeenvs",
            TokenKind::Component,
            json!({}),
            &["info_list"],
            AnswerLimit::ENVIRONMENTS,
        );
        let answer = self.call(operation, &call).await.map_err(subject)?;
        let payload: Payload = envelope::payload(answer).map_err(subject)?;
        Ok(payload
            .info_list
            .into_iter()
            .map(ComponentEnv::from)
            .collect())
    }
}
