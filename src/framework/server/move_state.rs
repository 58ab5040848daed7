//! `MoveResourceState`.

use super::rpc::Answer;
use super::{Inner, dynamic, unsupported};
use crate::framework::diagnostic::{Diagnostic, Diagnostics};
use crate::framework::move_state::MoveSource;
use crate::framework::plan;
use crate::framework::provider::Provider;
use crate::framework::types::ValueMove;
use crate::framework::value::Value;
use crate::proto::tfplugin6 as pb;

impl<P: Provider> Inner<P> {
    pub(super) fn move_state(
        &self,
        mut request: pb::move_resource_state::Request,
    ) -> pb::move_resource_state::Response {
        let name = &request.target_type_name;
        let mover = self.types.movers.get(name.as_str());
        let is_same_type = request.source_type_name == *name;
        let state = match mover {
            _ if is_same_type => self.moved_from_another_address(&request),
            Some(mover) => self.moved_from_another_type(mover.as_ref(), &request),
            None => return unsupported::answer("moving state of another resource type", name),
        };
        // What another type has kept there has no meaning here.
        let private = if is_same_type {
            std::mem::take(&mut request.source_private)
        } else {
            Vec::new()
        };
        let name = &request.target_type_name;
        let answer = |state: Value| {
            let resource = self.resource(name)?;
            let identity = self.identity_of(name, &state)?;
            let state = dynamic::encode(&state, resource.ty(), &format!("the state of {name}"))?;
            Ok::<_, Diagnostics>(pb::move_resource_state::Response {
                target_state: Some(state),
                target_private: private,
                target_identity: identity,
                ..Default::default()
            })
        };
        state.and_then(answer).unwrap_or_else(Answer::failed)
    }

    /// Terraform 1.15 and OpenTofu 1.11 ask for a move also where nothing but the provider's source address has changed.
    fn moved_from_another_address(
        &self,
        request: &pb::move_resource_state::Request,
    ) -> Result<Value, Diagnostics> {
        let raw = request.source_state.clone().unwrap_or_default();
        self.upgraded(
            &request.target_type_name,
            request.source_schema_version,
            &raw,
        )
    }

    fn moved_from_another_type(
        &self,
        mover: &dyn ValueMove,
        request: &pb::move_resource_state::Request,
    ) -> Result<Value, Diagnostics> {
        let resource = self.resource(&request.target_type_name)?;
        let raw = request.source_state.clone().unwrap_or_default().json;
        let state = serde_json::from_slice(&raw).map_err(|error| {
            Diagnostic::error(
                format!("the state of {} is not JSON", request.source_type_name),
                error.to_string(),
            )
        })?;
        let state = mover.move_state(MoveSource {
            provider_address: request.source_provider_address.clone(),
            type_name: request.source_type_name.clone(),
            schema_version: request.source_schema_version,
            state,
        })?;
        Ok(plan::without_write_only(resource.schema(), state))
    }
}
