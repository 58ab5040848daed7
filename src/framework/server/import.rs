//! `ImportResourceState`.

use super::rpc::Answer;
use super::{Inner, dynamic};
use crate::framework::diagnostic::{Diagnostic, Diagnostics};
use crate::framework::provider::Provider;
use crate::proto::tfplugin6 as pb;

impl<P: Provider> Inner<P> {
    pub(super) async fn import_resource(
        &self,
        request: pb::import_resource_state::Request,
    ) -> pb::import_resource_state::Response {
        let import = async {
            let name = &request.type_name;
            let resource = self.resource(name)?;
            if request.id.is_empty() {
                return Err(Diagnostics::from(Diagnostic::error(
                    format!("importing {name} needs an id"),
                    "This version of the provider imports by id, not by identity.",
                )));
            }
            let state = resource.import(self.context()?, request.id.clone()).await?;
            let state = dynamic::encode(&state, resource.ty(), &format!("the state of {name}"))?;
            Ok(pb::import_resource_state::ImportedResource {
                type_name: name.clone(),
                state: Some(state),
                ..Default::default()
            })
        };
        match import.await {
            Ok(imported) => pb::import_resource_state::Response {
                imported_resources: vec![imported],
                ..Default::default()
            },
            Err(diagnostics) => Answer::failed(diagnostics),
        }
    }
}
