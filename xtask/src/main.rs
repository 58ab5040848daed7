//! Tasks of those who make releases, and what the README shows of the demo: `cargo xtask --help`.

mod archive;
mod checksums;
mod dependencies;
mod dist;
mod notices;
mod recording;
mod sbom;
mod signature;
mod target;

use std::process::ExitCode;

use clap::Parser as _;

/// Why a task failed, for the person who ran it.
type Failure = Box<dyn std::error::Error>;

#[derive(Debug, clap::Parser)]
#[command(about = "Releases, and the recording of the demo")]
enum Task {
    /// Make the files of a release, of the binaries that have been built
    Dist(dist::Args),
    /// Record the demo, as the README shows it
    DemoRecording(recording::Args),
}

fn main() -> ExitCode {
    let done = match Task::parse() {
        Task::Dist(args) => dist::run(&args),
        Task::DemoRecording(args) => recording::run(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "to the person who ran it")]
            {
                eprintln!("Error: {error}");
            }
            ExitCode::FAILURE
        }
    }
}
