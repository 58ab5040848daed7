//! `PlanResourceChange`.

use super::rpc::Answer;
use super::{Inner, configured, dynamic};
use crate::framework::diagnostic::Diagnostics;
use crate::framework::path::AttributePath;
use crate::framework::plan;
use crate::framework::private::Private;
use crate::framework::provider::Provider;
use crate::framework::resource::{PlanDestroyRequest, PlanRequest, Planned};
use crate::proto::tfplugin6 as pb;

impl<P: Provider> Inner<P> {
    pub(super) async fn plan_resource(
        &self,
        request: pb::plan_resource_change::Request,
    ) -> pb::plan_resource_change::Response {
        self.try_plan(request).await.unwrap_or_else(Answer::failed)
    }

    async fn try_plan(
        &self,
        request: pb::plan_resource_change::Request,
    ) -> Result<pb::plan_resource_change::Response, Diagnostics> {
        let name = &request.type_name;
        let resource = self.resource(name)?;
        let ty = resource.ty();
        let decode = |value: Option<&pb::DynamicValue>, what: &str| {
            dynamic::decode(value, ty, &format!("the {what} of {name}"))
        };
        let config =
            configured::read_managed(request.config.as_ref(), resource.schema(), ty, name)?;
        let prior = decode(request.prior_state.as_ref(), "prior state")?;
        let proposed = decode(request.proposed_new_state.as_ref(), "proposed state")?;
        let private = Private(request.prior_private.clone());
        let deferred = self.deferral(request.client_capabilities.as_ref());
        let applying = self
            .session
            .is_applying(request.client_capabilities.as_ref());

        if proposed.is_null() {
            let diagnostics = if deferred.is_some() {
                Diagnostics::new()
            } else {
                let request = PlanDestroyRequest {
                    state: prior,
                    private,
                    applying,
                };
                resource.plan_destroy(self.context()?, request).await
            };
            return Ok(pb::plan_resource_change::Response {
                planned_state: Some(dynamic::null()),
                planned_private: request.prior_private,
                planned_identity: request.prior_identity,
                diagnostics: diagnostics.to_proto(),
                deferred,
                ..Default::default()
            });
        }

        let by_schema = plan::plan(resource.schema(), &config, &prior, proposed)?;
        let Planned {
            planned,
            requires_replace,
            private,
            diagnostics,
        } = if deferred.is_some() {
            Planned::unchanged()
        } else {
            let stored = Some(request.planned_private.clone()).filter(|p| !p.is_empty());
            let request = PlanRequest {
                config,
                prior: Some(prior.clone()).filter(|prior| !prior.is_null()),
                planned: by_schema.planned.clone(),
                private,
                stored_plan: stored.map(Private),
                applying,
            };
            resource.plan(self.context()?, request).await
        };
        let planned = planned.unwrap_or(by_schema.planned);
        let planned = plan::without_write_only(resource.schema(), planned);
        let mut replacing = by_schema.requires_replace;
        replacing.extend(requires_replace);
        // Core refuses paths that exist neither in the prior nor in the planned state.
        let exists = |path: &&AttributePath| planned.at(path).or_else(|| prior.at(path)).is_some();
        // When it plans the new object of a replacement, core sends the identity of the old one.
        let prior_identity = request.prior_identity.as_ref().filter(|_| !prior.is_null());
        Ok(pb::plan_resource_change::Response {
            planned_state: Some(dynamic::encode(&planned, ty, "the planned state")?),
            requires_replace: replacing
                .iter()
                .filter(exists)
                .map(AttributePath::to_proto)
                .collect(),
            planned_private: private.map_or(request.prior_private, |private| private.0),
            planned_identity: self.planned_identity(name, &planned, &prior, prior_identity)?,
            diagnostics: diagnostics.to_proto(),
            legacy_type_system: false,
            deferred,
        })
    }
}
