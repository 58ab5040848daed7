//! The action `cloudbase_convert_env`: turns an environment made in the Tencent Cloud console into
//! a mini program environment, without a resource that remembers it.

use async_trait::async_trait;
use serde::Deserialize;

use crate::framework::action::{Action, Progress};
use crate::framework::schema::Schema;
use crate::framework::{Attr, AttributePath, Context, Diagnostic, Diagnostics};
use crate::provider::asked::Asked;
use crate::provider::token_kind::{self, Token};
use crate::provider::{Session, api_errors, attributes, deadline};
use crate::wechat::EnvId;

/// The action type.
pub(in crate::provider) struct ConvertEnv;

/// What to convert.
#[derive(Debug, Deserialize)]
pub(in crate::provider) struct Config {
    env: Attr<EnvId>,
    token: Attr<Token>,
}

#[async_trait]
impl Action for ConvertEnv {
    type Config = Config;
    type Session = Session;

    fn type_name(&self) -> &'static str {
        "cloudbase_convert_env"
    }

    fn schema(&self) -> Schema {
        Schema::new(
            "Turns an environment made in the Tencent Cloud console into a mini program \
             environment. This cannot be undone. Where actions are not available, use the \
             resource `cloudbase_env_conversion`.",
            vec![attributes::env(), token_kind::of_environment()],
        )
    }

    async fn invoke(
        &self,
        context: Context<Session>,
        config: Config,
        progress: Progress,
    ) -> Diagnostics {
        let Some(env) = config.env.into_known() else {
            return Diagnostic::error("`env` is not known", "Name the environment.").into();
        };
        let kind = config.token.known().copied().unwrap_or_default().into();
        progress.say(format!("Converting environment {env}")).await;
        let operation = deadline::operation(&context, deadline::WRITE);
        match context.session.client.convert(&operation, &env, kind).await {
            Ok(()) => {
                progress
                    .say(format!("Environment {env} is a mini program environment"))
                    .await;
                Diagnostics::new()
            }
            Err(error) => {
                let asked = Asked::convert(format!("convert environment {env}"));
                api_errors::error(&asked, &error, AttributePath::root("env")).into()
            }
        }
    }
}
