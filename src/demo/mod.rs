//! The `demo` subcommand: the main job of the provider, done by the real CLI against the sandbox.
//!
//! It works in a fresh temporary folder, starts a sandbox in this process, and has Terraform (or
//! OpenTofu) use this very binary as the provider. Every step shows what the CLI says and then checks
//! what really happened: the exit status, `show -json`, what the sandbox holds, and the calls that
//! the API saw and did not see. A check that fails ends the demo with an error.
//!
//! | file | what |
//! |---|---|
//! | `steps` | the story, step by step, with its checks |
//! | `stage` | what a step has at hand, and how a check passes or fails |
//! | `terraform` | finding and running the CLI |
//! | `override_warning` | leaving out the one warning that only the demo's set-up causes |
//! | `workspace` | the temporary folder |
//! | `recorded` | reading `show -json` |
//! | `administrator` | the person who confirms a share in a browser |
//! | `screen` | headings, colours |

mod administrator;
mod error;
mod override_warning;
mod recorded;
mod screen;
mod stage;
mod steps;
mod terraform;
mod workspace;

use std::env;
use std::ffi::OsString;
use std::future::Future;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use tokio_util::sync::CancellationToken;

use crate::sandbox::{Options, Sandbox};

pub use error::{DemoError, Mismatch};
use screen::Screen;
use stage::Stage;
use terraform::Terraform;
use workspace::Workspace;

/// What the demo takes from its surroundings.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Where to look for the CLI, in the form of `PATH`.
    pub path: OsString,
    /// The binary that is to be the provider.
    pub binary: PathBuf,
    /// Whether to show colours.
    pub colour: bool,
}

impl Setting {
    /// The setting of this process, whose file is `binary`: its `PATH`, and colours if standard output is a terminal and
    /// `NO_COLOR` is not set (no-color.org).
    pub fn of_process(binary: PathBuf) -> Self {
        let no_colour = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            path: env::var_os("PATH").unwrap_or_default(),
            binary,
            colour: io::stdout().is_terminal() && !no_colour,
        }
    }
}

/// Runs the demo, telling `out`, until its end or until `stop` is ready. Whatever happens, the
/// CLI's process and the temporary folder are gone afterwards.
///
/// Errors: no CLI, a step that is not as expected, being stopped, or the system refusing a process,
/// a folder or the output.
pub async fn run(
    setting: &Setting,
    out: &mut (dyn Write + Send),
    stop: impl Future<Output = io::Result<()>>,
) -> Result<(), DemoError> {
    let program = terraform::find(&setting.path)?;
    let workspace = Workspace::create(&setting.binary)?;
    let sandbox = Sandbox::start(Options::default()).await?;
    let stopping = CancellationToken::new();
    let terraform = Terraform::new(program, &workspace, &sandbox, stopping.clone());
    let mut stage = Stage::new(
        sandbox,
        terraform,
        workspace,
        Screen::new(out, setting.colour),
        steps::COUNT,
    );

    let outcome = {
        let mut steps = std::pin::pin!(steps::all(&mut stage));
        tokio::select! {
            outcome = &mut steps => outcome,
            stopped = stop => {
                // The step ends its process first; only then can the folder go.
                stopping.cancel();
                let ended = steps.await;
                stopped.map_err(DemoError::Signals).and(ended)
            }
        }
    };
    stage.leave(outcome).await
}
