//! Serving, from the listener to the last connection.

use std::fmt;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use tokio::sync::watch;
use tokio::time::sleep;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;
use tonic::transport::Server;

use super::accept;
use super::connection::ConnectionCount;
use super::control;
use super::error::ServeError;
use super::handshake;
use super::launch::{Launch, ListenOn, Network};
#[cfg(unix)]
use super::leftovers;
use super::lifetime::{self, Parent, ShutdownReason, Stop};
use super::listener::Listener;
use super::reattach::{self, Shell};
use super::signals::{HangUp, Signals};
use super::tls::ServerTls;
#[cfg(unix)]
use super::unix_socket;

/// How long rpcs that are under way may take to give up, once the process is to stop. The host
/// kills after two seconds (`client.go`, `Kill`).
const GRACE: Duration = Duration::from_millis(500);

/// Rpcs at once on one connection. Terraform has ten under way unless told otherwise
/// (`-parallelism`), and two more for go-plugin's own streams.
const STREAMS_AT_ONCE: u32 = 1024;

/// Longest list of request headers, in bytes. grpc-go sends a few hundred.
const HEADER_LIST_LIMIT: u32 = 64 * 1024;

/// Services to serve as a plugin.
///
/// Each service brings its own limits on message size; tonic's default of 4 MiB for what it decodes
/// is far below what Terraform may send (plugin-go allows 256 MiB).
pub struct Serve {
    provider_address: &'static str,
    services: Box<dyn FnOnce() -> Routes + Send>,
    stopping: CancellationToken,
}

impl fmt::Debug for Serve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Serve")
            .field("provider_address", &self.provider_address)
            .finish_non_exhaustive()
    }
}

impl Serve {
    /// `provider_address` is the provider's source address with its host, such as
    /// `registry.terraform.io/acme/foo`. `services` is called once, within the event loop and after
    /// the host has been told the address, so that what it does costs no start-up time.
    pub fn new(
        provider_address: &'static str,
        services: impl FnOnce() -> Routes + Send + 'static,
    ) -> Self {
        Self {
            provider_address,
            services: Box::new(services),
            stopping: CancellationToken::new(),
        }
    }

    /// Has `token` cancelled as soon as the process is to stop. Rpcs that are under way then have
    /// half a second to give up and answer.
    #[must_use]
    pub fn announcing_stop_by(mut self, token: CancellationToken) -> Self {
        self.stopping = token;
        self
    }

    /// Serves the host that started this process, until the host says so or is gone.
    ///
    /// Writes the handshake line, and nothing else, to `stdout`. From here on SIGINT is ignored.
    /// The listener, and what it left on disk, is gone when this returns.
    pub async fn launched(
        self,
        launch: Launch,
        stdout: impl Write,
    ) -> Result<ShutdownReason, ServeError> {
        let parent = Parent::current();
        let mut signals = Signals::take_over(HangUp::Always).map_err(ServeError::Process)?;
        let listener = Listener::bind(&launch.place).await?;
        let tls = launch
            .host_certificate
            .map(ServerTls::pinned_to)
            .transpose()?;
        let line = handshake::line(
            launch.protocol,
            listener.network(),
            listener.address(),
            tls.as_ref().map(|tls| &*tls.certificate),
        );
        announce(stdout, &line)?;
        tracing::info!(
            tf_provider_addr = self.provider_address,
            tf_proto_version = launch.protocol,
            network = listener.network(),
            address = listener.address(),
            tls = tls.is_some(),
            "provider started"
        );
        let config = tls.map(|tls| tls.config);
        let end = async |count| lifetime::of_launched(&mut signals, parent, count).await;
        let served = self.serve(&listener, config, end).await;
        // At the end, since at the start the host waits.
        #[cfg(unix)]
        leftovers::sweep(&unix_socket::base(&std::env::temp_dir()));
        served
    }

    /// Serves any number of Terraform runs, one after another or at once, until SIGINT, SIGTERM
    /// or SIGHUP (or `Shutdown`, which Terraform does not send to a process that it did not start).
    ///
    /// Writes to `out` what a developer has to put into Terraform's environment. Connections are
    /// plaintext, as Terraform expects of a process that it did not start; the unix socket is
    /// private to the user, but a TCP port (on Windows) is open to every user of the machine.
    pub async fn reattachable(
        self,
        network: Network,
        out: impl Write,
    ) -> Result<ShutdownReason, ServeError> {
        let mut signals = Signals::take_over(HangUp::UnlessIgnored).map_err(ServeError::Process)?;
        let listener = Listener::bind(&ListenOn::default_for(network)).await?;
        let value = reattach::value(
            self.provider_address,
            handshake::choose_protocol(""),
            listener.network(),
            listener.address(),
        )
        .map_err(|error| ServeError::Announce(error.into()))?;
        announce(out, &reattach::instructions(&value, Shell::native()))?;
        tracing::info!(
            tf_provider_addr = self.provider_address,
            network = listener.network(),
            address = listener.address(),
            "provider started for reattaching"
        );
        self.serve(&listener, None, async |_census| {
            lifetime::of_reattachable(&mut signals).await
        })
        .await
    }

    /// Serves on `listener` until `end` is over or a host asks for the end.
    async fn serve(
        self,
        listener: &Listener,
        tls: Option<Arc<ServerConfig>>,
        end: impl AsyncFnOnce(watch::Receiver<ConnectionCount>) -> ShutdownReason,
    ) -> Result<ShutdownReason, ServeError> {
        let stop = Stop::announced_by(self.stopping);
        let (count, census_changes) = watch::channel(ConnectionCount::default());
        let (connections, incoming) = accept::queue();
        let routes = control::add_to((self.services)(), &stop).await;
        let server = Server::builder()
            .max_concurrent_streams(STREAMS_AT_ONCE)
            .http2_max_header_list_size(HEADER_LIST_LIMIT)
            .add_routes(routes)
            .serve_with_incoming_shutdown(ReceiverStream::new(incoming), stop.requested());
        let stopped = async {
            tokio::select! {
                () = accept::accept(listener, tls, &count, connections) => {}
                ending = end(census_changes) => stop.request(ending),
                () = stop.requested() => {}
            }
            // The server is done when the last rpc has been answered; this is for those that hang.
            sleep(GRACE).await;
        };
        tokio::select! {
            outcome = server => outcome?,
            () = stopped => tracing::debug!("gave up rpcs that were still under way"),
        }
        // Nothing but a request makes the server stop without an error.
        Ok(stop.ending().unwrap_or(ShutdownReason::Shutdown))
    }
}

fn announce(mut out: impl Write, text: &str) -> Result<(), ServeError> {
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(ServeError::Announce)
}
