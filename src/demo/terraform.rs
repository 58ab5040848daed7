//! Finding and running the CLI.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

#[cfg(unix)]
use rustix::process::{Pid, Signal};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader, Split};
use tokio::process::{Child, Command};
use tokio_util::sync::CancellationToken;

use super::error::DemoError;
use super::override_warning::OverrideWarning;
use super::screen::Screen;
use super::workspace::Workspace;
use crate::sandbox::Sandbox;

/// How long the CLI may take to end when it is interrupted.
const PATIENCE: Duration = Duration::from_secs(3);

/// The CLI: `terraform`, else `tofu`, from `path`, which has the form of `PATH`. Relative folders in
/// it do not count: the demo runs the CLI in another folder than it was started in.
pub(super) fn find(path: &OsStr) -> Result<PathBuf, DemoError> {
    ["terraform", "tofu"]
        .iter()
        .map(|name| format!("{name}{}", env::consts::EXE_SUFFIX))
        .find_map(|name| {
            env::split_paths(path)
                .filter(|folder| folder.is_absolute())
                .map(|folder| folder.join(&name))
                .find(|file| file.is_file())
        })
        .ok_or(DemoError::NoCli)
}

/// The CLI in the workspace, with the sandbox as the API.
#[derive(Debug)]
pub(super) struct Terraform {
    program: PathBuf,
    folder: PathBuf,
    variables: Vec<(&'static str, OsString)>,
    stopping: CancellationToken,
}

impl Terraform {
    /// Commands end when `stopping` is cancelled.
    pub(super) fn new(
        program: PathBuf,
        workspace: &Workspace,
        sandbox: &Sandbox,
        stopping: CancellationToken,
    ) -> Self {
        let variables = vec![
            (
                "TF_CLI_CONFIG_FILE",
                workspace.cli_configuration().into_os_string(),
            ),
            ("TF_IN_AUTOMATION", "1".into()),
            ("TF_INPUT", "0".into()),
            ("CHECKPOINT_DISABLE", "1".into()),
            ("CLOUDBASE_ENDPOINT", sandbox.url().into()),
            (
                "CLOUDBASE_COMPONENT_ACCESS_TOKEN",
                sandbox.component_token().into(),
            ),
        ];
        Self {
            program,
            folder: workspace.path().to_owned(),
            variables,
            stopping,
        }
    }

