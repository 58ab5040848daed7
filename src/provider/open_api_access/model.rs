//! `cloudbase_open_api_access` as schema and structs.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::framework::schema::{Attribute, Schema};
use crate::framework::{Attr, Type, Value};
use crate::ordered::Ordered as _;
use crate::provider::token_kind::{self, Token};
use crate::provider::{attributes, validators};
use crate::wechat::{ApiPath, CloudAccess, EnvId};

/// Configuration or plan: values may be null or unknown. Known ones have been validated.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::provider) struct Config {
    pub(super) env: Attr<EnvId>,
    pub(super) api_whitelist: Attr<Vec<Attr<ApiPath>>>,
    pub(super) token: Attr<Token>,
    pub(super) enabled: Attr<bool>,
}

/// What an apply is to come to.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Wanted {
    pub(super) env: EnvId,
    pub(super) api_whitelist: BTreeSet<ApiPath>,
    pub(super) token: Token,
    pub(super) enabled: Attr<bool>,
}

impl Wanted {
    /// The entries as the API has them.
    pub(super) fn entries(&self) -> BTreeSet<String> {
        self.api_whitelist
            .iter()
            .map(ToString::to_string)
            .into_set()
    }
}

/// State: what is there, as the API has it. Its entries need not be paths.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::provider) struct State {
    pub(super) env: EnvId,
    pub(super) api_whitelist: BTreeSet<String>,
    pub(super) token: Token,
    pub(super) enabled: Option<bool>,
}

impl State {
    /// What is known of one that is imported, before it is read.
    pub(super) fn imported(env: EnvId) -> Self {
        Self {
            env,
            api_whitelist: BTreeSet::new(),
            token: Token::Component,
            enabled: None,
        }
    }

    /// The same, as the API says it now.
    pub(super) fn found(self, access: CloudAccess) -> Self {
        Self {
            api_whitelist: access.api_whitelist,
            enabled: access.open,
            ..self
        }
    }
}

/// The schema of the resource.
pub(super) fn schema() -> Schema {
    Schema::new(
        "Which of WeChat's open APIs the code in a cloud environment may call with the WeChat token \
         (微信令牌, `cloudbase_access_token`) that it finds there: without it, a call needs the \
         secrets of the account. It manages the whole whitelist of the environment.",
        vec![
            attributes::env().requires_replace_if_known(),
            Attribute::new(
                "api_whitelist",
                Type::set(Type::String),
                "Paths of the open APIs that may be called, such as `/wxa/msg_sec_check`, without \
                 host and parameters; `/*` is one that WeChat's own sample has. An empty set allows \
                 none. What is on the whitelist and not in here is removed from it.",
            )
            .required()
            .validate_each(validators::api_path()),
            token_kind::of_environment().default(Value::string("component")),
            Attribute::bool(
                "enabled",
                "Whether the account may use its WeChat tokens at all. It is a setting of the whole \
                 account, on unless somebody switched it off, and this provider never changes it: \
                 while it is `false`, no environment of the account can use its token. Null if the \
                 API does not say.",
            )
            .computed()
            .use_state_for_unknown(),
        ],
    )
}
