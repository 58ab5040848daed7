//! The data source `cloudbase_envs`: all environments of a merchant.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::env::{self, Environment};
use super::{Session, api_errors, deadline};
use crate::framework::data_source::Found;
use crate::framework::schema::{Attribute, Nesting, Schema};
use crate::framework::{AttributePath, Context, DataSource, Severity};

/// The data source type.
pub(super) struct Envs;

/// It has no arguments.
#[derive(Debug, Deserialize)]
pub(super) struct Config {}

/// What was found.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct State {
    envs: Option<Vec<Environment>>,
}

#[async_trait]
impl DataSource for Envs {
    type Config = Config;
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
                let asked = "list the environments";
                Found::failed(api_errors::diagnostic(Severity::Error, asked, &error, path))
            }
        }
    }
}