    /// `terraform` or `tofu`.
    pub(super) fn name(&self) -> String {
        let name = self.program.file_stem().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// Runs a command and shows what it says, line by line.
    ///
    /// Errors: it cannot be run, cannot be shown, or the demo is stopped; in the latter two cases it is ended first.
    /// Whatever it ends with is no error here.
    pub(super) async fn run(
        &self,
        arguments: &[&str],
        screen: &mut Screen<'_>,
    ) -> Result<ExitStatus, DemoError> {
        let mut child = self.start(arguments)?;
        let mut out = Lines::of(child.stdout.take());
        let mut err = Lines::of(child.stderr.take());
        // That of the demo, and that nobody sees the lines any more.
        let stopping = self.stopping.child_token();
        let mut interrupted = false;
        let mut shown = Ok(());
        let mut patience = std::pin::pin!(patience(&stopping));
        while !(out.ended() && err.ended()) {
            let lines = tokio::select! {
                () = stopping.cancelled(), if !interrupted => {
                    interrupted = true;
                    self.read(interrupt(&mut child))?;
                    continue;
                }
                () = &mut patience => {
                    self.read(kill(&mut child).await)?;
                    break;
                }
                lines = out.next(), if !out.ended() => self.read(lines)?,
                lines = err.next(), if !err.ended() => self.read(lines)?,
            };
            if !interrupted && shown.is_ok() {
                let mut lines = lines.iter();
                shown = lines.try_for_each(|line| screen.coloured_line(line));
                if shown.is_err() {
                    stopping.cancel();
                }
            }
        }
        let status = self.read(child.wait().await)?;
        shown?;
        if interrupted {
            return Err(DemoError::Interrupted);
        }
        Ok(status)
    }

    /// Runs a command that prints something for programs, and returns that.
    pub(super) async fn capture(&self, arguments: &[&str]) -> Result<Vec<u8>, DemoError> {
        let child = self.start(arguments)?;
        let output = tokio::select! {
            // This drops the process, which kills it; but it only reads and is soon done.
            () = patience(&self.stopping) => return Err(DemoError::Interrupted),
            output = child.wait_with_output() => self.read(output)?,
        };
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(DemoError::Recorded {
            command: format!("{} {}", self.name(), arguments.join(" ")),
            reason: format!(
                "{}, {}",
                output.status,
                String::from_utf8_lossy(&output.stderr).trim()
            ),
        })
    }

    fn start(&self, arguments: &[&str]) -> Result<Child, DemoError> {
        let mut command = Command::new(&self.program);
        // A terminal's Ctrl-C goes to a whole process group. In one of its own the CLI is interrupted
        // once, by the demo, whichever way the demo was: at a second time it leaves at once.
        #[cfg(unix)]
        command.process_group(0);
        for (name, _) in env::vars_os().filter(|(name, _)| disturbs(name)) {
            command.env_remove(name);
        }
        command
            .args(arguments)
            .current_dir(&self.folder)
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            // Ends at once, as /dev/null does, which need not be there.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let mut child = self.read(command.spawn())?;
        drop(child.stdin.take());
        Ok(child)
    }

    fn read<T>(&self, result: io::Result<T>) -> Result<T, DemoError> {
        result.map_err(|source| DemoError::Cli {
            program: self.program.clone(),
            source,
        })
    }
}

/// Ends some time after `stopping` is cancelled.
async fn patience(stopping: &CancellationToken) {
    stopping.cancelled().await;
    tokio::time::sleep(PATIENCE).await;
}

/// Whether an inherited variable could change what the commands do: settings of the CLI, and
/// credentials of the provider, which are not for a demo.
fn disturbs(name: &OsStr) -> bool {
    let name = name.to_string_lossy().to_ascii_uppercase();
    name.starts_with("TF_") || name.starts_with("CLOUDBASE_")
}

/// Asks the CLI to end and to take its providers with it.
#[cfg(unix)]
fn interrupt(child: &mut Child) -> io::Result<()> {
    match process_id(child) {
        Some(id) => Ok(rustix::process::kill_process(id, Signal::INT)?),
        None => Ok(()),
    }
}

/// Ends the CLI and whatever it has started.
#[cfg(unix)]
async fn kill(child: &mut Child) -> io::Result<()> {
    if let Some(id) = process_id(child) {
        rustix::process::kill_process_group(id, Signal::KILL)?;
    }
    child.wait().await.map(drop)
}

/// `None` once it has ended.
#[cfg(unix)]
fn process_id(child: &Child) -> Option<Pid> {
    Pid::from_raw(i32::try_from(child.id()?).ok()?)
}

/// There is no asking here. Providers end when the CLI's connection is gone.
#[cfg(not(unix))]
fn interrupt(child: &mut Child) -> io::Result<()> {
    child.start_kill()
}

#[cfg(not(unix))]
async fn kill(child: &mut Child) -> io::Result<()> {
    child.kill().await
}

/// What comes from one stream of a process.
struct Lines<R> {
    lines: Option<Split<BufReader<R>>>,
    filter: OverrideWarning,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    fn of(stream: Option<R>) -> Self {
        Self {
            lines: stream.map(|stream| BufReader::new(stream).split(b'\n')),
            filter: OverrideWarning::default(),
        }
    }

    fn ended(&self) -> bool {
        self.lines.is_none()
    }

    /// The next lines to show. Cancelling it loses nothing.
    async fn next(&mut self) -> io::Result<Vec<String>> {
        let Some(lines) = &mut self.lines else {
            return Ok(Vec::new());
        };
        if let Some(line) = lines.next_segment().await? {
            let line = String::from_utf8_lossy(&line);
            return Ok(self.filter.line(line.trim_end_matches('\r').to_owned()));
        }
        self.lines = None;
        Ok(self.filter.end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terraform_is_preferred_and_tofu_will_do() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let path = env::join_paths([one.path(), two.path()]).unwrap();
        assert!(matches!(find(&path), Err(DemoError::NoCli)));
        let file = |folder: &tempfile::TempDir, name: &str| {
            folder
                .path()
                .join(format!("{name}{}", env::consts::EXE_SUFFIX))
        };
        std::fs::write(file(&one, "tofu"), "").unwrap();
        assert_eq!(find(&path).unwrap(), file(&one, "tofu"));
        std::fs::write(file(&two, "terraform"), "").unwrap();
        assert_eq!(find(&path).unwrap(), file(&two, "terraform"));
    }

    #[test]
    fn settings_of_the_cli_and_credentials_are_not_inherited() {
        for name in [
            "TF_LOG",
            "TF_CLI_ARGS_plan",
            "TF_WORKSPACE",
            "CLOUDBASE_TOKEN_FILE",
        ] {
            assert!(disturbs(OsStr::new(name)), "{name}");
        }
        for name in ["PATH", "HOME", "TMPDIR", "SSL_CERT_FILE"] {
            assert!(!disturbs(OsStr::new(name)), "{name}");
        }
    }
}
