//! The data source `cloudbase_component_envs`: the environments of the third-party platform itself.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::data_source::{self as env, Environment};
use crate::framework::data_source::Found;
use crate::framework::schema::{Attribute, Nesting, Schema};
use crate::framework::{AttributePath, Context, DataSource};
use crate::provider::asked::Asked;
use crate::provider::{Session, api_errors, deadline};

/// The data source type.
pub(in crate::provider) struct ComponentEnvs;

/// What was found.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::provider) struct State {
    envs: Option<Vec<ComponentEnvironment>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct ComponentEnvironment {
    #[serde(flatten)]
    common: Environment,
    dbinstance_id: Option<String>,
    bucket_id: Option<String>,
}

#[async_trait]
impl DataSource for ComponentEnvs {
    type Session = Session;
    type State = State;

    fn type_name(&self) -> &'static str {
        "cloudbase_component_envs"
    }

    fn schema(&self) -> Schema {
        let text = |name, description| Attribute::string(name, description).computed();
        let mut attributes = vec![text("env", "Id of the environment.")];
        attributes.extend(env::results());
        attributes.extend([
            text("dbinstance_id", "Id of its database."),
            text("bucket_id", "Id of its storage bucket."),
        ]);
        Schema::new(
            "All cloud environments that the third-party platform owns: those that can be shared. \
             It needs the component access token.",
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
        match context.session.client.component_envs(&operation).await {
            Ok(envs) => {
                let mut envs: Vec<_> = envs
                    .into_iter()
                    .map(|env| ComponentEnvironment {
                        common: env.info.into(),
                        dbinstance_id: env.dbinstance_id,
                        bucket_id: env.bucket_id,
                    })
                    .collect();
                envs.sort_by(|a, b| a.common.env.cmp(&b.common.env));
                Found::state(State { envs: Some(envs) })
            }
            Err(error) => {
                let asked = Asked::read("list the environments of the platform");
                let path = AttributePath::default();
                Found::failed(api_errors::error(&asked, &error, path))
            }
        }
    }
}
