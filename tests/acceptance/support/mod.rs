//! What the acceptance tests share: the CLI, a workspace beside a sandbox, and names.

#[path = "../../support/cli/mod.rs"]
mod cli;
mod diagnostics;
mod programs;
mod token_sources;
mod workspace;

pub(crate) use cli::{Cli, EXAMPLES, Feature, Product};
pub(crate) use programs::has_program;
#[cfg(unix)]
pub(crate) use token_sources::set_mode;
pub(crate) use workspace::{Run, Workspace, actions};

/// An environment.
pub(crate) const ENV: &str = "test-env-6gni9ity244a6ea3";
/// Another environment.
pub(crate) const OTHER_ENV: &str = "prod-env-7gfwxe92efb3aa38";
/// An environment of cloud hosting, which has the source type 1.
pub(crate) const HOSTED_ENV: &str = "hosting-env-3gk8s6bd0f1c2a94";
/// Mini programs.
pub(crate) const A: &str = "wx5fe6bb43205e9e07";
pub(crate) const B: &str = "wx075cf85bf347b6df";
pub(crate) const C: &str = "wxaaaaaaaaaaaaaaa1";

/// A workspace with a fresh sandbox, or nothing where no CLI is installed or where it lacks what the
/// test `needs`.
///
/// Evaluates to the workspace, or returns from the test after saying that it was skipped, or that it is
/// not applicable. With `CI=true` a missing CLI is a failure.
#[macro_export]
macro_rules! workspace {
    () => {
        $crate::workspace!(cloudbase::sandbox::Options::default())
    };
    (needs $feature:ident) => {
        $crate::workspace!(needs $feature, cloudbase::sandbox::Options::default())
    };
    (needs $feature:ident, $options:expr) => {
        match $crate::support::Cli::find() {
            Some(cli) if cli.offers($crate::support::Feature::$feature) => {
                $crate::support::Workspace::start(cli, $options).await
            }
            _ => return,
        }
    };
    ($options:expr) => {
        match $crate::support::Cli::find() {
            Some(cli) => $crate::support::Workspace::start(cli, $options).await,
            None => return,
        }
    };
}

/// `resource "cloudbase_env_share" "test"` with these arguments.
pub(crate) fn share(env: &str, appids: &[&str], more: &str) -> String {
    format!(
        "resource \"cloudbase_env_share\" \"test\" {{\n  env = {env:?}\n  appids = {appids:?}\n  {more}\n}}\n"
    )
}

/// Well-formed appids, all different, in order: `count` of them from number `first` on.
pub(crate) fn many_appids(first: usize, count: usize) -> Vec<String> {
    (first..first + count)
        .map(|number| format!("wx{number:016x}"))
        .collect()
}

/// `provider "cloudbase"` with these arguments.
pub(crate) fn provider(arguments: &str) -> String {
    format!("provider \"cloudbase\" {{\n{arguments}\n}}\n")
}
