//! The `install` subcommand: puts this program where Terraform and OpenTofu install providers from.
//!
//! Without a flag that is a folder that both look in by themselves, an implied mirror; with `--mirror`
//! any other folder, for a CLI configuration that names it. What is there is looked at before anything
//! is written: a refusal leaves everything as it was.
//!
//! | file | what |
//! |---|---|
//! | `adding`, `removing` | the two things it does |
//! | `arguments`, `environment` | what it is told, by its flags and by its surroundings |
//! | `platform`, `package` | names: of the platform, and of the file in a mirror |
//! | `folders` | which folder |
//! | `placement` | one file: looked at, put there, taken away |
//! | `cli_config`, `lock_file` | what users have that may be in the way |
//! | `advice` | what it says of all that |

mod adding;
mod advice;
mod arguments;
mod cli_config;
mod environment;
mod error;
mod folders;
mod lock_file;
mod package;
mod placement;
mod platform;
mod removing;

use std::io::Write;

pub use arguments::Args;
pub use environment::{Environment, Setting};
pub use error::InstallError;
pub use platform::Platform;

/// Installs, or removes, and tells `out` what was done and what comes next.
///
/// Errors: no home folder, another build of the same version without `--force`, the system refusing a
/// file or a folder, or `out` not taking the text.
pub fn run(args: &Args, setting: &Setting, out: &mut dyn Write) -> Result<(), InstallError> {
    if args.dry_run {
        writeln!(out, "Dry run: nothing is written or removed.\n")?;
    }
    if args.remove {
        removing::remove(args, setting, out)
    } else {
        adding::add(args, setting, out)
    }
}
