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
    /// Ctrl-C, or a signal that asks to end.
    #[error("interrupted; nothing is left behind")]
    Interrupted,
    /// The person at the keyboard has had enough.
    #[error("left after step {step}")]
    Left {
        /// The last step that was shown, counted from 1.
        step: usize,
    },
    /// A pause has no keyboard, or no audience.
    #[error(
        "--pause waits for a key at each step, and {stream} is not a terminal: run it in a terminal, or leave --pause out"
    )]
    NoTerminal {
        /// What is no terminal.
        stream: &'static str,
    },
    /// The keyboard cannot be read.
    #[error("cannot wait for a key: {0}")]
    Keyboard(#[source] io::Error),
    /// The system does not say where this program's file is.
    #[error("cannot find out which file this program was started from: {0}")]
    OwnBinary(#[source] io::Error),
    /// There is no place for the demo's folder.
    #[error("cannot make a folder in {}: {source}. Set {} to one that this user may write to", path.display(), if cfg!(windows) { "TEMP" } else { "TMPDIR" })]
    NoPlace {
        /// The system's folder for temporary files.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file or folder of the demo.
    #[error("cannot {action} {}: {source}", path.display())]
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
    /// Nobody takes the output any more, as with `demo | head`.
    #[error("nobody reads the output any more")]
    Closed,
    /// The output has no place.
    #[error("cannot show what happens: {0}")]
    Output(#[source] io::Error),
    /// Signals cannot be waited for.
    #[error("cannot wait for Ctrl-C: {0}")]
    Signals(#[source] io::Error),
}

/// What went wrong with the output.
impl From<io::Error> for DemoError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Output(error),
        }
    }
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
