//! A go-plugin host for tests: starts the built binary the way Terraform does.
//!
//! ```ignore
//! #[path = "support/plugin_host/mod.rs"]
//! mod plugin_host;
//!
//! let host = PluginHost::launch(LaunchOptions::default()).await;
//! let mut provider = host.provider();
//! // … provider.get_provider_schema(…).await …
//! let exit = host.shutdown().await;
//! assert!(exit.status.success());
//! ```
//!
//! Everything here panics when it cannot go on, with what the binary wrote to standard error.

// Each test binary that takes this module in uses its own part of it.
#![allow(dead_code)]
// Test code that clippy does not know for it, since it stands outside a test function.
#![allow(clippy::expect_used, clippy::panic)]

mod dial;
mod identity;
mod process;

use std::time::Duration;

use cloudbase::proto::plugin::grpc_broker_client::GrpcBrokerClient;
use cloudbase::proto::plugin::grpc_controller_client::GrpcControllerClient;
use cloudbase::proto::plugin::grpc_stdio_client::GrpcStdioClient;
use cloudbase::proto::plugin::{ConnInfo, Empty, StdioData};
use cloudbase::proto::tfplugin6::provider_client::ProviderClient;
use rustls::crypto::SupportedKxGroup;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Channel;
use tonic::{Status, Streaming};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

pub(crate) use dial::{DialError, connect_plainly, connect_securely};
pub(crate) use identity::Identity;
pub(crate) use process::{Exit, HandshakeLine, LaunchOptions, Process};

/// How long a host waits between `Shutdown` and the kill (go-plugin `client.go`, `Kill`).
pub(crate) const HOST_PATIENCE: Duration = Duration::from_secs(2);

/// A binary that has announced its address, before anybody has connected to it.
pub(crate) struct Listening {
    pub(crate) process: Process,
    pub(crate) line: HandshakeLine,
    /// What the host presents; `None` without TLS.
    pub(crate) identity: Option<Identity>,
}

impl Listening {
    /// Starts the binary and reads its handshake line.
    pub(crate) async fn start(options: LaunchOptions) -> Self {
        let identity = options.tls.then(Identity::generate);
        let mut process = Process::spawn(&options, identity.as_ref());
        let line = process.handshake().await;
        Self {
            process,
            line,
            identity,
        }
    }

    /// Opens one more connection, as the host.
    pub(crate) async fn dial(&self) -> Result<Channel, DialError> {
        match &self.identity {
            Some(identity) => self.dial_as(Some(identity)).await,
            None => connect_plainly(&self.line).await,
        }
    }

    /// Opens a TLS connection with the given identity, or without any.
    pub(crate) async fn dial_as(&self, identity: Option<&Identity>) -> Result<Channel, DialError> {
        connect_securely(&self.line, identity).await
    }

    /// Opens a TLS connection as the host, with these groups alone for the key exchange.
    pub(crate) async fn dial_with_groups(
        &self,
        groups: Vec<&'static dyn SupportedKxGroup>,
    ) -> Result<Channel, DialError> {
        dial::connect_with_groups(&self.line, self.identity.as_ref(), groups).await
    }

    /// Connects and opens go-plugin's own streams, in Terraform's order.
    pub(crate) async fn connect(self) -> PluginHost {
        let channel = match self.dial().await {
            Ok(channel) => channel,
            Err(error) => panic!("cannot connect: {error}\n{}", self.process.stderr_text()),
        };
        let streams = HostStreams::open(channel.clone()).await;
        PluginHost {
            plugin: self,
            channel,
            streams,
        }
    }
}

/// A host with a plugin that it started and is connected to. Dropping it kills the plugin.
pub(crate) struct PluginHost {
    pub(crate) plugin: Listening,
    channel: Channel,
    streams: HostStreams,
}

impl PluginHost {
    /// Starts the binary and connects to it.
    pub(crate) async fn launch(options: LaunchOptions) -> Self {
        Listening::start(options).await.connect().await
    }

    /// The host's connection.
    pub(crate) fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// Terraform's provider protocol over the host's connection, with go-plugin's message limits.
    pub(crate) fn provider(&self) -> ProviderClient<Channel> {
        ProviderClient::new(self.channel())
            .max_decoding_message_size(i32::MAX as usize)
            .max_encoding_message_size(i32::MAX as usize)
    }

    /// Whether the health service says that the plugin is serving.
    pub(crate) async fn is_serving(&self) -> Result<bool, Status> {
        is_serving(self.channel()).await
    }

    /// Ends the plugin as Terraform does, and fails if Terraform would have had to kill it.
    pub(crate) async fn shutdown(self) -> Exit {
        let answer = GrpcControllerClient::new(self.channel())
            .shutdown(Empty {})
            .await;
        if let Err(status) = answer {
            panic!("Shutdown: {status}\n{}", self.plugin.process.stderr_text());
        }
        self.disconnect().exit(HOST_PATIENCE).await
    }

    /// Closes the connection without a word, as a host does that has died.
    pub(crate) fn disconnect(self) -> Process {
        let Self {
            plugin,
            channel,
            streams,
        } = self;
        drop((channel, streams));
        plugin.process
    }

    /// What has come in on the stdio stream, which ought to be silent; `None` when it has ended.
    pub(crate) async fn next_stdio(&mut self) -> Option<Result<StdioData, Status>> {
        self.streams.stdio.message().await.transpose()
    }
}

/// The two streams that a host keeps open for as long as it is connected.
struct HostStreams {
    _broker_sender: mpsc::Sender<ConnInfo>,
    _broker: Streaming<ConnInfo>,
    stdio: Streaming<StdioData>,
}

impl HostStreams {
    async fn open(channel: Channel) -> Self {
        let (broker_sender, requests) = mpsc::channel(1);
        let broker = GrpcBrokerClient::new(channel.clone())
            .start_stream(ReceiverStream::new(requests))
            .await
            .expect("GRPCBroker.StartStream");
        let stdio = GrpcStdioClient::new(channel)
            .stream_stdio(())
            .await
            .expect("GRPCStdio.StreamStdio");
        Self {
            _broker_sender: broker_sender,
            _broker: broker.into_inner(),
            stdio: stdio.into_inner(),
        }
    }
}

/// Whether the health service says over `channel` that the plugin is serving.
pub(crate) async fn is_serving(channel: Channel) -> Result<bool, Status> {
    let request = HealthCheckRequest {
        service: "plugin".into(),
    };
    let response = HealthClient::new(channel).check(request).await?;
    Ok(response.into_inner().status() == ServingStatus::Serving)
}
