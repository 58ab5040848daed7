//! The data source `cloudbase_env`: what is known of one environment.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::framework::data_source::Found;
use crate::framework::schema::{Attribute, Schema};
use crate::framework::{AttributePath, Context, DataSource, Diagnostic};
use crate::provider::asked::Asked;
use crate::provider::{Session, api_errors, attributes, deadline};
use crate::wechat::{EnvId, EnvInfo, Error};

/// The data source type.
pub(in crate::provider) struct Env;

/// What is known of an environment. Texts are as the API has them, and null where it has none.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::provider) struct Environment {
    pub(in crate::provider) env: String,
    alias: Option<String>,
    create_time: Option<String>,
    update_time: Option<String>,
    status: Option<String>,
    package_id: Option<String>,
    package_name: Option<String>,
}

impl From<EnvInfo> for Environment {
    fn from(info: EnvInfo) -> Self {
        Self {
            env: info.env,
            alias: info.alias,
            create_time: info.create_time,
            update_time: info.update_time,
            status: info.status,
            package_id: info.package_id,
            package_name: info.package_name,
        }
    }
}

/// The attributes of an environment but for its id.
pub(in crate::provider) fn results() -> Vec<Attribute> {
    [
        ("alias", "Alias of the environment."),
        (
            "create_time",
            "When it was opened, as the API writes it, without a zone.",
        ),
        (
            "update_time",
            "When it was last changed, as the API writes it, without a zone.",
        ),
        (
            "status",
            "State of the environment, such as `NORMAL`, `HALTED` (over quota or banned) or \
             `UNAVAILABLE` (not initialised).",
        ),
        ("package_id", "Id of the product package."),
        ("package_name", "Name of the product package, in Chinese."),
    ]
    .map(|(name, description)| Attribute::string(name, description).computed())
    .into()
}

#[async_trait]
impl DataSource for Env {
    type Session = Session;
    type State = Environment;

    fn type_name(&self) -> &'static str {
        "cloudbase_env"
    }

    fn schema(&self) -> Schema {
        let env = attributes::env();
        Schema::new(
            "What is known of one cloud environment of a merchant. It needs the authorizer's \
             access token.",
            std::iter::once(env).chain(results()).collect(),
        )
    }

    async fn read(&self, context: Context<Session>, config: Environment) -> Found<Environment> {
        let failed = |env: &str, error: &Error| {
            let asked = Asked::read(format!("read environment {env}"));
            let path = AttributePath::root("env");
            Found::failed(api_errors::error(&asked, error, path))
        };
        let env: EnvId = match config.env.parse() {
            Ok(env) => env,
            Err(error) => {
                let error = Diagnostic::error("invalid environment id", error.to_string());
                return Found::failed(error.at(AttributePath::root("env")));
            }
        };
        let operation = deadline::operation(&context, deadline::READ);
        let client = &context.session.client;
        match client.env_info(&operation, Some(&env)).await {
            Ok(infos) => {
                if let Some(info) = infos.into_iter().find(|info| info.env == env.as_str()) {
                    return Found::state(info.into());
                }
            }
            Err(error) => return failed(env.as_str(), &error),
        }
        match client.env_info(&operation, None).await {
            Ok(infos) => Found::failed(not_found(&env, &infos)),
            Err(error) => failed(env.as_str(), &error),
        }
    }
}

fn not_found(env: &EnvId, infos: &[EnvInfo]) -> Diagnostic {
    let ids: Vec<_> = infos.iter().map(|info| info.env.as_str()).collect();
    let detail = if ids.is_empty() {
        "The merchant of the authorizer access token has no environments. Check whose token it is."
            .to_owned()
    } else {
        format!(
            "The merchant of the authorizer access token has: {}.",
            ids.join(", ")
        )
    };
    Diagnostic::error(format!("environment {env} was not found"), detail)
        .at(AttributePath::root("env"))
}
