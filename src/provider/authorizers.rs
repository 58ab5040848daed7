//! The data source `cloudbase_authorizers`: the accounts that have authorised the platform.

use std::collections::BTreeSet;

use async_trait::async_trait;
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};

use super::asked::Asked;
use super::{Session, api_errors, deadline, validators};
use crate::framework::data_source::Found;
use crate::framework::schema::{Attribute, Nesting, Schema};
use crate::framework::{AttributePath, Context, DataSource, Diagnostic, Type};
use crate::wechat::{Appid, Authorizer, AuthorizerInfo, Error, Operation};

/// Accounts that are asked about at once. There may be hundreds, and there is a call for each.
const AT_ONCE: usize = 4;

/// The data source type.
pub(super) struct Authorizers;

/// Arguments and what was found.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct State {
    component_appid: Option<Appid>,
    permissions: Option<bool>,
    authorizers: Option<Vec<Account>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Account {
    appid: String,
    auth_time: Option<i64>,
    nick_name: Option<String>,
    principal_name: Option<String>,
    permission_sets: Option<BTreeSet<i64>>,
}

#[async_trait]
impl DataSource for Authorizers {
    type Session = Session;
    type State = State;

    fn type_name(&self) -> &'static str {
        "cloudbase_authorizers"
    }

    fn schema(&self) -> Schema {
        let text = |name, description| Attribute::string(name, description).computed();
        Schema::new(
            "The accounts that have authorised the third-party platform. It needs the component \
             access token. Refresh tokens are not among the results.",
            vec![
                Attribute::string(
                    "component_appid",
                    "Appid of the third-party platform; left out, it is that of the provider's \
                     `component`.",
                )
                .validate(validators::appid()),
                Attribute::bool(
                    "permissions",
                    "Whether to ask for each account's name and permission sets, too. That is a \
                     call for each.",
                ),
                Attribute::nested(
                    "authorizers",
                    Nesting::List,
                    vec![
                        text("appid", "Appid of the account."),
                        Attribute::integer(
                            "auth_time",
                            "When it authorised the platform, in seconds since 1970.",
                        )
                        .computed(),
                        text("nick_name", "Its name; only with `permissions`."),
                        text(
                            "principal_name",
                            "The legal subject behind it; only with `permissions`. All mini \
                             programs that share an environment have to have the same.",
                        ),
                        Attribute::new(
                            "permission_sets",
                            Type::set(Type::Number),
                            "Ids of the permission sets it has granted; only with `permissions`. \
                             Sharing needs 18, environment information and conversion 49.",
                        )
                        .computed(),
                    ],
                    "The accounts, sorted by appid.",
                )
                .computed(),
            ],
        )
    }

    async fn read(&self, context: Context<Session>, config: State) -> Found<State> {
        let operation = deadline::operation(&context, deadline::WRITE);
        let client = &context.session.client;
        let platform = config.component_appid.as_ref();
        let listed = match client.authorizers(&operation, platform).await {
            Ok(listed) => listed,
            Err(error) => return failed("list the accounts that authorised the platform", &error),
        };
        let mut accounts = Vec::with_capacity(listed.len());
        if config.permissions == Some(true) {
            for some in listed.chunks(AT_ONCE) {
                let infos = some
                    .iter()
                    .map(|one| info(&context, &operation, platform, one));
                for (one, info) in some.iter().zip(join_all(infos).await) {
                    match info {
                        Ok(info) => accounts.push(account(one, Some(info))),
                        Err(found) => return *found,
                    }
                }
            }
        } else {
            accounts.extend(listed.iter().map(|one| account(one, None)));
        }
        accounts.sort_by(|a, b| a.appid.cmp(&b.appid));
        Found::state(State {
            authorizers: Some(accounts),
            ..config
        })
    }
}

async fn info(
    context: &Context<Session>,
    operation: &Operation,
    platform: Option<&Appid>,
    authorizer: &Authorizer,
) -> Result<AuthorizerInfo, Box<Found<State>>> {
    let asked = format!("read what {} has granted", authorizer.appid);
    let appid: Appid = authorizer.appid.parse().map_err(|error| {
        let summary = format!("could not {asked}");
        Box::new(Found::failed(Diagnostic::error(
            summary,
            format!("{error}."),
        )))
    })?;
    let info = context
        .session
        .client
        .authorizer_info(operation, platform, &appid)
        .await;
    info.map_err(|error| Box::new(failed(&asked, &error)))
}

fn failed(asked: &str, error: &Error) -> Found<State> {
    let path = AttributePath::default();
    Found::failed(api_errors::error(&Asked::read(asked), error, path))
}

fn account(authorizer: &Authorizer, info: Option<AuthorizerInfo>) -> Account {
    let (nick_name, principal_name, permission_sets) = match info {
        Some(info) => (
            info.nick_name,
            info.principal_name,
            Some(info.permission_sets),
        ),
        None => (None, None, None),
    };
    Account {
        appid: authorizer.appid.clone(),
        auth_time: authorizer.auth_time,
        nick_name,
        principal_name,
        permission_sets,
    }
}
