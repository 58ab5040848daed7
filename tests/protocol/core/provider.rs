//! A provider that core has started: its schemas and its configuration.

use std::collections::BTreeMap;
use std::future::Future;
use std::time::Duration;

use cloudbase::framework::value::{Type, Value, msgpack};
use cloudbase::proto::tfplugin6 as pb;
use cloudbase::proto::tfplugin6::provider_client::ProviderClient;
use tokio::time::timeout;
use tonic::transport::Channel;
use tonic::{Response, Status};

use super::diagnostics::{Failed, Said, sort};
use super::identity::IdentitySchema;
use super::schema::Block;

/// After this long an rpc is taken to hang.
const HANG: Duration = Duration::from_secs(20);

/// Waits for an rpc, and fails the test if it hangs or ends with a gRPC status.
pub(crate) async fn within<R>(rpc: impl Future<Output = Result<Response<R>, Status>>) -> R {
    match timeout(HANG, rpc).await {
        Ok(Ok(response)) => response.into_inner(),
        Ok(Err(status)) => panic!("the rpc failed: {status}"),
        Err(elapsed) => panic!("the rpc hangs: {elapsed}"),
    }
}

/// A value as core sends it.
pub(crate) fn dynamic(value: &Value, ty: &Type) -> pb::DynamicValue {
    let msgpack = match msgpack::encode(value, ty) {
        Ok(msgpack) => msgpack,
        Err(error) => panic!("the test's value does not fit: {error}"),
    };
    pb::DynamicValue {
        msgpack,
        json: Vec::new(),
    }
}

/// A value as core receives it; nothing at all is null.
#[track_caller]
pub(crate) fn undynamic(value: Option<&pb::DynamicValue>, ty: &Type) -> Value {
    let Some(value) = value else {
        return Value::Null;
    };
    assert!(
        value.json.is_empty(),
        "JSON is allowed, but has no unknowns: MessagePack it should be"
    );
    match msgpack::decode(&value.msgpack, ty) {
        Ok(value) => value,
        Err(error) => panic!("the provider's value does not conform to its schema: {error}"),
    }
}

/// One provider process.
#[derive(Clone)]
pub(crate) struct Core {
    client: ProviderClient<Channel>,
    pub(crate) provider: Block,
    pub(crate) resources: BTreeMap<String, (i64, Block)>,
    pub(crate) data_sources: BTreeMap<String, (i64, Block)>,
    pub(crate) ephemerals: BTreeMap<String, Block>,
    pub(crate) lists: BTreeMap<String, Block>,
    pub(crate) actions: BTreeMap<String, Block>,
    pub(crate) functions: BTreeMap<String, pb::Function>,
    pub(crate) identities: BTreeMap<String, IdentitySchema>,
    /// The version that it says it has.
    pub(crate) version: String,
}

