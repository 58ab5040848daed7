//! Serving the plugin protocol.

use std::env;
use std::io;
use std::process::ExitCode;

use cloudbase::framework::{Identify, Server};
use cloudbase::plugin::{self, ConnectionId, Launch, Network, Serve, ServeError, hclog};
use cloudbase::provider::config::EnvVars;
use cloudbase::provider::{ADDRESS, Cloudbase};
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;

/// Serves the host that has started this process; without one, says why not.
pub(crate) fn serve_launched() -> ExitCode {
    status(launched())
}

/// Serves whoever is told the address that is printed.
pub(crate) fn serve_reattachable() -> ExitCode {
    status(reattachable())
}

fn launched() -> Result<(), ServeError> {
    let launch = Launch::from_environment()?;
    hclog::log_panics();
    log();
    plugin::run(provider(None).launched(launch, io::stdout()))??;
    Ok(())
}

fn reattachable() -> Result<(), ServeError> {
    hclog::log_panics();
    log();
    // Hosts come and go, and one may have several aliases of the provider at once.
    let by_connection: Identify = |extensions| Some(extensions.get::<ConnectionId>()?.token());
    plugin::run(provider(Some(by_connection)).reattachable(Network::native(), io::stdout()))??;
    Ok(())
}

/// It fails only if there is a log already, and then that one does.
fn log() {
    hclog::install("cloudbase", |name| env::var_os(name)).ok();
}

fn status(outcome: Result<(), ServeError>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Without a standard error nobody is there to be told.
            error.explain(&mut io::stderr()).ok();
            ExitCode::FAILURE
        }
    }
}

/// A launched process has one host, which may connect again after a long silence: its configuration is
/// not that of a connection.
fn provider(by_connection: Option<Identify>) -> Serve {
    let ending = CancellationToken::new();
    let of_service = ending.clone();
    let routes = move || {
        let provider = Cloudbase::new(EnvVars::of_process());
        let mut server = Server::new(provider, ADDRESS).ending_with(of_service);
        if let Some(identify) = by_connection {
            server = server.by_connection(identify);
        }
        Routes::new(server.into_service())
    };
    Serve::new(ADDRESS, routes).announcing_stop_by(ending)
}
