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
//! | `screen` | headings, colours, where lines end, and what `--quiet` leaves out |
//! | `keyboard` | the key that `--pause` waits for |
//! | `args`, `setting` | the command line, and what the terminal can do |

mod administrator;
mod args;
mod error;
mod keyboard;
mod override_warning;
mod recorded;
mod screen;
mod setting;
mod stage;
mod steps;
mod terraform;
mod workspace;

use std::future::Future;
use std::io::{self, Write};

use tokio_util::sync::CancellationToken;

use crate::sandbox::{Options, Sandbox};

pub use args::Args;
pub use error::{DemoError, Mismatch};
pub use setting::{Pause, Setting};

use screen::Screen;
use stage::Stage;
use terraform::Terraform;
use workspace::Workspace;

/// Runs the demo, telling `out`, until its end or until `stop` is ready. Whatever happens, the
/// CLI's process and the temporary folder are gone afterwards.
///
/// Errors: no CLI, a step that is not as expected, being stopped or left, or the system refusing a process,
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
        Screen::new(out, setting),
        steps::COUNT,
        setting.pause,
        stopping.clone(),
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
