//! Validating, upgrading and reading managed resources.

use std::sync::Arc;

use super::rpc::Answer;
use super::{Inner, dynamic};
use crate::framework::diagnostic::{Diagnostic, Diagnostics};
use crate::framework::path::AttributePath;
use crate::framework::plan;
use crate::framework::private::Private;
use crate::framework::provider::Provider;
use crate::framework::resource::StateRequest;
use crate::framework::types::ValueResource;
use crate::framework::value::{Value, json};
use crate::proto::tfplugin6 as pb;

impl<P: Provider> Inner<P> {
    /// The resource type called `name`.
    pub(super) fn resource(
        &self,
        name: &str,
    ) -> Result<&Arc<dyn ValueResource<P::Session>>, Diagnostic> {
        self.types
            .resources
            .get(name)
            .ok_or_else(|| super::unknown_type("resource type", name, &self.types.resources))
    }

    pub(super) async fn validate_resource(
        &self,
        request: pb::validate_resource_config::Request,
    ) -> pb::validate_resource_config::Response {
        let checked = async {
            let resource = self.resource(&request.type_name)?;
            let config = dynamic::decode(
                request.config.as_ref(),
                resource.ty(),
                &format!("the configuration of {}", request.type_name),
            )?;
            let capabilities = request.client_capabilities.as_ref();
            if !capabilities.is_some_and(|c| c.write_only_attributes_allowed) {
                let set = resource.schema().write_only_paths(&config);
                if !set.is_empty() {
                    return Ok(set.into_iter().map(write_only_not_allowed).collect());
                }
            }
            Ok::<_, Diagnostic>(resource.validate(config).await)
        };
        Answer::failed(checked.await.unwrap_or_else(Diagnostics::from))
    }

    pub(super) fn upgrade_state(
        &self,
        request: pb::upgrade_resource_state::Request,
    ) -> pb::upgrade_resource_state::Response {
        let upgraded = || {
            let resource = self.resource(&request.type_name)?;
            let name = format!("the state of {}", request.type_name);
            let raw = request.raw_state.unwrap_or_default();
            if raw.json.is_empty() {
                return Err(Diagnostics::from(Diagnostic::error(
                    format!("{name} is in the format of Terraform 0.11"),
                    "This provider never wrote that format. Remove the resource from state and \
                     import it.",
                )));
            }
            let value = if request.version == resource.schema().version {
                json::decode(&raw.json, resource.ty())
                    .map_err(|error| dynamic::malformed(&name, &error))?
            } else {
                let json = serde_json::from_slice(&raw.json).map_err(|error| {
                    Diagnostic::error(format!("{name} is not JSON"), error.to_string())
                })?;
                let value = resource.upgrade(request.version, json)?;
                value
                    .conform(resource.ty())
                    .map_err(|error| dynamic::malformed(&name, &error))?
            };
            let value = plan::without_write_only(resource.schema(), &value);
            Ok(dynamic::encode(&value, resource.ty(), &name)?)
        };
        match upgraded() {
            Ok(state) => pb::upgrade_resource_state::Response {
                upgraded_state: Some(state),
                diagnostics: Vec::new(),
            },
            Err(diagnostics) => Answer::failed(diagnostics),
        }
    }

    pub(super) async fn read_resource(
        &self,
        request: pb::read_resource::Request,
    ) -> pb::read_resource::Response {
        // What there was, for the answers that change nothing.
        let unchanged = || pb::read_resource::Response {
            new_state: request.current_state.clone(),
            private: request.private.clone(),
            new_identity: request.current_identity.clone(),
            ..Default::default()
        };
        if let Some(deferred) = self.deferral(request.client_capabilities.as_ref()) {
            return pb::read_resource::Response {
                deferred: Some(deferred),
                ..unchanged()
            };
        }
        let read = async {
            let resource = self.resource(&request.type_name)?;
            let name = format!("the state of {}", request.type_name);
            let state = dynamic::decode(request.current_state.as_ref(), resource.ty(), &name)?;
            let before = state.clone();
            let private = Private(request.private.clone());
            let applied = resource
                .read(self.context()?, StateRequest { state, private })
                .await;
            // With an error core keeps the old object and ignores the new one.
            if applied.diagnostics.has_error() {
                return Err(applied.diagnostics);
            }
            let state = applied.state.unwrap_or(Value::Null);
            let state = plan::without_write_only(resource.schema(), &state);
            let state = plan::keep_spelling(resource.schema(), &state, &before);
            Ok::<_, Diagnostics>(pb::read_resource::Response {
                new_state: Some(dynamic::encode(&state, resource.ty(), &name)?),
                diagnostics: applied.diagnostics.to_proto(),
                private: applied
                    .private
                    .map_or_else(|| request.private.clone(), |p| p.0),
                new_identity: self.identity_after(
                    &request.type_name,
                    &state,
                    request.current_identity.as_ref(),
                )?,
                deferred: None,
            })
        };
        read.await
            .unwrap_or_else(|diagnostics| pb::read_resource::Response {
                diagnostics: diagnostics.to_proto(),
                ..unchanged()
            })
    }
}

/// The error for a write-only attribute in the configuration of a caller that would store it.
fn write_only_not_allowed(path: AttributePath) -> Diagnostic {
    Diagnostic::error(
        format!("`{path}` needs Terraform 1.11 or later"),
        "It is a write-only attribute, which this version of Terraform would keep in the state. \
         Leave it out, or upgrade Terraform.",
    )
    .at(path)
}
