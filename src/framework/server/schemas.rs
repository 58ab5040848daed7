//! Schemas and capabilities.

use super::Inner;
use crate::framework::provider::Provider;
use crate::proto::tfplugin6 as pb;

impl<P: Provider> Inner<P> {
    pub(super) fn metadata(&self) -> pb::get_metadata::Response {
        use pb::get_metadata::{DataSourceMetadata, ResourceMetadata};
        let name = |name: &&'static str| (*name).to_owned();
        pb::get_metadata::Response {
            server_capabilities: Some(capabilities()),
            resources: (self.types.resources.keys())
                .map(|key| ResourceMetadata {
                    type_name: name(key),
                })
                .collect(),
            data_sources: (self.types.data_sources.keys())
                .map(|key| DataSourceMetadata {
                    type_name: name(key),
                })
                .collect(),
            ..Default::default()
        }
    }

    pub(super) fn provider_schema(&self) -> pb::get_provider_schema::Response {
        pb::get_provider_schema::Response {
            provider: Some(self.schema.to_proto()),
            resource_schemas: (self.types.resources.iter())
                .map(|(name, resource)| ((*name).to_owned(), resource.schema().to_proto()))
                .collect(),
            data_source_schemas: (self.types.data_sources.iter())
                .map(|(name, data)| ((*name).to_owned(), data.schema().to_proto()))
                .collect(),
            server_capabilities: Some(capabilities()),
            ..Default::default()
        }
    }
}

/// What this server does beyond the base protocol. No handler depends on `GetProviderSchema`
/// having been called, so that Terraform may reuse a schema it has already.
fn capabilities() -> pb::ServerCapabilities {
    pb::ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: false,
        generate_resource_config: false,
    }
}
