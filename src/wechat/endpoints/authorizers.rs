//! `api_get_authorizer_list` and `api_get_authorizer_info`: the accounts that authorised the third-party platform.

use std::collections::{BTreeSet, HashSet};

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;

use crate::wechat::{
    Appid, Class, Client, Error, Operation, TokenKind,
    auth::Call,
    http::{AnswerLimit, Integer, Rows, Secrecy, Secrets, envelope, payload::null_as_default},
};

/// The largest page the document allows.
const PAGE: usize = 500;

/// More accounts than this are not listed: it takes 200 pages.
const MOST: usize = 100_000;

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
    total_count: Integer,
    #[serde(default)]
    list: Rows<ListRow>,
}

#[derive(Deserialize)]
struct ListRow {
    #[serde(default, deserialize_with = "null_as_default")]
    authorizer_appid: String,
    #[serde(default)]
    refresh_token: Option<String>,
    #[serde(default)]
    auth_time: Integer,
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
    /// Not needed, and not to be shown either.
    #[serde(default)]
    authorizer_refresh_token: Option<SecretString>,
    #[serde(default)]
    func_info: Rows<FuncRow>,
}

#[derive(Deserialize)]
struct FuncRow {
    #[serde(default, deserialize_with = "null_as_default")]
    funcscope_category: CategoryRow,
}

#[derive(Default, Deserialize)]
struct CategoryRow {
    #[serde(default)]
    id: Integer,
}

impl Client {
    /// All accounts that authorised the platform, in the API's order. `component_appid` is the platform's appid;
    /// without it that of the credentials is taken.
    ///
    /// A page that names nobody new is the last one, whatever total is claimed. An account that moved to the next page
    /// while they were read is listed once.
    pub async fn authorizers(
        &self,
        operation: &Operation,
        component_appid: Option<&Appid>,
    ) -> Result<Vec<Authorizer>, Error> {
        let subject =
            |error: Error| error.subject("listing the accounts that authorised the platform");
        let component_appid = self.component_appid(component_appid).map_err(subject)?;
        let mut found: Vec<Authorizer> = Vec::new();
        let mut seen = HashSet::new();
        let mut offset = 0;
        loop {
            let call = Call {
                path: "/cgi-bin/component/api_get_authorizer_list",
                token: Some(TokenKind::Component),
                body: json!({"component_appid": component_appid, "offset": offset, "count": PAGE})
                    .into(),
                answers: &["list"],
                limit: AnswerLimit::PAGE,
                writes: false,
                secrecy: Secrecy::Yields,
            };
            let answer = self.call(operation, &call).await.map_err(subject)?;
            let page: ListPayload = envelope::payload(answer).map_err(subject)?;
            let (rows, known) = (page.list.len(), found.len());
            offset += rows;
            let secrets = self.wire().secrets();
            let listed = page.list.into_iter().map(|row| row.authorizer(secrets));
            found.extend(listed.filter(|authorizer| seen.insert(authorizer.appid.clone())));
            let total = page.total_count.get();
            let total = total.and_then(|total| usize::try_from(total).ok());
            // Without a total a page that is not full is the last one.
            let more = total.map_or(rows >= PAGE, |total| offset < total);
            if found.len() == known || !more {
                return Ok(found);
            }
            if found.len() > MOST {
                return Err(subject(endless()));
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
            body: json!({"component_appid": component_appid, "authorizer_appid": authorizer_appid})
                .into(),
            answers: &["authorizer_info", "authorization_info"],
            limit: AnswerLimit::ACCOUNT,
            writes: false,
            // The answer repeats the refresh token.
            secrecy: Secrecy::Untraced,
        };
        let answer = self.call(operation, &call).await.map_err(subject)?;
        let payload: InfoPayload = envelope::payload(answer).map_err(subject)?;
        let refresh_token = &payload.authorization_info.authorizer_refresh_token;
        self.wire().secrets().add(refresh_token);
        let sets = payload.authorization_info.func_info.into_iter();
        Ok(AuthorizerInfo {
            nick_name: payload.authorizer_info.nick_name,
            principal_name: payload.authorizer_info.principal_name,
            permission_sets: sets
                .filter_map(|row| row.funcscope_category.id.get())
                .collect(),
        })
    }
}

fn endless() -> Error {
    Error::new(
        Class::Malformed,
        format!("the list of accounts goes on after {MOST} of them"),
    )
    .next_step("Name the accounts by appid, and supply their tokens or refresh tokens instead of looking them up.")
}

impl ListRow {
    /// The account, whose refresh token is added to the secrets.
    fn authorizer(self, secrets: &Secrets) -> Authorizer {
        let refresh_token = self.refresh_token.as_deref().map_or("", str::trim);
        let refresh_token = Some(refresh_token)
            .filter(|token| !token.is_empty())
            .map(SecretString::from);
        secrets.add(&refresh_token);
        Authorizer {
            appid: secrets.scrubbed(self.authorizer_appid),
            refresh_token,
            auth_time: self.auth_time.get(),
        }
    }
}
