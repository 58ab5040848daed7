//! The identity of a `cloudbase_env_share`: the environment and the mini programs. It follows
//! `appids`, so that it changes when they do.

use async_trait::async_trait;

use super::model::{Config, State};
use super::{EnvShare, import};
use crate::framework::identity::{Identity, IdentitySchema};
use crate::framework::{Attr, Context, Diagnostics, Incoming};
use crate::provider::Session;
use crate::provider::env_share::object_identity::{self, ShareIdentity};

#[async_trait]
impl Identity for EnvShare {
    type Identity = ShareIdentity;

    fn identity_schema(&self) -> IdentitySchema {
        object_identity::schema()
    }

    fn identity(&self, _: Option<&Session>, state: &State) -> ShareIdentity {
        ShareIdentity::new(&state.env, &state.appids, state.source_type)
    }

    /// What is not known yet of an object that is there stays as it is, or the apply stops.
    fn planned_identity(&self, planned: &Config, prior: Option<&State>) -> Option<ShareIdentity> {
        let env = match (&planned.env, prior) {
            (Attr::Unknown, Some(prior)) => &prior.env,
            (env, _) => env.known()?,
        };
        let source_type = match (&planned.source_type, prior) {
            (Attr::Unknown, Some(prior)) => prior.source_type,
            (Attr::Unknown, None) => return None,
            (source_type, _) => source_type.known().copied(),
        };
        let (appids, is_complete) = planned.known_appids();
        is_complete.then(|| ShareIdentity::new(env, &appids, source_type))
    }

    async fn import_by_identity(
        &self,
        context: Context<Session>,
        identity: ShareIdentity,
    ) -> Result<Incoming<State>, Diagnostics> {
        import::import(&context, identity.into_id()?).await
    }
}
