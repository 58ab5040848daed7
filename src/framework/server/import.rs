//! `ImportResourceState`.

use super::rpc::Answer;
use super::{Inner, dynamic};
use crate::framework::diagnostic::{Diagnostic, Diagnostics};
use crate::framework::incoming::Incoming;
use crate::framework::plan;
use crate::framework::provider::Provider;
use crate::framework::value::Value;
use crate::proto::tfplugin6 as pb;

impl<P: Provider> Inner<P> {
    pub(super) async fn import_resource(
        &self,
        request: pb::import_resource_state::Request,
    ) -> pb::import_resource_state::Response {
        let deferred = self.deferral(request.client_capabilities.as_ref());
        let imported = match deferred {
            Some(_) => self.unknown_import(&request),
            None => self.find_import(&request).await,
        };
        match imported {
            Ok((imported, warnings)) => pb::import_resource_state::Response {
                imported_resources: vec![imported],
                diagnostics: warnings.to_proto(),
                deferred,
            },
            Err(diagnostics) => Answer::failed(diagnostics),
        }
    }

    /// What a deferred import comes to: something of that type.
    fn unknown_import(
        &self,
        request: &pb::import_resource_state::Request,
    ) -> Result<(pb::import_resource_state::ImportedResource, Diagnostics), Diagnostics> {
        let resource = self.resource(&request.type_name)?;
        let state = dynamic::encode(&Value::Unknown, resource.ty(), "the deferred import")?;
        let imported = pb::import_resource_state::ImportedResource {
            type_name: request.type_name.clone(),
            state: Some(state),
            identity: request.identity.clone(),
            private: Vec::new(),
        };
        Ok((imported, Diagnostics::new()))
    }

    async fn find_import(
        &self,
        request: &pb::import_resource_state::Request,
    ) -> Result<(pb::import_resource_state::ImportedResource, Diagnostics), Diagnostics> {
        let name = &request.type_name;
        let resource = self.resource(name)?;
        let identity = request
            .identity
            .as_ref()
            .and_then(|i| i.identity_data.as_ref());
        let incoming = match (request.id.is_empty(), identity) {
            (false, _) => resource.import(self.context()?, request.id.clone()).await?,
            (true, Some(data)) => {
                let of = self.types.identities.get(name.as_str()).ok_or_else(|| {
                    Diagnostic::error(
                        format!("{name} has no identity to import by"),
                        "Use `id` in the `import` block.",
                    )
                })?;
                let identity =
                    dynamic::decode(Some(data), of.ty(), &format!("the identity of {name}"))?;
                of.import(self.context()?, identity).await?
            }
            (true, None) => {
                return Err(Diagnostic::error(
                    format!("importing {name} needs an id or an identity"),
                    "The id is empty. Write the id of what is to be imported.",
                )
                .into());
            }
        };
        let Incoming {
            state,
            private,
            warnings,
        } = incoming;
        let state = plan::without_write_only(resource.schema(), state);
        let identity = self.identity_of(name, &state)?;
        let state = dynamic::encode(&state, resource.ty(), &format!("the state of {name}"))?;
        let imported = pb::import_resource_state::ImportedResource {
            type_name: name.clone(),
            state: Some(state),
            private: private.0,
            identity,
        };
        Ok((imported, warnings))
    }
}
