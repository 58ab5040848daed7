//! The rpcs, each handed to the file that answers it.

use futures_util::stream::{self, BoxStream};
use tonic::{Request, Response, Status, Streaming};

use super::{Server, rpc, unsupported};
use crate::framework::provider::Provider;
use crate::proto::tfplugin6 as pb;

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
            self.0.identity_schemas()
        })
    }

    async fn get_functions(
        &self,
        _: Request<pb::get_functions::Request>,
    ) -> Result<Response<pb::get_functions::Response>, Status> {
        answer!(self, "GetFunctions", "", async { self.0.functions() })
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
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(self, "UpgradeResourceIdentity", &name, async {
            self.0.upgrade_identity(request)
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
        let request = request.into_inner();
        let name = request.target_type_name.clone();
        answer!(self, "MoveResourceState", &name, async {
            self.0.move_state(request)
        })
    }

    async fn generate_resource_config(
        &self,
        request: Request<pb::generate_resource_config::Request>,
    ) -> Result<Response<pb::generate_resource_config::Response>, Status> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(self, "GenerateResourceConfig", &name, async {
            self.0.generate_config(&request)
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
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(
            self,
            "ValidateEphemeralResourceConfig",
            &name,
            self.0.validate_ephemeral(request)
        )
    }

    async fn open_ephemeral_resource(
        &self,
        request: Request<pb::open_ephemeral_resource::Request>,
    ) -> Result<Response<pb::open_ephemeral_resource::Response>, Status> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(
            self,
            "OpenEphemeralResource",
            &name,
            self.0.open_ephemeral(request)
        )
    }

    async fn renew_ephemeral_resource(
        &self,
        request: Request<pb::renew_ephemeral_resource::Request>,
    ) -> Result<Response<pb::renew_ephemeral_resource::Response>, Status> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(
            self,
            "RenewEphemeralResource",
            &name,
            self.0.renew_ephemeral(request)
        )
    }

    async fn close_ephemeral_resource(
        &self,
        request: Request<pb::close_ephemeral_resource::Request>,
    ) -> Result<Response<pb::close_ephemeral_resource::Response>, Status> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(
            self,
            "CloseEphemeralResource",
            &name,
            self.0.close_ephemeral(request)
        )
    }

    async fn validate_list_resource_config(
        &self,
        request: Request<pb::validate_list_resource_config::Request>,
    ) -> Result<Response<pb::validate_list_resource_config::Response>, Status> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(
            self,
            "ValidateListResourceConfig",
            &name,
            self.0.validate_list(request)
        )
    }

    async fn list_resource(
        &self,
        request: Request<pb::list_resource::Request>,
    ) -> Result<Response<Self::ListResourceStream>, Status> {
        Ok(Response::new(
            self.list_resource_stream(request.into_inner()),
        ))
    }

    async fn call_function(
        &self,
        request: Request<pb::call_function::Request>,
    ) -> Result<Response<pb::call_function::Response>, Status> {
        let request = request.into_inner();
        let name = request.name.clone();
        answer!(self, "CallFunction", &name, async {
            self.0.call_function(&request)
        })
    }

    async fn validate_action_config(
        &self,
        request: Request<pb::validate_action_config::Request>,
    ) -> Result<Response<pb::validate_action_config::Response>, Status> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(
            self,
            "ValidateActionConfig",
            &name,
            self.0.validate_action(request)
        )
    }

    async fn plan_action(
        &self,
        request: Request<pb::plan_action::Request>,
    ) -> Result<Response<pb::plan_action::Response>, Status> {
        let request = request.into_inner();
        let name = request.action_type.clone();
        answer!(self, "PlanAction", &name, self.0.plan_action(request))
    }

    async fn invoke_action(
        &self,
        request: Request<pb::invoke_action::Request>,
    ) -> Result<Response<Self::InvokeActionStream>, Status> {
        Ok(Response::new(
            self.invoke_action_stream(request.into_inner()),
        ))
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
