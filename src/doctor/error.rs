//! Why the examination was refused, or did not come to its end.

use std::io;

/// Why there is no outcome. What was said before stays said.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DoctorError {
    /// Arguments that do not go together.
    #[error("{0}")]
    Usage(String),
    /// A probe that would do harm, or that nobody has agreed to.
    #[error("{0}")]
    NotProbed(String),
    /// The person stopped it.
    #[error("interrupted")]
    Interrupted,
    /// Ctrl-C can't be waited for.
    #[error("the examination can't be made interruptible: {0}")]
    Signals(#[source] io::Error),
    /// Nobody takes the output any more.
    #[error("cannot say what was found: {0}")]
    Output(#[source] io::Error),
}

impl DoctorError {
    /// Whether the reader has gone away, as `head` does.
    pub fn is_closed_output(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}
