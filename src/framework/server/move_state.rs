//! `MoveResourceState`.

use super::rpc::Answer;
use super::{Inner, dynamic, unsupported};
use crate::framework::diagnostic::{Diagnostic, Diagnostics};
use crate::framework::move_state::MoveSource;
use crate::framework::plan;
use crate::framework::provider::Provider;
use crate::proto::tfplugin6 as pb;

impl<P: Provider> Inner<P> {
    pub(super) fn move_state(
        &self,
        request: pb::move_resource_state::Request,
    ) -> pb::move_resource_state::Response {
        let name = request.target_type_name;
        let Some(mover) = self.types.movers.get(name.as_str()) else {
            return unsupported::answer("moving state of another resource type", &name);
        };
        let take_over = || {
            let resource = self.resource(&name)?;
            let raw = request.source_state.unwrap_or_default().json;
            let state = serde_json::from_slice(&raw).map_err(|error| {
                Diagnostic::error(
                    format!("the state of {} is not JSON", request.source_type_name),
                    error.to_string(),
                )
            })?;
            let state = mover.move_state(MoveSource {
                provider_address: request.source_provider_address,
                type_name: request.source_type_name,
                schema_version: request.source_schema_version,
                state,
            })?;
            let state = plan::without_write_only(resource.schema(), &state);
            let identity = self.identity_of(&name, &state)?;
            let state = dynamic::encode(&state, resource.ty(), &format!("the state of {name}"))?;
            Ok::<_, Diagnostics>(pb::move_resource_state::Response {
                target_state: Some(state),
                target_identity: identity,
                ..Default::default()
            })
        };
        take_over().unwrap_or_else(Answer::failed)
    }
}
