//! The `tfplugin6.Provider` service: decodes requests, drives the provider's types, encodes what
//! they say. One file per group of rpcs; this one only hands each rpc to its file.

mod apply;
mod configuration;
mod data_source;
mod dynamic;
mod import;
mod planning;
mod resource_state;
mod rpc;
mod schemas;
mod session;
mod unsupported;

use std::sync::Arc;

use futures_util::stream::{self, BoxStream};
use tonic::{Request, Response, Status, Streaming};

use crate::framework::provider::Provider;
use crate::framework::schema::Schema;
use crate::framework::types::Types;
use crate::framework::value::Type;
use crate::proto::tfplugin6 as pb;
use crate::proto::tfplugin6::provider_server::ProviderServer;

/// Messages of up to this size are taken, as by the Go implementation.
pub const MAX_MESSAGE_BYTES: usize = 256 << 20;

/// The gRPC service of one provider.
pub struct Server<P: Provider>(Arc<Inner<P>>);

pub(super) struct Inner<P: Provider> {
    provider: P,
    /// The provider's address, such as `registry.terraform.io/wxopen/cloudbase`, for the log.
    address: &'static str,
    schema: Schema,
    config_type: Type,
    types: Types<P::Session>,
    session: session::SessionSlot<P::Session>,
}

impl<P: Provider> Server<P> {
    /// A service for `provider`, which is known to Terraform as `address`.
    pub fn new(provider: P, address: &'static str) -> Self {
        let schema = provider.schema();
        let types = provider.types();
        Self(Arc::new(Inner {
            config_type: schema.ty(),
            schema,
            types,
            provider,
            address,
            session: session::SessionSlot::default(),
        }))
    }

    /// The service, ready to be added to a gRPC server.
    pub fn into_service(self) -> ProviderServer<Self> {
        ProviderServer::new(self)
            .max_decoding_message_size(MAX_MESSAGE_BYTES)
            .max_encoding_message_size(MAX_MESSAGE_BYTES)
    }
}

/// Hands an rpc to the method of [`Inner`] named, with panics and logging taken care of.
macro_rules! answer {
    ($self:ident, $rpc:literal, $type_name:expr, $work:expr) => {
        rpc::answer($rpc, $self.0.address, $type_name, $work).await
    };
}

#[tonic::async_trait]
impl<P: Provider> pb::provider_server::Provider for Server<P> {
    type InvokeActionStream = BoxStream<'static, Result<pb::invoke_action::Event, Status>>;
    type ListResourceStream = BoxStream<'static, Result<pb::list_resource::Event, Status>>;
    type ReadStateBytesStream = BoxStream<'static, Result<pb::read_state_bytes::Response, Status>>;

    async fn get_metadata(
        &self,
        _: Request<pb::get_metadata::Request>,
    ) -> Result<Response<pb::get_metadata::Response>, Status> {
        answer!(self, "GetMetadata", "", async { self.0.metadata() })
    }

    async fn get_provider_schema(
        &self,
        _: Request<pb::get_provider_schema::Request>,
    ) -> Result<Response<pb::get_provider_schema::Response>, Status> {
        answer!(self, "GetProviderSchema", "", async {
            self.0.provider_schema()
        })
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<pb::get_resource_identity_schemas::Request>,
    ) -> Result<Response<pb::get_resource_identity_schemas::Response>, Status> {
        answer!(self, "GetResourceIdentitySchemas", "", async {
            pb::get_resource_identity_schemas::Response::default()
        })
    }

    async fn get_functions(
        &self,
        _: Request<pb::get_functions::Request>,
    ) -> Result<Response<pb::get_functions::Response>, Status> {
        answer!(self, "GetFunctions", "", async {
            pb::get_functions::Response::default()
        })
    }

    async fn validate_provider_config(
        &self,
        request: Request<pb::validate_provider_config::Request>,
    ) -> Result<Response<pb::validate_provider_config::Response>, Status> {
        let request = request.into_inner();
        answer!(
            self,
            "ValidateProviderConfig",
            "",
            self.0.validate_provider(request)
        )
    }

    async fn configure_provider(
        &self,
        request: Request<pb::configure_provider::Request>,
    ) -> Result<Response<pb::configure_provider::Response>, Status> {
        let request = request.into_inner();
        answer!(self, "ConfigureProvider", "", self.0.configure(request))
    }

    async fn stop_provider(
        &self,
        _: Request<pb::stop_provider::Request>,
    ) -> Result<Response<pb::stop_provider::Response>, Status> {
        answer!(self, "StopProvider", "", async { self.0.stop() })
    }

