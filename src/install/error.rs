//! Why nothing, or not everything, was installed.

use std::io;
use std::path::PathBuf;

/// Why nothing, or not everything, was installed or removed. Each says what to do next.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InstallError {
    /// The system does not say where this program's file is.
    #[error(
        "cannot find out which file this program was started from: {0}. Start it by its full path"
    )]
    OwnBinary(#[source] io::Error),
    /// The variable that says where a user's files are is not set.
    #[error(
        "{0} is not set, so there is no folder to install into: set it, or name a folder with \
         --mirror DIR"
    )]
    NoHome(&'static str),
    /// Another build of this version is there.
    #[error(
        "{} is another build of this version and was left as it is. With --force it is {with_force}",
        path.display()
    )]
    OtherBuild {
        /// The file.
        path: PathBuf,
        /// What becomes of it with `--force`.
        with_force: &'static str,
    },
    /// What is there is not a file.
    #[error("{} is in the way and is no file: move it elsewhere, then try again", .0.display())]
    NoFile(PathBuf),
    /// A file or folder.
    #[error(
        "cannot {action} {}: {source}. See that this user may do that, or name another folder with \
         --mirror DIR",
        path.display()
    )]
    Refused {
        /// What was tried, to precede the path in a sentence.
        action: &'static str,
        /// What it was tried on.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Nobody takes the output any more.
    #[error("cannot say what was done: {0}")]
    Output(#[from] io::Error),
}

/// For `map_err`: what was tried, and on what.
pub(super) fn refused(
    action: &'static str,
    path: &std::path::Path,
) -> impl FnOnce(io::Error) -> InstallError {
    let path = path.to_owned();
    move |source| InstallError::Refused {
        action,
        path,
        source,
    }
}
