//! The real CLI drives the corner provider.

mod blocks;
mod directory;
mod ephemerals;
mod functions;
mod idle;
mod moves;
mod nested;
mod plain;
mod rules;
mod strict;

use directory::Workspace;

/// A workspace, or a return from the test where no CLI is installed; with `CI=true` that is a
/// failure.
macro_rules! workspace {
    () => {
        match $crate::installed::Cli::find() {
            Some(cli) => $crate::cli::Workspace::start(cli),
            None => return,
        }
    };
}
pub(crate) use workspace;
