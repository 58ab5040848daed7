//! Serving the plugin protocol.

use std::env;
use std::io;
use std::process::ExitCode;

use cloudbase::framework::Server;
use cloudbase::plugin::{self, Launch, Network, Serve, ServeError, hclog};
use cloudbase::provider::config::Environment;
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
    plugin::run(provider().launched(launch, io::stdout()))??;
    Ok(())
}

fn reattachable() -> Result<(), ServeError> {
    hclog::log_panics();
    log();
    plugin::run(provider().reattachable(Network::native(), io::stdout()))??;
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

fn provider() -> Serve {
    let ending = CancellationToken::new();
    let of_service = ending.clone();
    let routes = move || {
        let provider = Cloudbase::new(Environment::of_process());
        let server = Server::new(provider, ADDRESS).ending_with(of_service);
        Routes::new(server.into_service())
    };
    Serve::new(ADDRESS, routes).announcing_stop_by(ending)
}
