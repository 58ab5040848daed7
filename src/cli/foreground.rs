//! The subcommands: they run in a terminal until they are done or interrupted.

use std::fmt::Display;
use std::future::Future;
use std::io::{self, Write};
use std::process::ExitCode;

use cloudbase::demo::{self, DemoError};
use cloudbase::doctor::{self, DoctorError};
use cloudbase::install;
use cloudbase::provider::config::EnvVars;
use cloudbase::sandbox;
use tokio::runtime::Builder;

use super::own_file::own_file;

/// What a shell reports for a program that SIGINT ended, 128 and the signal's number.
const INTERRUPTED: u8 = 130;
/// The same for SIGPIPE, which ends most programs whose output nobody reads any more.
const CLOSED: u8 = 141;
/// What a complaint about the command line ends with.
const USAGE: u8 = 2;
/// An API that differs from what the client assumes of it.
const DIFFERS: u8 = 3;

/// A sandbox, until it is interrupted.
pub(crate) fn sandbox(args: sandbox::Args) -> ExitCode {
    let sandbox = async {
        let end = interruption()?;
        sandbox::run_until(args, &mut io::stdout(), end).await
    };
    match run(sandbox) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => failed(&error),
        Err(error) => failed(&error),
    }
}

/// The demo.
pub(crate) fn demo(args: demo::Args) -> ExitCode {
    let demo = async {
        let stop = interruption().map_err(DemoError::Signals)?;
        let binary = own_file().map_err(DemoError::OwnBinary)?;
        let setting = demo::Setting::of_process(binary, args)?;
        demo::run(&setting, &mut io::stdout(), stop).await
    };
    match run(demo) {
        // The latter has been said on the screen.
        Ok(Ok(()) | Err(DemoError::Left { .. })) => ExitCode::SUCCESS,
        Ok(Err(DemoError::Closed)) => ExitCode::from(CLOSED),
        Ok(Err(error)) => {
            let status = failed(&error);
            match error {
                DemoError::Interrupted => ExitCode::from(INTERRUPTED),
                DemoError::NoTerminal { .. } => ExitCode::from(USAGE),
                _ => status,
            }
        }
        Err(error) => failed(&error),
    }
}

/// The examination of the API.
pub(crate) fn doctor(args: doctor::Args) -> ExitCode {
    let examined = async {
        let stop = interruption().map_err(DoctorError::Signals)?;
        doctor::run(args, &EnvVars::of_process(), &mut io::stdout(), stop).await
    };
    match run(examined) {
        Ok(Ok(doctor::Outcome::Works)) => ExitCode::SUCCESS,
        Ok(Ok(doctor::Outcome::Lacks)) => ExitCode::FAILURE,
        Ok(Ok(doctor::Outcome::Differs)) => ExitCode::from(DIFFERS),
        Ok(Err(error)) if error.is_closed_output() => ExitCode::from(CLOSED),
        Ok(Err(error)) => {
            let status = failed(&error);
            match error {
                DoctorError::Interrupted => ExitCode::from(INTERRUPTED),
                DoctorError::Usage(_) | DoctorError::NotProbed(_) => ExitCode::from(USAGE),
                _ => status,
            }
        }
        Err(error) => failed(&error),
    }
}

/// Installs, or removes. Ctrl-C may end it at any time: a file is there whole or not at all.
pub(crate) fn install(args: &install::Args) -> ExitCode {
    let installed = own_file()
        .map_err(install::InstallError::OwnBinary)
        .map(install::Setting::of_process)
        .and_then(|setting| install::run(args, &setting, &mut io::stdout()));
    match installed {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

/// Runs on an event loop apart from the plugin's, which is made for a host and not for a person.
fn run<F: Future>(future: F) -> io::Result<F::Output> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let output = runtime.block_on(future);
    runtime.shutdown_background();
    Ok(output)
}

fn failed(error: &impl Display) -> ExitCode {
    // Without a standard error nobody is there to be told.
    writeln!(io::stderr(), "Error: {error}").ok();
    ExitCode::FAILURE
}

/// From this call on, Ctrl-C and SIGTERM do not end the process but are what the result waits for.
#[cfg(unix)]
fn interruption() -> io::Result<impl Future<Output = io::Result<()>> + Send> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut quit = signal(SignalKind::quit())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => Ok(()),
            _ = quit.recv() => Ok(()),
            _ = terminate.recv() => Ok(()),
        }
    })
}

/// From this call on, Ctrl-C does not end the process but is what the result waits for.
#[cfg(not(unix))]
fn interruption() -> io::Result<impl Future<Output = io::Result<()>> + Send> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
        Ok(())
    })
}
