//! The data source `cloudbase_open_api_access`: what an environment may call.

use std::collections::BTreeSet;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::words;
use crate::framework::data_source::Found;
use crate::framework::schema::{Attribute, Schema};
use crate::framework::{AttributePath, Context, DataSource, Diagnostic, Type};
use crate::provider::token_kind::{self, Token};
use crate::provider::{Session, attributes, deadline};
use crate::wechat::EnvId;

/// The data source type.
pub(in crate::provider) struct OpenApiAccessData;

/// Arguments and results.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::provider) struct Access {
    env: String,
    token: Option<Token>,
    api_whitelist: Option<BTreeSet<String>>,
    enabled: Option<bool>,
    version: Option<i64>,
}

#[async_trait]
impl DataSource for OpenApiAccessData {
    type Session = Session;
    type State = Access;

    fn type_name(&self) -> &'static str {
        "cloudbase_open_api_access"
    }

    fn schema(&self) -> Schema {
        Schema::new(
            "Which of WeChat's open APIs the code in a cloud environment may call with the WeChat \
             token (微信令牌, `cloudbase_access_token`) that it finds there.",
            vec![
                attributes::env(),
                token_kind::of_environment(),
                Attribute::new(
                    "api_whitelist",
                    Type::set(Type::String),
                    "What may be called, as the API lists it; an empty set if nothing may be.",
                )
                .computed(),
                Attribute::bool(
                    "enabled",
                    "Whether the account may use its WeChat tokens at all, a setting of the whole \
                     account. Null if the API does not say.",
                )
                .computed(),
                Attribute::integer(
                    "version",
                    "Version of the whitelist. How it counts is not documented. Null if the API does \
                     not say.",
                )
                .computed(),
            ],
        )
    }

    async fn read(&self, context: Context<Session>, config: Access) -> Found<Access> {
        let env: EnvId = match config.env.parse() {
            Ok(env) => env,
            Err(error) => {
                let error = Diagnostic::error("invalid environment id", error.to_string());
                return Found::failed(error.at(AttributePath::root("env")));
            }
        };
        let operation = deadline::operation(&context, deadline::READ);
        let kind = config.token.unwrap_or_default().into();
        let client = &context.session.client;
        match client.cloud_access(&operation, &env, kind).await {
            Ok(access) => {
                let mut found = Found::state(Access {
                    api_whitelist: Some(access.api_whitelist),
                    enabled: access.open,
                    version: access.version,
                    ..config
                });
                found
                    .diagnostics
                    .extend(words::switched_off(&env, access.open));
                found
            }
            Err(error) => Found::failed(words::not_looked_at(&env, &error)),
        }
    }
}
