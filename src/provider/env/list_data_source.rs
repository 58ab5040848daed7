//! The data source `cloudbase_envs`: all environments of a merchant.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::data_source::{self as env, Environment};
use crate::framework::data_source::Found;
use crate::framework::schema::{Attribute, Nesting, Schema};
use crate::framework::{AttributePath, Context, DataSource};
use crate::provider::asked::Asked;
use crate::provider::{Session, api_errors, deadline};

/// The data source type.
pub(in crate::provider) struct Envs;

/// What was found.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::provider) struct State {
    envs: Option<Vec<Environment>>,
}

#[async_trait]
impl DataSource for Envs {
    type Session = Session;
    type State = State;

    fn type_name(&self) -> &'static str {
        "cloudbase_envs"
    }

    fn schema(&self) -> Schema {
        let env = Attribute::string("env", "Id of the environment.").computed();
        let attributes = std::iter::once(env).chain(env::results()).collect();
        Schema::new(
            "All cloud environments of a merchant. It needs the authorizer's access token.",
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
        match context.session.client.env_info(&operation, None).await {
            Ok(infos) => {
                let mut envs: Vec<_> = infos.into_iter().map(Environment::from).collect();
                envs.sort_by(|a, b| a.env.cmp(&b.env));
                Found::state(State { envs: Some(envs) })
            }
            Err(error) => {
                let path = AttributePath::default();
                let asked = Asked::read("list the environments");
                Found::failed(api_errors::error(&asked, &error, path))
            }
        }
    }
}
