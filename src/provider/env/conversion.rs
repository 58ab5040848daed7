//! The resource `cloudbase_env_conversion`: an environment made in the Tencent Cloud console,
//! turned into a mini program environment. There is no way back, and nothing to read back.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::framework::identity::{Identity, IdentityAttribute, IdentitySchema};
use crate::framework::resource::{
    Applied, CreateRequest, PlanDestroyRequest, PlanRequest, Planned, Resource, StateRequest,
    UpdateRequest,
};
use crate::framework::schema::Schema;
use crate::framework::value::convert;
use crate::framework::{
    Attr, AttributePath, Context, Diagnostic, Diagnostics, Incoming, Type, Value,
};
use crate::provider::asked::Asked;
use crate::provider::token_kind::{self, Token};
use crate::provider::{Session, api_errors, attributes, deadline, not_known};
use crate::wechat::{EnvId, TokenKind};

/// The resource type.
#[derive(Clone, Copy, Debug)]
pub(in crate::provider) struct EnvConversion;

/// Configuration or plan.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::provider) struct Config {
    env: Attr<EnvId>,
    token: Attr<Token>,
}

/// State.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::provider) struct State {
    env: EnvId,
    token: Token,
}

#[async_trait]
impl Resource for EnvConversion {
    type Config = Config;
    type Session = Session;
    type State = State;

    fn type_name(&self) -> &'static str {
        "cloudbase_env_conversion"
    }

    fn schema(&self) -> Schema {
        Schema::new(
            "Turns an environment made in the Tencent Cloud console into a mini program \
             environment. This is one-way: destroying the resource only removes it from \
             state, and the environment stays converted. The API does not tell whether an \
             environment is converted, so drift is not detected.",
            vec![
                attributes::env().requires_replace(),
                token_kind::of_environment().default(Value::string("component")),
            ],
        )
    }

    /// Core plans no destruction for a replacement, so this warns of it.
    async fn plan(
        &self,
        _: Context<Session>,
        request: PlanRequest<Config, State>,
    ) -> Planned<Config> {
        match request.prior {
            Some(prior) if request.planned.env.known() != Some(&prior.env) => {
                Planned::unchanged().with([stays_converted(&prior.env)])
            }
            _ => Planned::unchanged(),
        }
    }

    async fn plan_destroy(
        &self,
        _: Context<Session>,
        request: PlanDestroyRequest<State>,
    ) -> Diagnostics {
        stays_converted(&request.state.env).into()
    }

    async fn create(
        &self,
        context: Context<Session>,
        request: CreateRequest<Config>,
    ) -> Applied<State> {
        let state: State = match convert(&request.planned) {
            Ok(state) => state,
            Err(error) => return Applied::failed(not_known::diagnostic(&error)),
        };
        let operation = deadline::operation(&context, deadline::WRITE);
        let kind = match state.token {
            Token::Component => TokenKind::Component,
            Token::Authorizer => TokenKind::Authorizer,
        };
        match context
            .session
            .client
            .convert(&operation, &state.env, kind)
            .await
        {
            Ok(()) => Applied::state(state),
            Err(error) => {
                let asked = Asked::convert(format!("convert environment {}", state.env));
                let path = AttributePath::root("env");
                Applied::failed(api_errors::error(&asked, &error, path))
            }
        }
    }

    async fn read(&self, _: Context<Session>, request: StateRequest<State>) -> Applied<State> {
        Applied::state(request.state)
    }

    /// Only `token` can change in place, and it is of no use any more.
    async fn update(
        &self,
        _: Context<Session>,
        request: UpdateRequest<Config, State>,
    ) -> Applied<State> {
        match convert(&request.planned) {
            Ok(state) => Applied::state(state),
            Err(error) => Applied::failed(not_known::diagnostic(&error)),
        }
    }

    async fn delete(&self, _: Context<Session>, _: StateRequest<State>) -> Applied<State> {
        Applied::gone()
    }

    async fn import(
        &self,
        _: Context<Session>,
        id: String,
    ) -> Result<Incoming<State>, Diagnostics> {
        match id.parse() {
            Ok(env) => Ok(imported(env)),
            Err(error) => {
                let detail = format!("{error}.\nThe id is the environment id alone.");
                Err(Diagnostic::error("invalid import id", detail).into())
            }
        }
    }
}

/// The identity: the environment.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::provider) struct ConversionIdentity {
    env: EnvId,
}

#[async_trait]
impl Identity for EnvConversion {
    type Identity = ConversionIdentity;

    fn identity_schema(&self) -> IdentitySchema {
        IdentitySchema {
            version: 0,
            attributes: vec![IdentityAttribute {
                name: "env",
                ty: Type::String,
                required_for_import: true,
                description: "Id of the environment.",
            }],
        }
    }

    fn identity(&self, _: Option<&Session>, state: &State) -> ConversionIdentity {
        ConversionIdentity {
            env: state.env.clone(),
        }
    }

    fn planned_identity(&self, planned: &Config, _: Option<&State>) -> Option<ConversionIdentity> {
        planned
            .env
            .known()
            .map(|env| ConversionIdentity { env: env.clone() })
    }

    async fn import_by_identity(
        &self,
        _: Context<Session>,
        identity: ConversionIdentity,
    ) -> Result<Incoming<State>, Diagnostics> {
        Ok(imported(identity.env))
    }
}

/// The API does not say which token an environment was converted with, nor whether it was.
fn imported(env: EnvId) -> Incoming<State> {
    let token = Token::Component;
    State { env, token }.into()
}

fn stays_converted(env: &EnvId) -> Diagnostic {
    Diagnostic::warning(
        format!("environment {env} stays converted"),
        "A conversion cannot be undone. Destroying the resource only removes it from state.",
    )
}
