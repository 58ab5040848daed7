//! What may be said on the command line.

use std::process::ExitCode;

use clap::Parser as _;

/// Terraform provider for WeChat CloudBase environments shared with mini programs.
///
/// Terraform starts it by itself, without arguments. What follows is for people.
#[derive(Debug, clap::Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    /// Serve for a debugger: print TF_REATTACH_PROVIDERS and wait for Terraform
    #[arg(long)]
    pub(crate) debug: bool,

    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What it does other than serve.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Run a stand-in of the WeChat API on this machine
    Sandbox(cloudbase::sandbox::Args),
    /// Before the first apply: ask the API what works, what is missing, and what is not as assumed
    Doctor(cloudbase::doctor::Args),
    /// See it work: Terraform plans, applies and destroys against a sandbox, with every step checked
    Demo(cloudbase::demo::Args),
    /// Put this program where Terraform and OpenTofu install providers from
    Install(cloudbase::install::Args),
}

/// What there is to say instead of doing something: help, the version, or what is wrong.
#[derive(Debug)]
pub(crate) struct Message(clap::Error);

impl Arguments {
    /// The arguments of this process, or what to show instead.
    pub(crate) fn parse() -> Result<Self, Message> {
        Self::try_parse().map_err(Message)
    }
}

impl Message {
    /// Shows it, help on standard output and complaints on standard error. The status is 0 for the
    /// former and 2 for the latter.
    pub(crate) fn show(&self) -> ExitCode {
        let shown = self.0.print();
        match u8::try_from(self.0.exit_code()) {
            Ok(code) if shown.is_ok() => ExitCode::from(code),
            _ => ExitCode::FAILURE,
        }
    }
}
