//! `api_get_authorizer_list` and `api_get_authorizer_info`: the accounts that authorised the third-party platform.

use std::collections::BTreeSet;

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::wechat::{
    Appid, Client, Error, Operation, TokenKind,
    http::call::Call,
    http::envelope::{self, integer, null_as_default},
};

/// The largest page the document allows.
const PAGE: usize = 500;

/// An account that authorised the platform.
#[derive(Clone, Debug)]
pub struct Authorizer {
    /// Its appid, as the API sent it: official accounts are listed too.
    pub appid: String,
    /// What an authorizer access token is fetched with; `None` if its authorisation code was never exchanged.
    pub refresh_token: Option<SecretString>,
    /// When it authorised the platform, in seconds since 1970.
    pub auth_time: Option<i64>,
}

/// What `api_get_authorizer_info` tells about an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthorizerInfo {
    /// Its display name.
    pub nick_name: Option<String>,
    /// The legal subject behind it; all accounts that share an environment must have the same one.
    pub principal_name: Option<String>,
    /// The ids of the permission sets it granted: 18 to share environments, 49 for environment information and
    /// conversion.
    pub permission_sets: BTreeSet<i64>,
}

#[derive(Deserialize)]
struct ListPayload {
    #[serde(default)]
    total_count: Option<Value>,
    #[serde(default, deserialize_with = "null_as_default")]
    list: Vec<ListRow>,
}

#[derive(Deserialize)]
struct ListRow {
    #[serde(default, deserialize_with = "null_as_default")]
    authorizer_appid: String,
    #[serde(default)]
    refresh_token: Option<String>,
    #[serde(default)]
    auth_time: Option<Value>,
}

#[derive(Deserialize)]
struct InfoPayload {
    #[serde(default, deserialize_with = "null_as_default")]
    authorizer_info: AccountRow,
    #[serde(default, deserialize_with = "null_as_default")]
    authorization_info: AuthorizationRow,
}

#[derive(Default, Deserialize)]
struct AccountRow {
    #[serde(default)]
    nick_name: Option<String>,
    #[serde(default)]
    principal_name: Option<String>,
}

#[derive(Default, Deserialize)]
struct AuthorizationRow {
    #[serde(default, deserialize_with = "null_as_default")]
    func_info: Vec<Value>,
}

impl Client {
    /// All accounts that authorised the platform, in the API's order. `component_appid` is the platform's appid;
    /// without it that of the credentials is taken.
    pub async fn authorizers(
        &self,
        operation: &Operation,
        component_appid: Option<&Appid>,
    ) -> Result<Vec<Authorizer>, Error> {
        let subject =
            |error: Error| error.subject("listing the accounts that authorised the platform");
        let component_appid = self.component_appid(component_appid).map_err(subject)?;
        let mut found: Vec<Authorizer> = Vec::new();
        loop {
            let call = Call {
                path: "/cgi-bin/component/api_get_authorizer_list",
                token: Some(TokenKind::Component),
                body: json!({"component_appid": component_appid, "offset": found.len(), "count": PAGE}),
                answers: &["list"],
                writes: false,
                secret: true,
            };
            let answer = self.call(operation, &call).await.map_err(subject)?;
            let page: ListPayload = envelope::payload(answer).map_err(subject)?;
            let rows = page.list.len();
            found.extend(page.list.into_iter().map(Authorizer::from));
            let total = page.total_count.as_ref().and_then(integer);
            let total = total.and_then(|total| usize::try_from(total).ok());
            // Without a total a page that is not full is the last one.
            let more = total.map_or(rows >= PAGE, |total| found.len() < total);
            if rows == 0 || !more {
                return Ok(found);
            }
        }
    }

    /// What an account is and which permission sets it granted.
    pub async fn authorizer_info(
        &self,
        operation: &Operation,
        component_appid: Option<&Appid>,
        authorizer_appid: &Appid,
    ) -> Result<AuthorizerInfo, Error> {
        let subject = |error: Error| {
            error.subject(format!("reading the authorisation of {authorizer_appid}"))
        };
        let component_appid = self.component_appid(component_appid).map_err(subject)?;
        let call = Call {
            path: "/cgi-bin/component/api_get_authorizer_info",
            token: Some(TokenKind::Component),
            body: json!({"component_appid": component_appid, "authorizer_appid": authorizer_appid}),
            answers: &["authorizer_info", "authorization_info"],
            writes: false,
            // The answer repeats the refresh token.
            secret: true,
        };
        let answer = self.call(operation, &call).await.map_err(subject)?;
        let payload: InfoPayload = envelope::payload(answer).map_err(subject)?;
        let sets = payload.authorization_info.func_info.iter();
        Ok(AuthorizerInfo {
            nick_name: payload.authorizer_info.nick_name,
            principal_name: payload.authorizer_info.principal_name,
            permission_sets: sets
                .filter_map(|row| integer(row.get("funcscope_category")?.get("id")?))
                .collect(),
        })
    }
}

impl From<ListRow> for Authorizer {
    fn from(row: ListRow) -> Self {
        Self {
            appid: row.authorizer_appid,
            refresh_token: row
                .refresh_token
                .filter(|token| !token.trim().is_empty())
                .map(SecretString::from),
            auth_time: row.auth_time.as_ref().and_then(integer),
        }
    }
}
