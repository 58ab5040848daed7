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

/// A workspace, or a return from the test where no CLI is installed, which with `CI=true` is a failure,
/// or where it lacks what the test `needs`.
macro_rules! workspace {
    (needs $feature:ident) => {
        match $crate::installed::Cli::find() {
            Some(cli) if cli.offers($crate::installed::Feature::$feature) => {
                $crate::cli::Workspace::start(cli)
            }
            _ => return,
        }
    };
    () => {
        match $crate::installed::Cli::find() {
            Some(cli) => $crate::cli::Workspace::start(cli),
            None => return,
        }
    };
}
pub(crate) use workspace;
