//! The child process: its environment, its output, its end.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rustls::pki_types::CertificateDer;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::identity::Identity;

const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// After this long something that ought to happen is taken to hang. A host gives its plugin a
/// minute to start; nothing here takes a second.
const HANG: Duration = Duration::from_secs(20);

/// How to start the binary. The default is Terraform's way.
#[derive(Debug, Clone)]
pub(crate) struct LaunchOptions {
    /// Another binary than the provider's.
    pub(crate) binary: Option<PathBuf>,
    /// Whether to pass the magic cookie.
    pub(crate) cookie: bool,
    /// Whether to pass a client certificate, and so to ask for TLS.
    pub(crate) tls: bool,
    /// `PLUGIN_PROTOCOL_VERSIONS`.
    pub(crate) protocol_versions: &'static str,
    /// Further variables; they win over those of the host.
    pub(crate) environment: Vec<(String, String)>,
    /// Arguments of the binary; a host passes none.
    pub(crate) arguments: Vec<String>,
    /// A shell script that starts the binary, which it finds in `"$0"`. Its standard input stays
    /// open until [`Process::close_stdin`].
    pub(crate) through_shell: Option<&'static str>,
}

impl Default for LaunchOptions {
    fn default() -> Self {
        Self {
            binary: None,
            cookie: true,
            tls: true,
            protocol_versions: "5,6",
            environment: Vec::new(),
            arguments: Vec::new(),
            through_shell: None,
        }
    }
}

impl LaunchOptions {
    /// With one more variable.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// The fields of the handshake line.
#[derive(Debug, Clone)]
pub(crate) struct HandshakeLine {
    pub(crate) text: String,
    pub(crate) protocol: u32,
    pub(crate) network: String,
    pub(crate) address: String,
    pub(crate) certificate: Option<CertificateDer<'static>>,
}

impl HandshakeLine {
    /// Takes a line apart the way a go-plugin host does (`client.go`, `Start`).
    pub(crate) fn parse(text: &str) -> Self {
        let fields: Vec<_> = text.split('|').collect();
        let [core, protocol, network, address, kind, certificate] = fields[..] else {
            panic!("not six fields: {text:?}");
        };
        assert_eq!(core, "1", "core protocol in {text:?}");
        assert_eq!(kind, "grpc", "kind of protocol in {text:?}");
        let certificate = (!certificate.is_empty()).then(|| {
            let der = STANDARD_NO_PAD.decode(certificate);
            CertificateDer::from(der.expect("unpadded base64 in the sixth field"))
        });
        Self {
            text: text.to_owned(),
            protocol: protocol.parse().expect("a major version"),
            network: network.to_owned(),
            address: address.to_owned(),
            certificate,
        }
    }
}

/// How a process ended.
#[derive(Debug)]
pub(crate) struct Exit {
    pub(crate) status: ExitStatus,
    /// What came on standard output after what had been read of it.
    pub(crate) stdout: Vec<String>,
    pub(crate) stderr: Vec<String>,
    /// What it left in its temporary directory, by name.
    pub(crate) left_behind: Vec<String>,
}

/// The running binary, with a temporary directory of its own. Dropping it kills it.
pub(crate) struct Process {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: Lines<BufReader<ChildStdout>>,
    stderr: Arc<Mutex<Vec<String>>>,
    stderr_reader: JoinHandle<()>,
    temp: TempDir,
}

impl Process {
    /// Starts the binary. `identity` is the host's, if there is to be TLS.
    pub(crate) fn spawn(options: &LaunchOptions, identity: Option<&Identity>) -> Self {
        let built = Path::new(env!("CARGO_BIN_EXE_terraform-provider-cloudbase"));
        let binary = options.binary.as_deref().unwrap_or(built);
        let temp = tempfile::tempdir().expect("a temporary directory");
        let mut command = if let Some(script) = options.through_shell {
            let mut shell = Command::new("sh");
            shell.args(["-c", script]).arg(binary).stdin(Stdio::piped());
            shell
        } else {
            let mut command = Command::new(binary);
            command.stdin(Stdio::null());
            command
        };
        command
            .args(&options.arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        // What the tests themselves run under is not part of the contract.
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if ["TF_", "PLUGIN_", "RUST_"]
                .iter()
                .any(|prefix| text.starts_with(prefix))
            {
                command.env_remove(&name);
            }
        }
        command
            .env("TMPDIR", temp.path())
            .env("PLUGIN_PROTOCOL_VERSIONS", options.protocol_versions)
            .env("PLUGIN_MIN_PORT", "10000")
            .env("PLUGIN_MAX_PORT", "25000");
        if options.cookie {
            command.env("TF_PLUGIN_MAGIC_COOKIE", COOKIE);
        }
        if let Some(identity) = identity {
            command.env("PLUGIN_CLIENT_CERT", identity.pem());
        }
        command.envs(options.environment.iter().cloned());

        let mut child = command.spawn().expect("the binary starts");
        let stdout = child.stdout.take().expect("piped");
        let stderr = Arc::new(Mutex::new(Vec::new()));
        let pipe = child.stderr.take().expect("piped");
        Self {
            stdin: child.stdin.take(),
            stdout: BufReader::new(stdout).lines(),
            stderr_reader: tokio::spawn(collect(pipe, stderr.clone())),
            stderr,
            child,
            temp,
        }
    }

