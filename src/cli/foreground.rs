//! The subcommands: they run in a terminal until they are done or interrupted.

use std::fmt::Display;
use std::future::Future;
use std::io::{self, Write};
use std::process::ExitCode;

use cloudbase::demo::{self, DemoError};
use cloudbase::sandbox;
use tokio::runtime::Builder;

/// What a shell reports for a program that SIGINT ended, 128 and the signal's number.
const INTERRUPTED: u8 = 130;

/// A sandbox, until it is interrupted.
pub(crate) fn sandbox(args: sandbox::Args) -> ExitCode {
    match run(async { sandbox::run_until(args, &mut io::stdout(), interrupted()).await }) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => failed(&error),
        Err(error) => failed(&error),
    }
}

/// The demo.
pub(crate) fn demo() -> ExitCode {
    let demo = async {
        let setting = demo::Setting::of_process()?;
        demo::run(&setting, &mut io::stdout(), interrupted()).await
    };
    match run(demo) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => {
            let status = failed(&error);
            match error {
                DemoError::Interrupted => ExitCode::from(INTERRUPTED),
                _ => status,
            }
        }
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

/// Waits for Ctrl-C or SIGTERM.
#[cfg(unix)]
async fn interrupted() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        ended = tokio::signal::ctrl_c() => ended,
        _ = terminate.recv() => Ok(()),
    }
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
async fn interrupted() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
