//! The reader's folder: a home in which the provider is installed, a sandbox, a shell.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use cloudbase::sandbox::Sandbox;
use rustix::process::{Pid, Signal};
use serde_json::Value as Json;
use tempfile::TempDir;

use super::page::{Step, starts_the_sandbox};
use crate::support::{Cli, Run};

const PROVIDER: &str = env!("CARGO_BIN_EXE_terraform-provider-cloudbase");

/// The last line that the sandbox prints.
const SANDBOX_IS_UP: &str = "Ctrl-C stops it";

/// No page keeps its reader waiting for longer.
const PATIENCE: Duration = Duration::from_secs(240);

/// A folder in which a page is followed.
pub(super) struct Folder {
    root: TempDir,
    sandbox: String,
    /// Sandboxes that the page itself has started.
    started: Vec<Child>,
    /// Terraform blocks that have not been applied.
    unapplied: bool,
    takes_variables: bool,
}

impl Drop for Folder {
    fn drop(&mut self) {
        for child in &mut self.started {
            // With the sandbox that the shell has started; it may have ended by itself.
            rustix::process::kill_process_group(Pid::from_child(child), Signal::KILL).ok();
            child.wait().ok();
        }
    }
}

impl Folder {
    /// A home folder that has nothing, on a machine with a CLI.
    ///
    /// `takes_variables` is whether the page says to paste those that a sandbox prints that it starts.
    pub(super) fn empty(cli: &Cli, takes_variables: bool) -> Self {
        let root = tempfile::tempdir().expect("a temporary directory");
        for part in ["work", "home", "bin"] {
            fs::create_dir(root.path().join(part)).expect("an empty folder");
        }
        fs::write(root.path().join("variables"), "").expect("a file is written");
        // An answer that is an error ends the command with one.
        fs::write(root.path().join("home/.curlrc"), "fail\n").expect("a file is written");
        let folder = Self {
            root,
            sandbox: String::new(),
            started: Vec::new(),
            unapplied: false,
            takes_variables,
        };
        let real = cli.path.display();
        // Pages say `terraform`. It asks before it applies, and the reader says yes.
        let terraform = format!(
            "case \"$1\" in\napply | destroy) yes yes | {real:?} \"$@\" ;;\n*) exec {real:?} \"$@\" ;;\nesac"
        );
        folder.program("terraform", &terraform);
        folder.program("tofu", &terraform);
        // The build is what this test is a part of.
        folder.program(
            "cargo",
            &format!(
                "case \"$*\" in\n'run --release -- '*) shift 3; exec {PROVIDER:?} \"$@\" ;;\n\
                 'build --release'*) mkdir -p target/release; ln -sf {PROVIDER:?} target/release/ ;;\n\
                 test*) ;;\n*) echo \"cargo $*: the pages say no such thing\" >&2; exit 1 ;;\nesac"
            ),
        );
        folder
    }

    /// The same, where the variables are set that `sandbox` prints.
    pub(super) fn beside(cli: &Cli, sandbox: &Sandbox) -> Self {
        let mut folder = Self::empty(cli, true);
        folder.sandbox = sandbox.url();
        let platform = sandbox.component();
        let variables = [
            ("ENDPOINT", sandbox.url()),
            ("COMPONENT_ACCESS_TOKEN", sandbox.component_token()),
            ("AUTHORIZER_ACCESS_TOKEN", sandbox.authorizer_token()),
            ("COMPONENT_APPID", platform.appid),
            ("COMPONENT_APPSECRET", platform.appsecret),
            ("COMPONENT_VERIFY_TICKET", platform.verify_ticket),
        ];
        let variables =
            variables.map(|(name, value)| format!("export CLOUDBASE_{name}='{value}'\n"));
        fs::write(folder.variables(), variables.concat()).expect("variables are written");
        folder
    }

    /// Installs the provider where the CLI looks for it.
    pub(super) fn install(&self) {
        let installed = Command::new(PROVIDER)
            .arg("install")
            .env_clear()
            .env("HOME", self.home())
            .output();
        assert!(installed.expect("it installs").status.success());
    }

    /// Puts a file there that is not applied.
    pub(super) fn put(&self, file: &str, text: &str) {
        fs::write(self.work().join(file), text).expect("the file is written");
    }

