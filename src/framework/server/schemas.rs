//! Schemas and capabilities.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::Inner;
use crate::framework::provider::Provider;
use crate::proto::tfplugin6 as pb;

impl<P: Provider> Inner<P> {
    pub(super) fn metadata(&self) -> pb::get_metadata::Response {
        use pb::get_metadata::{
            ActionMetadata, DataSourceMetadata, EphemeralMetadata, FunctionMetadata,
            ListResourceMetadata, ResourceMetadata,
        };
        let types = &self.types;
        pb::get_metadata::Response {
            server_capabilities: Some(capabilities()),
            resources: names(&types.resources, |type_name| ResourceMetadata { type_name }),
            data_sources: names(&types.data_sources, |type_name| DataSourceMetadata {
                type_name,
            }),
            functions: names(&types.functions, |name| FunctionMetadata { name }),
            ephemeral_resources: names(&types.ephemerals, |type_name| EphemeralMetadata {
                type_name,
            }),
            list_resources: names(&types.lists, |type_name| ListResourceMetadata { type_name }),
            actions: names(&types.actions, |type_name| ActionMetadata { type_name }),
            ..Default::default()
        }
    }

    pub(super) fn provider_schema(&self) -> pb::get_provider_schema::Response {
        let types = &self.types;
        pb::get_provider_schema::Response {
            provider: Some(self.schema.to_proto()),
            resource_schemas: by_name(&types.resources, |t| t.schema().to_proto()),
            data_source_schemas: by_name(&types.data_sources, |t| t.schema().to_proto()),
            functions: self.functions().functions,
            ephemeral_resource_schemas: by_name(&types.ephemerals, |t| t.schema().to_proto()),
            list_resource_schemas: by_name(&types.lists, |t| t.schema().to_proto()),
            action_schemas: by_name(&types.actions, |t| pb::ActionSchema {
                schema: Some(t.schema().to_proto()),
            }),
            server_capabilities: Some(capabilities()),
            ..Default::default()
        }
    }

    pub(super) fn functions(&self) -> pb::get_functions::Response {
        pb::get_functions::Response {
            functions: by_name(&self.types.functions, |f| f.signature().to_proto()),
            diagnostics: Vec::new(),
        }
    }

    pub(super) fn identity_schemas(&self) -> pb::get_resource_identity_schemas::Response {
        pb::get_resource_identity_schemas::Response {
            identity_schemas: by_name(&self.types.identities, |t| t.schema().to_proto()),
            diagnostics: Vec::new(),
        }
    }
}

fn names<T: ?Sized, M>(
    types: &BTreeMap<&'static str, Arc<T>>,
    metadata: impl Fn(String) -> M,
) -> Vec<M> {
    types
        .keys()
        .map(|name| metadata((*name).to_owned()))
        .collect()
}

fn by_name<T: ?Sized, M>(
    types: &BTreeMap<&'static str, Arc<T>>,
    to_proto: impl Fn(&T) -> M,
) -> HashMap<String, M> {
    types
        .iter()
        .map(|(name, of)| ((*name).to_owned(), to_proto(of)))
        .collect()
}

/// What this server does beyond the base protocol. No handler depends on `GetProviderSchema`
/// having been called, so that Terraform may reuse a schema it has already.
fn capabilities() -> pb::ServerCapabilities {
    pb::ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: true,
        generate_resource_config: true,
    }
}
