//! The data source `cloudbase_hosting_envs`: the cloud hosting environments of the third-party platform.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::framework::data_source::Found;
use crate::framework::schema::{Attribute, Nesting, Schema};
use crate::framework::{AttributePath, Context, DataSource};
use crate::provider::asked::Asked;
use crate::provider::{Session, api_errors, deadline};
use crate::wechat::HostingEnv;

/// The data source type.
pub(in crate::provider) struct HostingEnvs;

/// What was found.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::provider) struct State {
    envs: Option<Vec<HostingEnvironment>>,
}

/// Texts are as the API has them, and null where it has none.
#[derive(Debug, Serialize, Deserialize)]
struct HostingEnvironment {
    env: String,
    source: Option<String>,
    alias: Option<String>,
    create_time: Option<String>,
    update_time: Option<String>,
    status: Option<String>,
    package_id: Option<String>,
    package_name: Option<String>,
    pay_mode: Option<String>,
    is_default: Option<bool>,
    is_auto_degrade: Option<bool>,
    env_channel: Option<String>,
    region: Option<String>,
}

impl From<HostingEnv> for HostingEnvironment {
    fn from(env: HostingEnv) -> Self {
        Self {
            env: env.env,
            source: env.source,
            alias: env.alias,
            create_time: env.create_time,
            update_time: env.update_time,
            status: env.status,
            package_id: env.package_id,
            package_name: env.package_name,
            pay_mode: env.pay_mode,
            is_default: env.is_default,
            is_auto_degrade: env.is_auto_degrade,
            env_channel: env.env_channel,
            region: env.region,
        }
    }
}

#[async_trait]
impl DataSource for HostingEnvs {
    type Session = Session;
    type State = State;

    fn type_name(&self) -> &'static str {
        "cloudbase_hosting_envs"
    }

    fn schema(&self) -> Schema {
        let text = |name, description| Attribute::string(name, description).computed();
        let mut attributes = vec![
            text("env", "Id of the environment."),
            text(
                "source",
                "Where it was made: `miniapp` (WeChat) or `qcloud` (Tencent Cloud). One made in \
                 Tencent Cloud has to be converted before it can be shared.",
            ),
        ];
        attributes.extend(super::data_source::results());
        attributes.extend([
            text("pay_mode", "How it is paid: `prepayment` or `postpaid`."),
            Attribute::bool("is_default", "Whether it is the default environment.").computed(),
            Attribute::bool(
                "is_auto_degrade",
                "Whether it falls back to the free package when its package ends.",
            )
            .computed(),
            text("env_channel", "Channel through which it was made."),
            text("region", "Region, such as `ap-shanghai`."),
        ]);
        Schema::new(
            "All cloud hosting environments that the third-party platform owns: those that are \
             shared with `source_type = 1`. It needs the component access token. What an \
             environment contains (databases, storages, functions, logs) is not among the results.",
            vec![
                Attribute::nested(
                    "envs",
                    Nesting::List,
                    attributes,
                    "The environments, sorted by id.",
                )
                .computed(),
            ],
        )
    }

    async fn read(&self, context: Context<Session>, _: State) -> Found<State> {
        let operation = deadline::operation(&context, deadline::READ);
        match context.session.client.hosting_envs(&operation).await {
            Ok(envs) => {
                let mut envs: Vec<_> = envs.into_iter().map(HostingEnvironment::from).collect();
                envs.sort_by(|a, b| a.env.cmp(&b.env));
                Found::state(State { envs: Some(envs) })
            }
            Err(error) => {
                let asked = Asked::read("list the cloud hosting environments of the platform");
                let path = AttributePath::default();
                Found::failed(api_errors::error(&asked, &error, path))
            }
        }
    }
}
