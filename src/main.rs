//! What this process is to do: serve the plugin protocol, or one of the subcommands.

use std::io;
use std::process::ExitCode;

use cloudbase::framework::Server;
use cloudbase::plugin::{self, Launch, Network, Serve, ServeError, hclog};
use cloudbase::provider::config::Environment;
use cloudbase::provider::{ADDRESS, Cloudbase};
use tonic::service::Routes;

fn main() -> ExitCode {
    let debug = std::env::args().nth(1).is_some_and(|arg| arg == "--debug");
    match serve(debug) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            error.explain(&mut io::stderr()).ok();
            ExitCode::FAILURE
        }
    }
}

fn serve(debug: bool) -> Result<(), ServeError> {
    let provider = Serve::new(ADDRESS, routes);
    if debug {
        hclog::install("cloudbase", |name| std::env::var_os(name)).ok();
        plugin::run(provider.reattachable(Network::native(), io::stdout()))??;
    } else {
        let launch = Launch::from_environment()?;
        hclog::log_panics();
        hclog::install("cloudbase", |name| std::env::var_os(name)).ok();
        plugin::run(provider.launched(launch, io::stdout()))??;
    }
    Ok(())
}

fn routes() -> Routes {
    let provider = Cloudbase::new(Environment::of_process());
    Routes::new(Server::new(provider, ADDRESS).into_service())
}
