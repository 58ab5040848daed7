//! The identity of a `cloudbase_open_api_access`: the environment.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::OpenApiAccess;
use super::model::{Config, State};
use crate::framework::identity::{Identity, IdentityAttribute, IdentitySchema};
use crate::framework::{Attr, Context, Diagnostics, Incoming, Type};
use crate::provider::Session;
use crate::wechat::EnvId;

/// The identity.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::provider) struct AccessIdentity {
    env: EnvId,
}

#[async_trait]
impl Identity for OpenApiAccess {
    type Identity = AccessIdentity;

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

    fn identity(&self, _: Option<&Session>, state: &State) -> AccessIdentity {
        AccessIdentity {
            env: state.env.clone(),
        }
    }

    /// What is not known yet of an object that is there stays as it is, or the apply stops.
    fn planned_identity(&self, planned: &Config, prior: Option<&State>) -> Option<AccessIdentity> {
        let env = match (&planned.env, prior) {
            (Attr::Unknown, Some(prior)) => &prior.env,
            (env, _) => env.known()?,
        };
        Some(AccessIdentity { env: env.clone() })
    }

    async fn import_by_identity(
        &self,
        _: Context<Session>,
        identity: AccessIdentity,
    ) -> Result<Incoming<State>, Diagnostics> {
        Ok(State::imported(identity.env).into())
    }
}
