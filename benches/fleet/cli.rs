//! The CLI on PATH, and what its commands take.

use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value as Json;

use crate::phase::Phase;
use crate::workspace::Workspace;

/// An installed CLI.
pub(crate) struct Cli {
    path: PathBuf,
}

impl Cli {
    /// `terraform` from PATH.
    pub(crate) fn find() -> Option<Self> {
        let path = env::var_os("PATH")?;
        let name = format!("terraform{}", env::consts::EXE_SUFFIX);
        env::split_paths(&path)
            .map(|folder| folder.join(&name))
            .find(|file| file.is_file())
            .map(|path| Self { path })
    }

    /// Such as `1.11.4`. Asked first, it also has the system read the file.
    pub(crate) fn version(&self) -> String {
        let mut command = self.command();
        let output = command.args(["version", "-json"]).output();
        let output = output.expect("the CLI runs");
        let version: Json = serde_json::from_slice(&output.stdout).expect("JSON");
        let version = version["terraform_version"].as_str();
        version.expect("a version").to_owned()
    }

    /// Runs a command, which has to work, and returns how long it took.
    pub(crate) fn run(&self, workspace: &Workspace, phase: Phase, parallelism: usize) -> Duration {
        let mut command = self.command();
        command
            .args(phase.arguments())
            .args(["-no-color", "-input=false"])
            .arg(format!("-parallelism={parallelism}"))
            .args(phase.last_argument())
            .current_dir(workspace.path())
            .env("TF_CLI_CONFIG_FILE", workspace.cli_configuration())
            .envs(
                workspace
                    .variables
                    .iter()
                    .map(|(name, value)| (name, value)),
            );
        let started = Instant::now();
        let output = command.output().expect("the CLI runs");
        let wall = started.elapsed();
        assert!(
            output.status.success(),
            "{phase} failed: {}\n{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        wall
    }

    /// Without what the caller's environment says to the CLI or the provider.
    fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("TF_") || text.starts_with("CLOUDBASE_") {
                command.env_remove(&name);
            }
        }
        command
            .env("CHECKPOINT_DISABLE", "1")
            .env("TF_IN_AUTOMATION", "1")
            .stdin(Stdio::null());
        command
    }
}
