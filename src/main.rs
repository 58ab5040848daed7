//! What this process is to do: serve the plugin protocol, or one of the subcommands.
//!
//! The arguments, and what is around each of the choices, are in [`cli`].

mod cli;

use std::env;
use std::process::ExitCode;

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // This is how Terraform starts it, several times a plan: nothing is parsed on this path.
    if env::args_os().len() <= 1 {
        return cli::serve_launched();
    }
    match cli::Arguments::parse() {
        Ok(cli::Arguments { debug: true, .. }) => cli::serve_reattachable(),
        Ok(cli::Arguments { command, .. }) => match command {
            Some(cli::Command::Sandbox(args)) => cli::sandbox(args),
            Some(cli::Command::Doctor(args)) => cli::doctor(args),
            Some(cli::Command::Demo(args)) => cli::demo(args),
            Some(cli::Command::Install(args)) => cli::install(&args),
            None => cli::serve_launched(),
        },
        Err(message) => message.show(),
    }
}
