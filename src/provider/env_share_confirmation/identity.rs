//! The identity of a `cloudbase_env_share_confirmation`: that of the shares it waits for.

use async_trait::async_trait;

use super::EnvShareConfirmation;
use super::model::{Config, State};
use crate::framework::identity::{Identity, IdentitySchema};
use crate::framework::{Context, Diagnostics, Incoming};
use crate::provider::Session;
use crate::provider::env_share::object_identity::{self, ShareIdentity};

#[async_trait]
impl Identity for EnvShareConfirmation {
    type Identity = ShareIdentity;

    fn identity_schema(&self) -> IdentitySchema {
        object_identity::schema()
    }

    fn identity(&self, _: Option<&Session>, state: &State) -> ShareIdentity {
        ShareIdentity::new(&state.env, &state.appids, state.source_type)
    }

    fn planned_identity(&self, planned: &Config, _: Option<&State>) -> Option<ShareIdentity> {
        let state = planned.known().ok()?;
        Some(self.identity(None, &state))
    }

    async fn import_by_identity(
        &self,
        _: Context<Session>,
        identity: ShareIdentity,
    ) -> Result<Incoming<State>, Diagnostics> {
        Ok(State::from(identity.into_id()?).into())
    }
}
