//! Finding and running the CLI.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader, Split};
use tokio::process::{Child, Command};
use tokio_util::sync::CancellationToken;

use super::error::DemoError;
use super::override_warning::OverrideWarning;
use super::screen::Screen;
use super::workspace::Workspace;
use crate::sandbox::Sandbox;

/// The CLI: `terraform`, else `tofu`, from `path`, which has the form of `PATH`.
pub(super) fn find(path: &OsStr) -> Result<PathBuf, DemoError> {
    ["terraform", "tofu"]
        .iter()
        .map(|name| format!("{name}{}", env::consts::EXE_SUFFIX))
        .find_map(|name| {
            env::split_paths(path)
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
    /// Errors: it cannot be run, cannot be shown, or the demo is stopped. Whatever it ends with is no
    /// error here.
    pub(super) async fn run(
        &self,
        arguments: &[&str],
        screen: &mut Screen<'_>,
    ) -> Result<ExitStatus, DemoError> {
        let mut child = self.start(arguments)?;
        let mut out = Lines::of(child.stdout.take());
        let mut err = Lines::of(child.stderr.take());
        while !(out.ended() && err.ended()) {
            tokio::select! {
                () = self.stopping.cancelled() => return self.end(child).await,
                lines = out.next(), if !out.ended() => show(screen, &self.read(lines)?)?,
                lines = err.next(), if !err.ended() => show(screen, &self.read(lines)?)?,
            }
        }
        tokio::select! {
            () = self.stopping.cancelled() => self.end(child).await,
            status = child.wait() => self.read(status),
        }
    }

    /// Runs a command that prints something for programs, and returns that.
    pub(super) async fn capture(&self, arguments: &[&str]) -> Result<Vec<u8>, DemoError> {
        let child = self.start(arguments)?;
        let output = tokio::select! {
            // Dropping the output kills the process, which only reads.
            () = self.stopping.cancelled() => return Err(DemoError::Interrupted),
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
        // A terminal's Ctrl-C goes to a whole process group. The CLI would take its time and talk
        // about it, while the demo has nothing that is worth saving.
        #[cfg(unix)]
        command.process_group(0);
        for (name, _) in env::vars_os().filter(|(name, _)| disturbs(name)) {
            command.env_remove(name);
        }
        command
            .args(arguments)
            .current_dir(&self.folder)
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        self.read(command.spawn())
    }

    async fn end(&self, mut child: Child) -> Result<ExitStatus, DemoError> {
        self.read(child.kill().await)?;
        Err(DemoError::Interrupted)
    }

    fn read<T>(&self, result: io::Result<T>) -> Result<T, DemoError> {
        result.map_err(|source| DemoError::Cli {
            program: self.program.clone(),
            source,
        })
    }
}

/// Whether an inherited variable could change what the commands do: settings of the CLI, and
/// credentials of the provider, which are not for a demo.
fn disturbs(name: &OsStr) -> bool {
    let name = name.to_string_lossy().to_ascii_uppercase();
    name.starts_with("TF_") || name.starts_with("CLOUDBASE_")
}

fn show(screen: &mut Screen<'_>, lines: &[String]) -> io::Result<()> {
    lines.iter().try_for_each(|line| screen.coloured_line(line))
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
