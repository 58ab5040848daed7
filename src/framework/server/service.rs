//! The rpcs, each handed to the file that answers it.

use futures_util::stream::{self, BoxStream};
use tonic::{Request, Response, Status, Streaming};

use super::{Server, rpc, unsupported};
use crate::framework::provider::Provider;
use crate::proto::tfplugin6 as pb;

/// Hands an rpc to the method of [`Inner`] named, with panics and logging taken care of.
macro_rules! answer {
    ($inner:ident, $rpc:literal, $type_name:expr, $work:expr) => {
        rpc::answer($rpc, $inner.address, $type_name, $work).await
    };
}

#[tonic::async_trait]
impl<P: Provider> pb::provider_server::Provider for Server<P> {
    type InvokeActionStream = BoxStream<'static, Result<pb::invoke_action::Event, Status>>;
    type ListResourceStream = BoxStream<'static, Result<pb::list_resource::Event, Status>>;
    type ReadStateBytesStream = BoxStream<'static, Result<pb::read_state_bytes::Response, Status>>;

    async fn get_metadata(
        &self,
        request: Request<pb::get_metadata::Request>,
    ) -> Result<Response<pb::get_metadata::Response>, Status> {
        let inner = self.of(&request);
        answer!(inner, "GetMetadata", "", async { inner.metadata() })
    }

    async fn get_provider_schema(
        &self,
        request: Request<pb::get_provider_schema::Request>,
    ) -> Result<Response<pb::get_provider_schema::Response>, Status> {
        let inner = self.of(&request);
        answer!(inner, "GetProviderSchema", "", async {
            inner.provider_schema()
        })
    }

    async fn get_resource_identity_schemas(
        &self,
        request: Request<pb::get_resource_identity_schemas::Request>,
    ) -> Result<Response<pb::get_resource_identity_schemas::Response>, Status> {
        let inner = self.of(&request);
        answer!(inner, "GetResourceIdentitySchemas", "", async {
            inner.identity_schemas()
        })
    }

    async fn get_functions(
        &self,
        request: Request<pb::get_functions::Request>,
    ) -> Result<Response<pb::get_functions::Response>, Status> {
        let inner = self.of(&request);
        answer!(inner, "GetFunctions", "", async { inner.functions() })
    }

    async fn validate_provider_config(
        &self,
        request: Request<pb::validate_provider_config::Request>,
    ) -> Result<Response<pb::validate_provider_config::Response>, Status> {
        let inner = self.of(&request);
        let request = request.into_inner();
        answer!(
            inner,
            "ValidateProviderConfig",
            "",
            inner.validate_provider(request)
        )
    }

    async fn configure_provider(
        &self,
        request: Request<pb::configure_provider::Request>,
    ) -> Result<Response<pb::configure_provider::Response>, Status> {
        let inner = self.of(&request);
        let request = request.into_inner();
        answer!(inner, "ConfigureProvider", "", inner.configure(request))
    }

    async fn stop_provider(
        &self,
        request: Request<pb::stop_provider::Request>,
    ) -> Result<Response<pb::stop_provider::Response>, Status> {
        let inner = self.of(&request);
        answer!(inner, "StopProvider", "", async { inner.stop() })
    }

    async fn validate_resource_config(
        &self,
        request: Request<pb::validate_resource_config::Request>,
    ) -> Result<Response<pb::validate_resource_config::Response>, Status> {
        let inner = self.of(&request);
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(
            inner,
            "ValidateResourceConfig",
            &name,
            inner.validate_resource(request)
        )
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<pb::upgrade_resource_state::Request>,
    ) -> Result<Response<pb::upgrade_resource_state::Response>, Status> {
        let inner = self.of(&request);
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(inner, "UpgradeResourceState", &name, async {
            inner.upgrade_state(request)
        })
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<pb::upgrade_resource_identity::Request>,
    ) -> Result<Response<pb::upgrade_resource_identity::Response>, Status> {
        let inner = self.of(&request);
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(inner, "UpgradeResourceIdentity", &name, async {
            inner.upgrade_identity(request)
        })
    }