    /// Does what the page says next. Nothing may fail.
    pub(super) async fn follow(&mut self, step: &Step) {
        match step {
            Step::Write { file, text } => {
                let path = self.work().join(file);
                if path.exists() {
                    self.apply_what_is_there().await;
                }
                fs::create_dir_all(path.parent().expect("in a folder")).expect("its folder");
                fs::write(path, text).expect("the file is written");
                self.unapplied |= is_configuration(file);
            }
            Step::Add(text) => {
                let path = self.work().join("main.tf");
                let before = fs::read_to_string(&path).unwrap_or_default();
                fs::write(path, format!("{before}\n{text}")).expect("the file is written");
                self.unapplied = true;
            }
            Step::Run(commands) => {
                if !runs_terraform(commands) {
                    self.apply_what_is_there().await;
                }
                if self.unapplied && !self.work().join(".terraform").exists() {
                    self.script("terraform init -input=false").await.ok();
                }
                self.unapplied = false;
                if starts_the_sandbox(commands) {
                    self.start_sandbox(commands).await;
                } else {
                    self.script(commands).await.ok();
                }
            }
            Step::Approve => {
                self.apply_what_is_there().await;
                let answer = reqwest::Client::new()
                    .post(format!("{}/_sandbox/approve", self.sandbox))
                    .header("content-type", "application/json")
                    .body(r#"{"all": true}"#)
                    .send()
                    .await
                    .expect("the sandbox answers");
                let answer = answer.text().await.expect("it is text");
                let answer: Json = serde_json::from_str(&answer).expect("it is JSON");
                assert!(
                    answer["decided"].as_u64() > Some(0),
                    "nobody was asked: {answer}"
                );
            }
        }
    }

    /// Applies what was pasted without a command after it, as a reader would.
    pub(super) async fn apply_what_is_there(&mut self) {
        if std::mem::take(&mut self.unapplied) {
            self.apply().await;
        }
    }

    /// Applies the configuration, which has to work.
    pub(super) async fn apply(&self) {
        let commands = "terraform init -input=false\nterraform apply -input=false -auto-approve";
        self.script(commands).await.ok();
    }

    /// Asserts that nothing is left to do in the folder that the page ends in.
    pub(super) async fn assert_nothing_to_do(&self) {
        let run = self
            .script("terraform plan -input=false -detailed-exitcode")
            .await;
        assert_eq!(
            run.code, 0,
            "there is more to do:\n{}\n{}",
            run.stdout, run.stderr
        );
    }

    /// Asserts that what the page had created is gone, in the folder that it ends in.
    pub(super) async fn assert_nothing_is_left(&self) {
        let run = self.script("terraform state list").await.ok();
        assert_eq!(run.stdout, "");
    }

    /// Whether there is a configuration that has been initialised, in the folder that the page ends in.
    pub(super) async fn has_configuration(&self) -> bool {
        self.script("test -e .terraform.lock.hcl").await.code == 0
    }

    fn work(&self) -> PathBuf {
        self.root.path().join("work")
    }

    fn home(&self) -> PathBuf {
        self.root.path().join("home")
    }

    fn variables(&self) -> PathBuf {
        self.root.path().join("variables")
    }

    fn program(&self, name: &str, script: &str) {
        let path = self.root.path().join("bin").join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a script is written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it can be run");
    }

    /// A shell that goes on where the last one ended: in its folder, with its variables. It ends at the first command that
    /// fails; of a list with `&&`, only the last one of all may be seen to fail by that, so that its status is kept.
    fn shell(&self, commands: &str) -> Command {
        let variables = self.variables().display().to_string();
        let mut command = Command::new("sh");
        command
            .arg("-ec")
            .arg(format!(
                ". {variables:?}\ncd \"$PWD\"\n{commands}\nstatus=$?\nexport -p > {variables:?}\nexit $status\n"
            ))
            .current_dir(self.work())
            .env_clear()
            .env("PATH", self.path())
            .env("HOME", self.home())
            .env("CHECKPOINT_DISABLE", "1")
            // Whatever a page says, nothing goes to the real API.
            .env("HTTPS_PROXY", "http://127.0.0.1:1")
            .env("TF_CLI_ARGS", "-no-color")
            .stdin(Stdio::null());
        command
    }

    fn path(&self) -> String {
        let own = self.root.path().join("bin").display().to_string();
        format!("{own}:{}", std::env::var("PATH").unwrap_or_default())
    }

    async fn script(&self, commands: &str) -> Run {
        let mut command = tokio::process::Command::from(self.shell(commands));
        let output = command.kill_on_drop(true).output();
        let output = tokio::time::timeout(PATIENCE, output).await;
        let output = output.unwrap_or_else(|_| panic!("it does not end: {commands}"));
        let run = Run::from(output.expect("a shell runs"));
        if run.code != 0 {
            eprintln!("in {}: {commands}", self.work().display());
        }
        run
    }

    /// Runs what does not end, and takes over the variables that it prints, as it says.
    async fn start_sandbox(&mut self, commands: &str) {
        let mut child = self
            .shell(commands)
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .expect("a shell runs");
        let out = child.stdout.take().expect("it is piped");
        let mut printed = String::new();
        let mut lines = BufReader::new(out);
        while !printed.contains(SANDBOX_IS_UP) {
            let count = lines.read_line(&mut printed).expect("it prints text");
            assert_ne!(count, 0, "the sandbox did not start: {printed}");
        }
        self.started.push(child);
        // Nobody reads more, and a full pipe would stop it.
        std::thread::spawn(move || lines.read_to_end(&mut Vec::new()));
        let exports = printed.lines().map(str::trim);
        let exports: Vec<_> = exports.filter(|line| line.starts_with("export ")).collect();
        let address = exports
            .iter()
            .find_map(|line| line.strip_prefix("export CLOUDBASE_ENDPOINT='"))
            .expect("it prints its address");
        address.trim_end_matches('\'').clone_into(&mut self.sandbox);
        if self.takes_variables {
            self.script(&exports.join("\n")).await.ok();
        }
    }
}

/// Whether commands do something with the configuration as it is.
fn runs_terraform(commands: &str) -> bool {
    let subcommands = [
        "init", "plan", "apply", "destroy", "import", "query", "test",
    ];
    let first = commands.split("terraform ").nth(1);
    first.is_some_and(|call| subcommands.iter().any(|one| call.starts_with(one)))
}

/// Whether a file is a part of the configuration in the folder itself.
fn is_configuration(file: &str) -> bool {
    let path = Path::new(file);
    path.extension().is_some_and(|extension| extension == "tf")
        && path
            .parent()
            .is_some_and(|folder| folder.as_os_str().is_empty())
}
