//! The `provider` block.

use super::rpc::Answer;
use super::{Inner, dynamic};
use crate::framework::diagnostic::Diagnostics;
use crate::framework::provider::{ConfigureRequest, Configured, Provider};
use crate::framework::value::{Value, from_value};
use crate::proto::tfplugin6 as pb;

/// A `provider` block that came to a model.
struct CheckedConfig<C> {
    config: C,
    /// Whether all of it is known.
    is_known: bool,
}

impl<P: Provider> Inner<P> {
    pub(super) async fn validate_provider(
        &self,
        request: pb::validate_provider_config::Request,
    ) -> pb::validate_provider_config::Response {
        self.session.validates_provider();
        let (diagnostics, config) = self.checked_config(request.config.as_ref());
        let mut all = diagnostics;
        if let Some(CheckedConfig { config, .. }) = config {
            all.extend(self.provider.validate(config).await);
        }
        Answer::failed(all)
    }

    pub(super) async fn configure(
        &self,
        request: pb::configure_provider::Request,
    ) -> pb::configure_provider::Response {
        let (mut diagnostics, config) = self.checked_config(request.config.as_ref());
        let is_known = config.as_ref().is_some_and(|config| config.is_known);
        let cli = request.terraform_version.clone();
        let session = match config {
            Some(CheckedConfig { config, .. }) if !diagnostics.has_error() => {
                let request = ConfigureRequest {
                    config,
                    terraform_version: request.terraform_version,
                    // Each walk but those of `terraform test` validates the provider block first
                    // (Terraform `internal/moduletest/graph/node_provider.go`).
                    serves_several_walks: !self.session.was_validated(),
                };
                let Configured {
                    session,
                    diagnostics: more,
                } = self.provider.configure(request).await;
                diagnostics.extend(more);
                session
            }
            _ => None,
        };
        self.session.replace(session, is_known, &cli);
        Answer::failed(diagnostics)
    }

    /// The configuration as a model, with what the schema's checks say of it; no model if it does
    /// not come to one.
    fn checked_config(
        &self,
        config: Option<&pb::DynamicValue>,
    ) -> (Diagnostics, Option<CheckedConfig<P::Config>>) {
        let value = match dynamic::decode(config, &self.config_type, "the provider block") {
            // A provider without a block is one with every argument left out.
            Ok(Value::Null) => Value::object([])
                .conform(&self.config_type)
                .unwrap_or(Value::Null),
            Ok(value) => value,
            Err(error) => return (error.into(), None),
        };
        let mut diagnostics = self.schema.validate(&value);
        let is_known = value.is_wholly_known();
        match from_value(value) {
            Ok(config) => (diagnostics, Some(CheckedConfig { config, is_known })),
            Err(error) => {
                if !diagnostics.has_error() {
                    diagnostics.push(dynamic::malformed("the provider block", &error));
                }
                (diagnostics, None)
            }
        }
    }
}