    async fn read_resource(
        &self,
        request: Request<pb::read_resource::Request>,
    ) -> Result<Response<pb::read_resource::Response>, Status> {
        let inner = self.of(&request);
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(inner, "ReadResource", &name, inner.read_resource(request))
    }

    async fn plan_resource_change(
        &self,
        request: Request<pb::plan_resource_change::Request>,
    ) -> Result<Response<pb::plan_resource_change::Response>, Status> {
        let inner = self.of(&request);
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(
            inner,
            "PlanResourceChange",
            &name,
            inner.plan_resource(request)
        )
    }

    async fn apply_resource_change(
        &self,
        request: Request<pb::apply_resource_change::Request>,
    ) -> Result<Response<pb::apply_resource_change::Response>, Status> {
        let inner = self.of(&request);
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(
            inner,
            "ApplyResourceChange",
            &name,
            inner.apply_resource(request)
        )
    }

    async fn import_resource_state(
        &self,
        request: Request<pb::import_resource_state::Request>,
    ) -> Result<Response<pb::import_resource_state::Response>, Status> {
        let inner = self.of(&request);
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(
            inner,
            "ImportResourceState",
            &name,
            inner.import_resource(request)
        )
    }

    async fn move_resource_state(
        &self,
        request: Request<pb::move_resource_state::Request>,
    ) -> Result<Response<pb::move_resource_state::Response>, Status> {
        let inner = self.of(&request);
        let request = request.into_inner();
        let name = request.target_type_name.clone();
        answer!(inner, "MoveResourceState", &name, async {
            inner.move_state(request)
        })
    }

    async fn generate_resource_config(
        &self,
        request: Request<pb::generate_resource_config::Request>,
    ) -> Result<Response<pb::generate_resource_config::Response>, Status> {
        let inner = self.of(&request);
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(inner, "GenerateResourceConfig", &name, async {
            inner.generate_config(&request)
        })
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<pb::validate_data_resource_config::Request>,
    ) -> Result<Response<pb::validate_data_resource_config::Response>, Status> {
        let inner = self.of(&request);
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(
            inner,
            "ValidateDataResourceConfig",
            &name,
            inner.validate_data_source(request)
        )
    }

    async fn read_data_source(
        &self,
        request: Request<pb::read_data_source::Request>,
    ) -> Result<Response<pb::read_data_source::Response>, Status> {
        let inner = self.of(&request);
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(
            inner,
            "ReadDataSource",
            &name,
            inner.read_data_source(request)
        )
    }

    async fn validate_ephemeral_resource_config(
        &self,
        request: Request<pb::validate_ephemeral_resource_config::Request>,
    ) -> Result<Response<pb::validate_ephemeral_resource_config::Response>, Status> {
        let inner = self.of(&request);
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(
            inner,
            "ValidateEphemeralResourceConfig",
            &name,
            inner.validate_ephemeral(request)
        )
    }

    async fn open_ephemeral_resource(
        &self,
        request: Request<pb::open_ephemeral_resource::Request>,
    ) -> Result<Response<pb::open_ephemeral_resource::Response>, Status> {
        let inner = self.of(&request);
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(
            inner,
            "OpenEphemeralResource",
            &name,
            inner.open_ephemeral(request)
        )
    }

    async fn renew_ephemeral_resource(
        &self,
        request: Request<pb::renew_ephemeral_resource::Request>,
    ) -> Result<Response<pb::renew_ephemeral_resource::Response>, Status> {
        let inner = self.of(&request);
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(
            inner,
            "RenewEphemeralResource",
            &name,
            inner.renew_ephemeral(request)
        )
    }

    async fn close_ephemeral_resource(
        &self,
        request: Request<pb::close_ephemeral_resource::Request>,
    ) -> Result<Response<pb::close_ephemeral_resource::Response>, Status> {
        let inner = self.of(&request);
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(
            inner,
            "CloseEphemeralResource",
            &name,
            inner.close_ephemeral(request)
        )
    }

