//! The data source `cloudbase_api_quota`: how often a call may be made today, and how often it was.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::asked::Asked;
use super::token_kind::{self, Token};
use super::{Session, api_errors, deadline, validators};
use crate::framework::data_source::Found;
use crate::framework::schema::{Attribute, Nesting, Schema};
use crate::framework::{AttributePath, Context, DataSource};
use crate::wechat::RateLimit;

/// The data source type.
pub(super) struct Quota;

/// Arguments and what was found.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct State {
    path: String,
    token: Option<Token>,
    daily_limit: Option<i64>,
    used: Option<i64>,
    remaining: Option<i64>,
    rate_limit: Option<Rate>,
    component_rate_limit: Option<Rate>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Rate {
    calls: Option<i64>,
    seconds: Option<i64>,
}

impl From<RateLimit> for Rate {
    fn from(limit: RateLimit) -> Self {
        Self {
            calls: limit.call_count,
            seconds: limit.refresh_second,
        }
    }
}

#[async_trait]
impl DataSource for Quota {
    type Session = Session;
    type State = State;

    fn type_name(&self) -> &'static str {
        "cloudbase_api_quota"
    }

    fn schema(&self) -> Schema {
        let number = |name, description| Attribute::integer(name, description).computed();
        let rate = |name, description| {
            let parts = vec![
                number("calls", "Calls in that time."),
                number("seconds", "The time, in seconds."),
            ];
            Attribute::nested(name, Nesting::Single, parts, description).computed()
        };
        Schema::new(
            "How often the account of the access token may make a call, and how often it made it \
             today. A number is null where the API has none. Where a call has a quota of its own \
             for what it does, that one counts, and may be lower than what is said here. Reading \
             it is a call, too.",
            vec![
                Attribute::string(
                    "path",
                    "Path of the call, with the slash in front, such as \
                     `/componenttcb/batchshareenv`.",
                )
                .required()
                .validate(validators::call_path()),
                token_kind::attribute(
                    "Whose access token to ask with: `component` (the default) for the platform's \
                     own calls, such as those of sharing; `authorizer` for calls on behalf of a \
                     merchant.",
                ),
                number("daily_limit", "Calls that may be made in a day."),
                number("used", "Calls made today."),
                number("remaining", "Calls left today."),
                rate("rate_limit", "How fast the account may call."),
                rate(
                    "component_rate_limit",
                    "How fast a platform may call on behalf of the account.",
                ),
            ],
        )
    }

    async fn read(&self, context: Context<Session>, config: State) -> Found<State> {
        let operation = deadline::operation(&context, deadline::READ);
        let token = config.token.unwrap_or_default().into();
        let client = &context.session.client;
        match client.api_quota(&operation, &config.path, token).await {
            Ok(quota) => Found::state(State {
                daily_limit: quota.daily_limit,
                used: quota.used,
                remaining: quota.remain,
                rate_limit: quota.rate_limit.map(Rate::from),
                component_rate_limit: quota.component_rate_limit.map(Rate::from),
                ..config
            }),
            Err(error) => {
                let asked = Asked::quota(format!("read the quota of {}", config.path));
                let path = AttributePath::root("path");
                Found::failed(api_errors::error(&asked, &error, path))
            }
        }
    }
}
