//! The identity of a `cloudbase_env_share`: the environment and the mini programs. It follows
//! `appids`, so that it changes when they do.

use async_trait::async_trait;

use super::model::{Config, State};
use super::{EnvShare, import};
use crate::framework::identity::{Identity, IdentitySchema};
use crate::framework::{Context, Diagnostics};
use crate::provider::Session;
use crate::provider::share_identity::{self, ShareIdentity};

#[async_trait]
impl Identity for EnvShare {
    type Identity = ShareIdentity;

    fn identity_schema(&self) -> IdentitySchema {
        share_identity::schema()
    }

    fn identity(&self, state: &State) -> ShareIdentity {
        ShareIdentity {
            env: state.env.clone(),
            appids: state.appids.iter().cloned().collect(),
            source_type: state.source_type,
        }
    }

    fn planned_identity(&self, planned: &Config) -> Option<ShareIdentity> {
        let wanted = planned.wanted()?;
        Some(ShareIdentity {
            env: wanted.env,
            appids: wanted.appids.into_iter().collect(),
            source_type: wanted.source_type,
        })
    }

    async fn import_by_identity(
        &self,
        context: Context<Session>,
        identity: ShareIdentity,
    ) -> Result<State, Diagnostics> {
        import::import(&context, identity.into_id()?).await
    }
}
