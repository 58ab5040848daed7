//! `terraform-provider-corner`: a provider on the same framework whose types exercise all that a
//! provider can declare. It is what the framework's conformance tests drive.
//!
//! Its objects live in a JSON file, named in the provider block, so that they outlive the several
//! processes of one command. Without one they live as long as the process.
// Test code that clippy does not know for it, since it stands outside a test function.
#![allow(clippy::expect_used, clippy::panic)]

mod action;
mod data;
mod ephemeral;
mod faulty;
mod fill;
mod functions;
mod idle;
mod list;
mod provider;
mod schemas;
mod store;
mod stored;
mod strict;

use std::env;
use std::io;
use std::process::ExitCode;

use cloudbase::framework::Server;
use cloudbase::plugin::{self, Launch, Serve, ServeError, hclog};
use tonic::service::Routes;

use provider::{ADDRESS, Corner};

fn main() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            error.explain(&mut io::stderr()).ok();
            ExitCode::FAILURE
        }
    }
}

fn serve() -> Result<(), ServeError> {
    let launch = Launch::from_environment()?;
    hclog::log_panics();
    hclog::install("corner", |name| env::var_os(name)).ok();
    let routes = || Routes::new(Server::new(Corner, ADDRESS).into_service());
    plugin::run(Serve::new(ADDRESS, routes).launched(launch, io::stdout()))??;
    Ok(())
}