    async fn validate_resource_config(
        &self,
        request: Request<pb::validate_resource_config::Request>,
    ) -> Result<Response<pb::validate_resource_config::Response>, Status> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(
            self,
            "ValidateResourceConfig",
            &name,
            self.0.validate_resource(request)
        )
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<pb::upgrade_resource_state::Request>,
    ) -> Result<Response<pb::upgrade_resource_state::Response>, Status> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(self, "UpgradeResourceState", &name, async {
            self.0.upgrade_state(request)
        })
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<pb::upgrade_resource_identity::Request>,
    ) -> Result<Response<pb::upgrade_resource_identity::Response>, Status> {
        let name = request.into_inner().type_name;
        answer!(self, "UpgradeResourceIdentity", &name, async {
            unsupported::answer("resource identity", &name)
        })
    }

    async fn read_resource(
        &self,
        request: Request<pb::read_resource::Request>,
    ) -> Result<Response<pb::read_resource::Response>, Status> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(self, "ReadResource", &name, self.0.read_resource(request))
    }

    async fn plan_resource_change(
        &self,
        request: Request<pb::plan_resource_change::Request>,
    ) -> Result<Response<pb::plan_resource_change::Response>, Status> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(
            self,
            "PlanResourceChange",
            &name,
            self.0.plan_resource(request)
        )
    }

    async fn apply_resource_change(
        &self,
        request: Request<pb::apply_resource_change::Request>,
    ) -> Result<Response<pb::apply_resource_change::Response>, Status> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(
            self,
            "ApplyResourceChange",
            &name,
            self.0.apply_resource(request)
        )
    }

    async fn import_resource_state(
        &self,
        request: Request<pb::import_resource_state::Request>,
    ) -> Result<Response<pb::import_resource_state::Response>, Status> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(
            self,
            "ImportResourceState",
            &name,
            self.0.import_resource(request)
        )
    }

    async fn move_resource_state(
        &self,
        request: Request<pb::move_resource_state::Request>,
    ) -> Result<Response<pb::move_resource_state::Response>, Status> {
        let name = request.into_inner().target_type_name;
        answer!(self, "MoveResourceState", &name, async {
            unsupported::answer("moving state of another resource type", &name)
        })
    }

    async fn generate_resource_config(
        &self,
        request: Request<pb::generate_resource_config::Request>,
    ) -> Result<Response<pb::generate_resource_config::Response>, Status> {
        let name = request.into_inner().type_name;
        answer!(self, "GenerateResourceConfig", &name, async {
            unsupported::answer("generating configuration", &name)
        })
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<pb::validate_data_resource_config::Request>,
    ) -> Result<Response<pb::validate_data_resource_config::Response>, Status> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(
            self,
            "ValidateDataResourceConfig",
            &name,
            self.0.validate_data_source(request)
        )
    }

    async fn read_data_source(
        &self,
        request: Request<pb::read_data_source::Request>,
    ) -> Result<Response<pb::read_data_source::Response>, Status> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(
            self,
            "ReadDataSource",
            &name,
            self.0.read_data_source(request)
        )
    }

    async fn validate_ephemeral_resource_config(
        &self,
        request: Request<pb::validate_ephemeral_resource_config::Request>,
    ) -> Result<Response<pb::validate_ephemeral_resource_config::Response>, Status> {
        let name = request.into_inner().type_name;
        answer!(self, "ValidateEphemeralResourceConfig", &name, async {
            unsupported::answer("ephemeral resources", &name)
        })
    }

    async fn open_ephemeral_resource(
        &self,
        request: Request<pb::open_ephemeral_resource::Request>,
    ) -> Result<Response<pb::open_ephemeral_resource::Response>, Status> {
        let name = request.into_inner().type_name;
        answer!(self, "OpenEphemeralResource", &name, async {
            unsupported::answer("ephemeral resources", &name)
        })
    }

    async fn renew_ephemeral_resource(
        &self,
        request: Request<pb::renew_ephemeral_resource::Request>,
    ) -> Result<Response<pb::renew_ephemeral_resource::Response>, Status> {
        let name = request.into_inner().type_name;
        answer!(self, "RenewEphemeralResource", &name, async {
            unsupported::answer("ephemeral resources", &name)
        })
    }

    async fn close_ephemeral_resource(
        &self,
        request: Request<pb::close_ephemeral_resource::Request>,
    ) -> Result<Response<pb::close_ephemeral_resource::Response>, Status> {
        let name = request.into_inner().type_name;
        answer!(self, "CloseEphemeralResource", &name, async {
            unsupported::answer("ephemeral resources", &name)
        })
    }

    async fn validate_list_resource_config(
        &self,
        request: Request<pb::validate_list_resource_config::Request>,
    ) -> Result<Response<pb::validate_list_resource_config::Response>, Status> {
        let name = request.into_inner().type_name;
        answer!(self, "ValidateListResourceConfig", &name, async {
            unsupported::answer("listing resources", &name)
        })
    }

    async fn list_resource(
        &self,
        request: Request<pb::list_resource::Request>,
    ) -> Result<Response<Self::ListResourceStream>, Status> {
        let name = request.into_inner().type_name;
        let event = pb::list_resource::Event {
            diagnostic: unsupported::diagnostics("listing resources", &name).to_proto(),
            ..Default::default()
        };
        Ok(Response::new(Box::pin(stream::iter([Ok(event)]))))
    }

    async fn call_function(
        &self,
        request: Request<pb::call_function::Request>,
    ) -> Result<Response<pb::call_function::Response>, Status> {
        let name = request.into_inner().name;
        answer!(self, "CallFunction", &name, async {
            unsupported::function(&name)
        })
    }

    async fn validate_action_config(
        &self,
        request: Request<pb::validate_action_config::Request>,
    ) -> Result<Response<pb::validate_action_config::Response>, Status> {
        let name = request.into_inner().type_name;
        answer!(self, "ValidateActionConfig", &name, async {
            unsupported::answer("actions", &name)
        })
    }

    async fn plan_action(
        &self,
        request: Request<pb::plan_action::Request>,
    ) -> Result<Response<pb::plan_action::Response>, Status> {
        let name = request.into_inner().action_type;
        answer!(self, "PlanAction", &name, async {
            unsupported::answer("actions", &name)
        })
    }

    async fn invoke_action(
        &self,
        request: Request<pb::invoke_action::Request>,
    ) -> Result<Response<Self::InvokeActionStream>, Status> {
        use pb::invoke_action::event;
        let name = request.into_inner().action_type;
        let completed = event::Completed {
            diagnostics: unsupported::diagnostics("actions", &name).to_proto(),
        };
        let event = pb::invoke_action::Event {
            r#type: Some(event::Type::Completed(completed)),
        };
        Ok(Response::new(Box::pin(stream::iter([Ok(event)]))))
    }

    async fn validate_state_store_config(
        &self,
        request: Request<pb::validate_state_store::Request>,
    ) -> Result<Response<pb::validate_state_store::Response>, Status> {
        let name = request.into_inner().type_name;
        answer!(self, "ValidateStateStoreConfig", &name, async {
            unsupported::answer("state stores", &name)
        })
    }

    async fn configure_state_store(
        &self,
        request: Request<pb::configure_state_store::Request>,
    ) -> Result<Response<pb::configure_state_store::Response>, Status> {
        let name = request.into_inner().type_name;
        answer!(self, "ConfigureStateStore", &name, async {
            unsupported::state_store(&name)
        })
    }

    async fn read_state_bytes(
        &self,
        request: Request<pb::read_state_bytes::Request>,
    ) -> Result<Response<Self::ReadStateBytesStream>, Status> {
        let name = request.into_inner().type_name;
        let response = pb::read_state_bytes::Response {
            diagnostics: unsupported::diagnostics("state stores", &name).to_proto(),
            ..Default::default()
        };
        Ok(Response::new(Box::pin(stream::iter([Ok(response)]))))
    }

    async fn write_state_bytes(
        &self,
        _: Request<Streaming<pb::write_state_bytes::RequestChunk>>,
    ) -> Result<Response<pb::write_state_bytes::Response>, Status> {
        answer!(self, "WriteStateBytes", "", async {
            unsupported::answer("state stores", "")
        })
    }

    async fn lock_state(
        &self,
        request: Request<pb::lock_state::Request>,
    ) -> Result<Response<pb::lock_state::Response>, Status> {
        let name = request.into_inner().type_name;
        answer!(self, "LockState", &name, async {
            unsupported::answer("state stores", &name)
        })
    }

    async fn unlock_state(
        &self,
        request: Request<pb::unlock_state::Request>,
    ) -> Result<Response<pb::unlock_state::Response>, Status> {
        let name = request.into_inner().type_name;
        answer!(self, "UnlockState", &name, async {
            unsupported::answer("state stores", &name)
        })
    }

    async fn get_states(
        &self,
        request: Request<pb::get_states::Request>,
    ) -> Result<Response<pb::get_states::Response>, Status> {
        let name = request.into_inner().type_name;
        answer!(self, "GetStates", &name, async {
            unsupported::answer("state stores", &name)
        })
    }

    async fn delete_state(
        &self,
        request: Request<pb::delete_state::Request>,
    ) -> Result<Response<pb::delete_state::Response>, Status> {
        let name = request.into_inner().type_name;
        answer!(self, "DeleteState", &name, async {
            unsupported::answer("state stores", &name)
        })
    }
}
