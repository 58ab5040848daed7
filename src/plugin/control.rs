//! The services that a go-plugin host expects beside the application's own.

use std::future::Future;

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use tonic::service::Routes;
use tonic::{Request, Response, Status, Streaming};
use tonic_health::ServingStatus;

use crate::proto::plugin::grpc_broker_server::{GrpcBroker, GrpcBrokerServer};
use crate::proto::plugin::grpc_controller_server::{GrpcController, GrpcControllerServer};
use crate::proto::plugin::grpc_stdio_server::{GrpcStdio, GrpcStdioServer};
use crate::proto::plugin::{ConnInfo, Empty, StdioData};

use super::lifetime::{ShutdownReason, Stop};

/// The name under which go-plugin registers its health service (`grpc_server.go`).
const HEALTH_SERVICE: &str = "plugin";

/// Adds controller, stdio, broker and health to the application's services.
pub(super) async fn add_to(routes: Routes, stop: &Stop) -> Routes {
    let (reporter, health) = tonic_health::server::health_reporter();
    reporter
        .set_service_status(HEALTH_SERVICE, ServingStatus::Serving)
        .await;
    routes
        .add_service(GrpcControllerServer::new(Controller(stop.clone())))
        .add_service(GrpcStdioServer::new(Stdio(stop.clone())))
        .add_service(GrpcBrokerServer::new(Broker(stop.clone())))
        .add_service(health)
}

/// Lets the host end the process. Without it every process would cost the host its two seconds of
/// patience and a kill.
struct Controller(Stop);

#[tonic::async_trait]
impl GrpcController for Controller {
    async fn shutdown(&self, _request: Request<Empty>) -> Result<Response<Empty>, Status> {
        self.0.request(ShutdownReason::Shutdown);
        Ok(Response::new(Empty {}))
    }
}

/// Would carry what the plugin prints; nothing here prints.
struct Stdio(Stop);

/// Would arrange further connections; Terraform asks for none.
struct Broker(Stop);

/// Open for as long as the connection, so that the host's channel never counts as idle (grpc-go
/// lets go of an idle connection after 30 minutes); it ends when the process is to stop.
type Endless<T> = BoxStream<'static, Result<T, Status>>;

fn silence_until<T: Send + 'static>(
    end: impl Future<Output = ()> + Send + 'static,
) -> Response<Endless<T>> {
    Response::new(stream::pending().take_until(end).boxed())
}

#[tonic::async_trait]
impl GrpcStdio for Stdio {
    type StreamStdioStream = Endless<StdioData>;

    async fn stream_stdio(
        &self,
        _request: Request<()>,
    ) -> Result<Response<Self::StreamStdioStream>, Status> {
        Ok(silence_until(self.0.requested()))
    }
}

#[tonic::async_trait]
impl GrpcBroker for Broker {
    type StartStreamStream = Endless<ConnInfo>;

    async fn start_stream(
        &self,
        request: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<Self::StartStreamStream>, Status> {
        let mut from_host = request.into_inner();
        let stopped = self.0.requested();
        Ok(silence_until(async move {
            // The host closes its half first, and then waits for ours.
            let closed = async { while let Ok(Some(_)) = from_host.message().await {} };
            tokio::select! {
                () = closed => {}
                () = stopped => {}
            }
        }))
    }
}
