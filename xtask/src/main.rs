//! Tasks of those who make releases: `cargo xtask --help`.

mod archive;
mod checksums;
mod dependencies;
mod dist;
mod notices;
mod sbom;
mod signature;
mod target;

use std::process::ExitCode;

use clap::Parser as _;

/// Why a task failed, for the person who ran it.
type Failure = Box<dyn std::error::Error>;

#[derive(Debug, clap::Parser)]
#[command(about = "Tasks of those who make releases")]
enum Task {
    /// Make the files of a release, of the binaries that have been built
    Dist(dist::Args),
}

fn main() -> ExitCode {
    let Task::Dist(args) = Task::parse();
    match dist::run(&args) {
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
