//! The flags of the `install` subcommand.

use std::path::PathBuf;

/// Flags of `terraform-provider-cloudbase install`.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Args {
    /// Fill this filesystem mirror instead, and print the CLI configuration for it
    #[arg(long, value_name = "DIR")]
    pub mirror: Option<PathBuf>,

    /// Say what would be done, and write nothing
    #[arg(long)]
    pub dry_run: bool,

    /// Take this version away again; other versions stay
    #[arg(long)]
    pub remove: bool,

    /// Replace, or remove, another build of the same version
    #[arg(long)]
    pub force: bool,
}
