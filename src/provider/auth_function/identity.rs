//! The identity of a `cloudbase_auth_function`: the function's name and the environments. It follows `envs`, so that it
//! changes when they do.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::id::FunctionId;
use super::model::{Config, State};
use super::{AuthFunction, import};
use crate::framework::identity::{Identity, IdentityAttribute, IdentitySchema};
use crate::framework::{Context, Diagnostic, Diagnostics, Incoming, Type};
use crate::provider::Session;
use crate::wechat::{EnvId, FunctionName};

/// The identity. Identities have no sets, so the environments are a list, in order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::provider) struct FunctionIdentity {
    name: Option<FunctionName>,
    envs: Vec<EnvId>,
}

#[async_trait]
impl Identity for AuthFunction {
    type Identity = FunctionIdentity;

    fn identity_schema(&self) -> IdentitySchema {
        IdentitySchema {
            version: 0,
            attributes: vec![
                IdentityAttribute {
                    name: "name",
                    ty: Type::String,
                    required_for_import: false,
                    description: "Name of the function, unless it is cloudbase_auth.",
                },
                IdentityAttribute {
                    name: "envs",
                    ty: Type::list(Type::String),
                    required_for_import: true,
                    description: "Ids of the environments.",
                },
            ],
        }
    }

    fn identity(&self, _: Option<&Session>, state: &State) -> FunctionIdentity {
        FunctionIdentity {
            name: Some(state.name.clone()),
            envs: state.envs.iter().cloned().collect(),
        }
    }

    fn planned_identity(&self, planned: &Config, _: Option<&State>) -> Option<FunctionIdentity> {
        let (envs, is_complete) = planned.known_envs();
        let name = planned.name.known()?.clone();
        is_complete.then(|| FunctionIdentity {
            name: Some(name),
            envs: envs.into_iter().collect(),
        })
    }

    async fn import_by_identity(
        &self,
        context: Context<Session>,
        identity: FunctionIdentity,
    ) -> Result<Incoming<State>, Diagnostics> {
        if identity.envs.is_empty() {
            return Err(Diagnostic::error(
                "the identity to import by has no `envs`",
                "List at least one environment in the `identity` of the `import` block.",
            )
            .into());
        }
        let id = FunctionId {
            name: identity.name.unwrap_or_else(FunctionName::cloudbase_auth),
            envs: identity.envs.into_iter().collect(),
        };
        import::import(&context, id).await
    }
}
