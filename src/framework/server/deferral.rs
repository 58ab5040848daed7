//! Putting decisions off while the provider's configuration is not known (Terraform 1.9 and later).
//!
//! Where the caller does not take that, operations go on as well as they can: a plan leaves what it
//! cannot know unknown.

use super::Inner;
use crate::framework::provider::Provider;
use crate::proto::tfplugin6 as pb;

impl<P: Provider> Inner<P> {
    /// What to answer instead of a result, if the provider's configuration has unknown values and
    /// the caller takes a deferral.
    pub(super) fn deferral(
        &self,
        capabilities: Option<&pb::ClientCapabilities>,
    ) -> Option<pb::Deferred> {
        let allowed = self.session.allows_deferrals(capabilities);
        (allowed && !self.session.is_config_known()).then(|| pb::Deferred {
            reason: pb::deferred::Reason::ProviderConfigUnknown.into(),
        })
    }
}
