//! `MoveResourceState`.

use super::rpc::Answer;
use super::{Inner, dynamic, unsupported};
use crate::framework::diagnostic::{Diagnostic, Diagnostics};
use crate::framework::incoming::{Incoming, Upgraded};
use crate::framework::move_state::MoveSource;
use crate::framework::plan;
use crate::framework::private::Private;
use crate::framework::provider::Provider;
use crate::framework::types::ValueMove;
use crate::framework::value::Value;
use crate::proto::tfplugin6 as pb;

impl<P: Provider> Inner<P> {
    pub(super) fn move_state(
        &self,
        request: pb::move_resource_state::Request,
    ) -> pb::move_resource_state::Response {
        let name = request.target_type_name.clone();
        let mover = self.types.movers.get(name.as_str());
        let incoming = match mover {
            _ if request.source_type_name == name => self.moved_from_another_address(request),
            Some(mover) => self.moved_from_another_type(mover.as_ref(), request),
            None => return unsupported::answer("moving state of another resource type", &name),
        };
        let answer = |incoming| {
            let Incoming {
                state,
                private,
                warnings,
            } = incoming;
            let resource = self.resource(&name)?;
            let identity = self.identity_of(&name, &state)?;
            let state = dynamic::encode(&state, resource.ty(), &format!("the state of {name}"))?;
            Ok::<_, Diagnostics>(pb::move_resource_state::Response {
                target_state: Some(state),
                target_private: private.0,
                target_identity: identity,
                diagnostics: warnings.to_proto(),
            })
        };
        incoming.and_then(answer).unwrap_or_else(Answer::failed)
    }

    /// Terraform 1.15 and OpenTofu 1.11 ask for a move also where nothing but the provider's source
    /// address has changed. The object keeps its private data.
    fn moved_from_another_address(
        &self,
        request: pb::move_resource_state::Request,
    ) -> Result<Incoming<Value>, Diagnostics> {
        let raw = request.source_state.unwrap_or_default();
        let version = request.source_schema_version;
        let wrote = Some(request.source_provider_address.as_str());
        let Upgraded { state, warnings } =
            self.upgraded(&request.target_type_name, version, &raw, wrote)?;
        Ok(Incoming {
            state,
            private: Private(request.source_private),
            warnings,
        })
    }

    fn moved_from_another_type(
        &self,
        mover: &dyn ValueMove,
        request: pb::move_resource_state::Request,
    ) -> Result<Incoming<Value>, Diagnostics> {
        let resource = self.resource(&request.target_type_name)?;
        let json = |raw: Option<pb::RawState>, what: &str| {
            let raw = raw.unwrap_or_default().json;
            serde_json::from_slice(&raw).map_err(|error| {
                let of = &request.source_type_name;
                Diagnostic::error(format!("the {what} of {of} is not JSON"), error.to_string())
            })
        };
        let incoming = mover.move_state(MoveSource {
            state: json(request.source_state, "state")?,
            identity: match request.source_identity {
                Some(raw) if !raw.json.is_empty() => json(Some(raw), "identity")?,
                _ => serde_json::Value::Null,
            },
            private: Private(request.source_private),
            provider_address: request.source_provider_address,
            type_name: request.source_type_name.clone(),
            schema_version: request.source_schema_version,
        })?;
        incoming.try_map(|state| Ok(plan::without_write_only(resource.schema(), state)))
    }
}
