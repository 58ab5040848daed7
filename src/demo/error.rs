//! Why the demo ended before its end.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::sandbox::StartError;

/// Why the demo ended before its end. Each says what to do, where there is something to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DemoError {
    /// There is no CLI.
    #[error(
        "neither terraform nor tofu is on PATH: install Terraform \
         (https://developer.hashicorp.com/terraform/install) or OpenTofu \
         (https://opentofu.org/docs/intro/install), then run the demo again"
    )]
    NoCli,
    /// A step had another effect than it should.
    #[error(transparent)]
    Mismatch(#[from] Mismatch),
    /// Ctrl-C, or SIGTERM.
    #[error("interrupted; nothing is left behind")]
    Interrupted,
    /// The system does not say where this program's file is.
    #[error("cannot find out which file this program was started from: {0}")]
    OwnBinary(#[source] io::Error),
    /// A file or folder of the demo.
    #[error("cannot {action} {}: {source}. Set TMPDIR to a folder that this user may write to", path.display())]
    Folder {
        /// What was tried, to precede the path in a sentence.
        action: &'static str,
        /// What it was tried on.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The CLI could not be run.
    #[error("cannot run {}: {source}", program.display())]
    Cli {
        /// The CLI.
        program: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// `show -json` printed something else than its documentation says.
    #[error("cannot read what `{command}` has printed: {reason}")]
    Recorded {
        /// The command.
        command: String,
        /// What is wrong with its output.
        reason: String,
    },
    /// The page behind a confirmation URL was not to be had.
    #[error("cannot open the confirmation page {url}: {source}")]
    Page {
        /// Its address, on this machine.
        url: String,
        /// What happened.
        source: reqwest::Error,
    },
    /// The sandbox did not start.
    #[error(transparent)]
    Sandbox(#[from] StartError),
    /// Nobody takes the output any more.
    #[error("cannot show what happens: {0}")]
    Output(#[from] io::Error),
    /// Signals cannot be waited for.
    #[error("cannot wait for Ctrl-C: {0}")]
    Signals(#[source] io::Error),
}

/// A check that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The step, counted from 1.
    pub step: usize,
    /// What should have been so.
    pub what: String,
    /// What was expected.
    pub expected: String,
    /// What was there.
    pub seen: String,
}

impl std::error::Error for Mismatch {}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            step,
            what,
            expected,
            seen,
        } = self;
        write!(
            f,
            "step {step} did not go as it should: {what}\n  expected: {expected}\n  seen:     {seen}"
        )
    }
}