impl Core {
    /// Fetches the schemas and loads them as core does.
    pub(crate) async fn start(client: ProviderClient<Channel>) -> Self {
        let request = pb::get_provider_schema::Request {};
        let schemas = within(client.clone().get_provider_schema(request)).await;
        if let Err(failed) = sort(schemas.diagnostics.clone(), None) {
            panic!("no schema: {}", failed.text());
        }
        let load = |name: &str, schema: &pb::Schema| {
            assert!(schema.version >= 0, "{name}: version {}", schema.version);
            let block = schema.block.as_ref();
            match Block::read(block.unwrap_or_else(|| panic!("{name}: no block"))) {
                Ok(block) => (schema.version, block),
                Err(error) => panic!("core would refuse the schema of {name}: {error}"),
            }
        };
        let load_all = |all: &std::collections::HashMap<String, pb::Schema>| {
            all.iter()
                .map(|(name, schema)| (name.clone(), load(name, schema)))
                .collect()
        };
        let load_blocks = |all: &std::collections::HashMap<String, pb::Schema>| {
            all.iter()
                .map(|(name, schema)| (name.clone(), load(name, schema).1))
                .collect()
        };
        let provider = schemas.provider.as_ref();
        let provider = provider.unwrap_or_else(|| panic!("missing provider schema"));
        let identities = load_identities(&client, &schemas).await;
        let lists: BTreeMap<_, _> = load_blocks(&schemas.list_resource_schemas);
        for name in lists.keys() {
            assert!(
                identities.contains_key(name),
                "the list {name} finds resources that have an identity"
            );
        }
        let actions = schemas.action_schemas.iter().map(|(name, action)| {
            let schema = action.schema.as_ref();
            let schema = schema.unwrap_or_else(|| panic!("{name}: no schema"));
            (name.clone(), load(name, schema).1)
        });
        let actions = actions.collect();
        for (name, function) in &schemas.functions {
            assert!(function.r#return.is_some(), "core panics on {name}");
        }
        Self {
            client,
            provider: load("provider", provider).1,
            resources: load_all(&schemas.resource_schemas),
            data_sources: load_all(&schemas.data_source_schemas),
            ephemerals: load_blocks(&schemas.ephemeral_resource_schemas),
            lists,
            actions,
            functions: schemas.functions.clone().into_iter().collect(),
            identities,
            version: "1.15.0".to_owned(),
        }
    }

    /// The client, for a call that core's model does not make.
    pub(crate) fn client(&self) -> ProviderClient<Channel> {
        self.client.clone()
    }

    /// Another process of the same provider, whose schemas are known already.
    pub(crate) fn with_client(&self, client: ProviderClient<Channel>) -> Self {
        Self {
            client,
            ..self.clone()
        }
    }

    /// The schema of a resource type.
    #[track_caller]
    pub(crate) fn resource(&self, name: &str) -> &Block {
        &self.resources[name].1
    }

    /// Validates the provider block and configures the process with it, for one walk of plan or apply.
    pub(crate) async fn configure_for_one_walk<'a>(
        &self,
        arguments: impl IntoIterator<Item = (&'a str, Value)>,
    ) -> Result<Said, Failed> {
        let config = self.provider.config(arguments);
        let request = pb::validate_provider_config::Request {
            config: Some(dynamic(&config, &self.provider.ty())),
        };
        let response = within(self.client().validate_provider_config(request)).await;
        sort(response.diagnostics, Some(&config))?;
        self.configure_with(&config).await
    }

    /// The same, for plans and applies in any order. Core does so in `terraform test`, without
    /// validating the provider block; here the block has been validated before.
    pub(crate) async fn configure<'a>(
        &self,
        arguments: impl IntoIterator<Item = (&'a str, Value)>,
    ) -> Result<Said, Failed> {
        let arguments: Vec<_> = arguments.into_iter().collect();
        self.configure_for_one_walk(arguments.clone()).await?;
        self.configure_with(&self.provider.config(arguments)).await
    }

    async fn configure_with(&self, config: &Value) -> Result<Said, Failed> {
        let request = pb::configure_provider::Request {
            terraform_version: self.version.clone(),
            config: Some(dynamic(config, &self.provider.ty())),
            client_capabilities: Some(capabilities(false)),
        };
        let response = within(self.client().configure_provider(request)).await;
        sort(response.diagnostics, Some(config))
    }

    /// Validates and reads a data source, with core's checks of the result.
    pub(crate) async fn read_data<'a>(
        &self,
        name: &str,
        arguments: impl IntoIterator<Item = (&'a str, Value)>,
    ) -> Result<(Value, Said), Failed> {
        let schema = &self.data_sources[name].1;
        let config = schema.config(arguments);
        let sent = dynamic(&config, &schema.ty());
        let request = pb::validate_data_resource_config::Request {
            type_name: name.to_owned(),
            config: Some(sent.clone()),
        };
        let response = within(self.client().validate_data_resource_config(request)).await;
        sort(response.diagnostics, Some(&config))?;
        let request = pb::read_data_source::Request {
            type_name: name.to_owned(),
            config: Some(sent),
            provider_meta: None,
            client_capabilities: Some(capabilities(false)),
        };
        let response = within(self.client().read_data_source(request)).await;
        assert_eq!(response.deferred, None, "deferral was not allowed");
        let said = sort(response.diagnostics, Some(&config))?;
        let state = undynamic(response.state.as_ref(), &schema.ty());
        assert!(!state.is_null(), "provider produced null object");
        assert_eq!(super::unknown_paths(&state), [""; 0], "{name}");
        assert_eq!(
            super::plan_violations(schema, &Value::Null, &config, &state),
            [""; 0],
            "{name} has to echo its configuration"
        );
        Ok((state, said))
    }
}

/// Fetches the identity schemas and loads them as core does.
async fn load_identities(
    client: &ProviderClient<Channel>,
    schemas: &pb::get_provider_schema::Response,
) -> BTreeMap<String, IdentitySchema> {
    let request = pb::get_resource_identity_schemas::Request {};
    let response = within(client.clone().get_resource_identity_schemas(request)).await;
    if let Err(failed) = sort(response.diagnostics, None) {
        panic!("no identity schemas: {}", failed.text());
    }
    let mut identities = BTreeMap::new();
    for (name, schema) in &response.identity_schemas {
        assert!(
            schemas.resource_schemas.contains_key(name),
            "the identity of {name}, which is no resource"
        );
        match IdentitySchema::read(schema) {
            Ok(schema) => identities.insert(name.clone(), schema),
            Err(error) => panic!("core would refuse the identity of {name}: {error}"),
        };
    }
    identities
}

/// What core says it can do.
pub(crate) fn capabilities(deferral_allowed: bool) -> pb::ClientCapabilities {
    pb::ClientCapabilities {
        deferral_allowed,
        write_only_attributes_allowed: true,
        store_planned_private: true,
        computed_blocks_allowed: true,
    }
}
