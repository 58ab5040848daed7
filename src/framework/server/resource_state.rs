//! Validating, upgrading and reading managed resources.

use std::sync::Arc;

use super::rpc::Answer;
use super::{Inner, dynamic};
use crate::framework::diagnostic::{Diagnostic, Diagnostics};
use crate::framework::incoming::Upgraded;
use crate::framework::path::AttributePath;
use crate::framework::plan;
use crate::framework::private::Private;
use crate::framework::provider::Provider;
use crate::framework::resource::StateRequest;
use crate::framework::types::ValueResource;
use crate::framework::value::{Value, ValueError, json};
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
            let name = format!("the state of {}", request.type_name);
            let raw = request.raw_state.unwrap_or_default();
            let Upgraded { state, warnings } =
                self.upgraded(&request.type_name, request.version, &raw, None)?;
            let resource = self.resource(&request.type_name)?;
            let state = dynamic::encode(&state, resource.ty(), &name)?;
            Ok((state, warnings))
        };
        match upgraded() {
            Ok((state, warnings)) => pb::upgrade_resource_state::Response {
                upgraded_state: Some(state),
                diagnostics: warnings.to_proto(),
            },
            Err(diagnostics) => Answer::failed(diagnostics),
        }
    }

    /// A state that was written with `version` of the schema of `type_name`, as its schema is now. `wrote` is the address
    /// of the provider that wrote it, if it is another one.
    pub(super) fn upgraded(
        &self,
        type_name: &str,
        version: i64,
        raw: &pb::RawState,
        wrote: Option<&str>,
    ) -> Result<Upgraded, Diagnostics> {
        let resource = self.resource(type_name)?;
        let name = format!("the state of {type_name}");
        let malformed = |error: &ValueError| match wrote {
            None => dynamic::malformed(&name, error),
            Some(address) => dynamic::misfit(
                &name,
                error,
                format!(
                    "It comes from {address}, whose {type_name} may be a different resource type. \
                     Remove the resource from state and import it."
                ),
            ),
        };
        if raw.json.is_empty() {
            return Err(Diagnostics::from(Diagnostic::error(
                format!("{name} is in the format of Terraform 0.11"),
                "This provider never wrote that format. Remove the resource from state and \
                 import it.",
            )));
        }
        let Upgraded { state, warnings } = if version == resource.schema().version {
            json::decode(&raw.json, resource.ty())
                .map_err(|error| malformed(&error))?
                .into()
        } else {
            let json = serde_json::from_slice(&raw.json).map_err(|error| {
                Diagnostic::error(format!("{name} is not JSON"), error.to_string())
            })?;
            let upgraded = resource.upgrade(version, json)?;
            let state = upgraded.state.conform(resource.ty());
            Upgraded {
                state: state.map_err(|error| malformed(&error))?,
                ..upgraded
            }
        };
        Ok(Upgraded {
            state: plan::without_write_only(resource.schema(), state),
            warnings,
        })
    }

    pub(super) async fn read_resource(
        &self,
        request: pb::read_resource::Request,
    ) -> pb::read_resource::Response {
        self.session.reads(request.client_capabilities.as_ref());
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
            let state = plan::without_write_only(resource.schema(), state);
            let state = plan::keep_spelling(resource.schema(), state, &before);
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
        format!("`{path}` is a write-only attribute, which this Terraform does not support"),
        "Write-only attributes need Terraform 1.11 or OpenTofu 1.11. Use that, or leave the \
         attribute out.",
    )
    .at(path)
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use serde::{Deserialize, Serialize};
    use tonic::Request;

    use super::*;
    use crate::framework::resource::{Applied, CreateRequest, Resource, UpdateRequest};
    use crate::framework::schema::{Attribute, Schema};
    use crate::framework::value::{Attr, Value};
    use crate::framework::{Configured, Context, Server, Types};
    use crate::proto::tfplugin6::provider_server::Provider as _;

    /// A provider whose one resource hands back its write-only attribute, which it should not.
    struct Careless;

    #[derive(Deserialize)]
    struct Nothing {}

    #[derive(Serialize, Deserialize)]
    struct Model {
        secret: Attr<String>,
    }

    #[async_trait]
    impl Provider for Careless {
        type Config = Nothing;
        type Session = ();

        fn schema(&self) -> Schema {
            Schema::new("Nothing.", Vec::new())
        }

        fn types(&self) -> Types<()> {
            Types::new().resource(Self)
        }

        async fn configure(
            &self,
            _: crate::framework::provider::ConfigureRequest<Nothing>,
        ) -> Configured<()> {
            Configured::ready(())
        }
    }

    #[async_trait]
    impl Resource for Careless {
        type Config = Model;
        type Session = ();
        type State = Model;

        fn type_name(&self) -> &'static str {
            "careless"
        }

        fn schema(&self) -> Schema {
            let secret = Attribute::string("secret", "Secret.").write_only();
            Schema::new("Careless.", vec![secret]).version(1)
        }

        async fn create(&self, _: Context<()>, request: CreateRequest<Model>) -> Applied<Model> {
            Applied::state(request.config)
        }

        async fn read(&self, _: Context<()>, request: StateRequest<Model>) -> Applied<Model> {
            Applied::state(request.state)
        }

        async fn update(
            &self,
            _: Context<()>,
            request: UpdateRequest<Model, Model>,
        ) -> Applied<Model> {
            Applied::state(request.config)
        }

        async fn delete(&self, _: Context<()>, _: StateRequest<Model>) -> Applied<Model> {
            Applied::gone()
        }

        fn upgrade(&self, _: i64, _: serde_json::Value) -> Result<Upgraded, Diagnostics> {
            Ok(Value::object([("secret", Value::string("hush"))]).into())
        }
    }

    fn sent(value: &Value) -> pb::DynamicValue {
        let ty = Resource::schema(&Careless).ty();
        dynamic::encode(value, &ty, "a value").unwrap()
    }

    fn with_secret() -> Value {
        Value::object([("secret", Value::string("hush"))])
    }

    fn without_secret() -> Value {
        Value::object([("secret", Value::Null)])
    }

    #[tokio::test]
    async fn write_only_values_never_reach_state() {
        let server = Server::new(Careless, "careless");
        let configure = pb::configure_provider::Request::default();
        server
            .configure_provider(Request::new(configure))
            .await
            .unwrap();
        let create = pb::apply_resource_change::Request {
            type_name: "careless".to_owned(),
            prior_state: Some(sent(&Value::Null)),
            planned_state: Some(sent(&without_secret())),
            config: Some(sent(&with_secret())),
            ..Default::default()
        };
        let created = server.apply_resource_change(Request::new(create)).await;
        let created = created.unwrap().into_inner();
        assert_eq!(created.diagnostics, []);
        assert_eq!(created.new_state, Some(sent(&without_secret())));

        let upgrade = pb::upgrade_resource_state::Request {
            type_name: "careless".to_owned(),
            version: 0,
            raw_state: Some(pb::RawState {
                json: b"{}".to_vec(),
                ..Default::default()
            }),
        };
        let upgraded = server.upgrade_resource_state(Request::new(upgrade)).await;
        let upgraded = upgraded.unwrap().into_inner();
        assert_eq!(upgraded.upgraded_state, Some(sent(&without_secret())));
    }

    #[tokio::test]
    async fn a_client_that_knows_no_write_only_attributes_may_not_set_one() {
        let server = Server::new(Careless, "careless");
        let validate = async |config: &Value, allowed| {
            let request = pb::validate_resource_config::Request {
                type_name: "careless".to_owned(),
                config: Some(sent(config)),
                client_capabilities: Some(pb::ClientCapabilities {
                    write_only_attributes_allowed: allowed,
                    ..Default::default()
                }),
            };
            let response = server.validate_resource_config(Request::new(request)).await;
            response.unwrap().into_inner().diagnostics
        };
        assert_eq!(validate(&with_secret(), true).await, []);
        assert_eq!(validate(&without_secret(), false).await, []);
        let refused = validate(&with_secret(), false).await;
        assert_eq!(refused.len(), 1);
        assert!(refused[0].summary.contains("`secret`"), "{refused:?}");
    }
}
