//! getTcbEnvList, `POST /componenttcb/describeenvs`: the environments of the third-party platform itself.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::wechat::{
    Client, EnvInfo, Error, Operation, TokenKind,
    http::call::Call,
    http::envelope::{self, null_as_default},
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
    #[serde(default, deserialize_with = "null_as_default")]
    info_list: Vec<Value>,
}

#[derive(Deserialize)]
struct Extra {
    #[serde(default)]
    dbinstance_id: Option<String>,
    #[serde(default)]
    bucket_id: Option<String>,
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
        );
        let answer = self.call(operation, &call).await.map_err(subject)?;
        let payload: Payload = envelope::payload(answer).map_err(subject)?;
        payload
            .info_list
            .into_iter()
            .map(env)
            .collect::<Result<_, _>>()
            .map_err(subject)
    }
}

fn env(row: Value) -> Result<ComponentEnv, Error> {
    let info: EnvInfo = envelope::payload(row.clone())?;
    let extra: Extra = envelope::payload(row)?;
    Ok(ComponentEnv {
        info,
        dbinstance_id: extra.dbinstance_id,
        bucket_id: extra.bucket_id,
    })
}