    /// The process id; that of the shell if there is one.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id().expect("still running")
    }

    /// Reads the first line and takes it apart.
    pub(crate) async fn handshake(&mut self) -> HandshakeLine {
        match self.next_stdout_line().await {
            Some(line) => HandshakeLine::parse(&line),
            None => panic!("ended before its handshake line\n{}", self.stderr_text()),
        }
    }

    /// The next line of standard output; `None` at its end.
    pub(crate) async fn next_stdout_line(&mut self) -> Option<String> {
        let Ok(line) = timeout(HANG, self.stdout.next_line()).await else {
            panic!("nothing came on standard output\n{}", self.stderr_text());
        };
        line.expect("UTF-8 on standard output")
    }

    /// What has come on standard error so far.
    pub(crate) fn stderr_lines(&self) -> Vec<String> {
        self.stderr.lock().expect("not poisoned").clone()
    }

    pub(crate) fn stderr_text(&self) -> String {
        format!("standard error:\n{}", self.stderr_lines().join("\n"))
    }

    /// Waits for a line on standard error that `wanted` accepts, and returns it.
    pub(crate) async fn stderr_line(&self, wanted: impl Fn(&str) -> bool) -> String {
        let search = async {
            loop {
                let lines = self.stderr_lines();
                if let Some(line) = lines.into_iter().find(|line| wanted(line)) {
                    return line;
                }
                sleep(Duration::from_millis(5)).await;
            }
        };
        let Ok(line) = timeout(HANG, search).await else {
            panic!("the wanted line did not come\n{}", self.stderr_text());
        };
        line
    }

    /// Sends a signal by name, such as `INT`.
    pub(crate) async fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([format!("-{name}"), self.pid().to_string()])
            .status()
            .await;
        assert!(sent.expect("kill runs").success(), "kill -{name}");
    }

    /// Closes the standard input of the shell.
    pub(crate) fn close_stdin(&mut self) {
        drop(self.stdin.take());
    }

    /// What is in its temporary directory, by name.
    pub(crate) fn left_behind(&self) -> Vec<String> {
        names_in(self.temp.path())
    }

    /// Waits for the end of the process, and of everything that holds its output open.
    pub(crate) async fn exit(self, limit: Duration) -> Exit {
        let Self {
            mut child,
            mut stdout,
            stderr,
            stderr_reader,
            temp,
            stdin: _stdin,
        } = self;
        let ended = timeout(limit, async {
            let status = child.wait().await.expect("an exit status");
            let mut lines = Vec::new();
            while let Some(line) = stdout.next_line().await.expect("UTF-8") {
                lines.push(line);
            }
            stderr_reader.await.expect("standard error was read");
            (status, lines)
        })
        .await;
        let stderr = stderr.lock().expect("not poisoned").clone();
        let Ok((status, stdout)) = ended else {
            panic!(
                "still running after {limit:?}; standard error:\n{}",
                stderr.join("\n")
            );
        };
        Exit {
            status,
            stdout,
            stderr,
            left_behind: names_in(temp.path()),
        }
    }

    /// Waits for the end of the process for as long as a slow machine may take.
    pub(crate) async fn exit_eventually(self) -> Exit {
        self.exit(HANG).await
    }
}

fn names_in(directory: &Path) -> Vec<String> {
    fs::read_dir(directory)
        .expect("the temporary directory is there")
        .map(|entry| entry.expect("readable").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

async fn collect(pipe: ChildStderr, lines: Arc<Mutex<Vec<String>>>) {
    let mut reader = BufReader::new(pipe).lines();
    while let Ok(Some(line)) = reader.next_line().await {
        lines.lock().expect("not poisoned").push(line);
    }
}