    async fn validate_list_resource_config(
        &self,
        request: Request<pb::validate_list_resource_config::Request>,
    ) -> Result<Response<pb::validate_list_resource_config::Response>, Status> {
        let inner = self.of(&request);
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(
            inner,
            "ValidateListResourceConfig",
            &name,
            inner.validate_list(request)
        )
    }

    async fn list_resource(
        &self,
        request: Request<pb::list_resource::Request>,
    ) -> Result<Response<Self::ListResourceStream>, Status> {
        Ok(Response::new(
            self.of(&request).list_resource_stream(request.into_inner()),
        ))
    }

    async fn call_function(
        &self,
        request: Request<pb::call_function::Request>,
    ) -> Result<Response<pb::call_function::Response>, Status> {
        let inner = self.of(&request);
        let request = request.into_inner();
        let name = request.name.clone();
        answer!(inner, "CallFunction", &name, async {
            inner.call_function(&request)
        })
    }

    async fn validate_action_config(
        &self,
        request: Request<pb::validate_action_config::Request>,
    ) -> Result<Response<pb::validate_action_config::Response>, Status> {
        let inner = self.of(&request);
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer!(
            inner,
            "ValidateActionConfig",
            &name,
            inner.validate_action(request)
        )
    }

    async fn plan_action(
        &self,
        request: Request<pb::plan_action::Request>,
    ) -> Result<Response<pb::plan_action::Response>, Status> {
        let inner = self.of(&request);
        let request = request.into_inner();
        let name = request.action_type.clone();
        answer!(inner, "PlanAction", &name, inner.plan_action(request))
    }

    async fn invoke_action(
        &self,
        request: Request<pb::invoke_action::Request>,
    ) -> Result<Response<Self::InvokeActionStream>, Status> {
        Ok(Response::new(
            self.of(&request).invoke_action_stream(request.into_inner()),
        ))
    }

    async fn validate_state_store_config(
        &self,
        request: Request<pb::validate_state_store::Request>,
    ) -> Result<Response<pb::validate_state_store::Response>, Status> {
        let inner = self.of(&request);
        let name = request.into_inner().type_name;
        answer!(inner, "ValidateStateStoreConfig", &name, async {
            unsupported::answer("state stores", &name)
        })
    }

    async fn configure_state_store(
        &self,
        request: Request<pb::configure_state_store::Request>,
    ) -> Result<Response<pb::configure_state_store::Response>, Status> {
        let inner = self.of(&request);
        let name = request.into_inner().type_name;
        answer!(inner, "ConfigureStateStore", &name, async {
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
        request: Request<Streaming<pb::write_state_bytes::RequestChunk>>,
    ) -> Result<Response<pb::write_state_bytes::Response>, Status> {
        let inner = self.of(&request);
        answer!(inner, "WriteStateBytes", "", async {
            unsupported::answer("state stores", "")
        })
    }

    async fn lock_state(
        &self,
        request: Request<pb::lock_state::Request>,
    ) -> Result<Response<pb::lock_state::Response>, Status> {
        let inner = self.of(&request);
        let name = request.into_inner().type_name;
        answer!(inner, "LockState", &name, async {
            unsupported::answer("state stores", &name)
        })
    }

    async fn unlock_state(
        &self,
        request: Request<pb::unlock_state::Request>,
    ) -> Result<Response<pb::unlock_state::Response>, Status> {
        let inner = self.of(&request);
        let name = request.into_inner().type_name;
        answer!(inner, "UnlockState", &name, async {
            unsupported::answer("state stores", &name)
        })
    }

    async fn get_states(
        &self,
        request: Request<pb::get_states::Request>,
    ) -> Result<Response<pb::get_states::Response>, Status> {
        let inner = self.of(&request);
        let name = request.into_inner().type_name;
        answer!(inner, "GetStates", &name, async {
            unsupported::answer("state stores", &name)
        })
    }

    async fn delete_state(
        &self,
        request: Request<pb::delete_state::Request>,
    ) -> Result<Response<pb::delete_state::Response>, Status> {
        let inner = self.of(&request);
        let name = request.into_inner().type_name;
        answer!(inner, "DeleteState", &name, async {
            unsupported::answer("state stores", &name)
        })
    }
}
