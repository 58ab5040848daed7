//! A working directory of the CLI, whose provider is the built one and talks to a sandbox.

use std::fs;
use std::path::Path;
use std::process::{Output, Stdio};

use cloudbase::sandbox::{Call, Endpoint, Options, Sandbox};
use serde_json::Value as Json;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use super::Cli;

/// One finished command.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Run {
    /// Asserts that it worked.
    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        assert_eq!(
            self.code, 0,
            "stdout:\n{}\nstderr:\n{}",
            self.stdout, self.stderr
        );
        self
    }

    /// Asserts that it failed, and that every one of `texts` is in what it said. Line breaks and
    /// the box around messages do not count.
    #[track_caller]
    pub(crate) fn fails_with(self, texts: &[&str]) -> Self {
        assert_ne!(self.code, 0, "it worked: {}", self.stdout);
        let said = self.flat();
        for text in texts {
            assert!(said.contains(text), "`{text}` is not in: {said}");
        }
        self
    }

    /// Everything it said, as one line of words.
    pub(crate) fn flat(&self) -> String {
        let both = format!("{} {}", self.stdout, self.stderr);
        both.replace(['│', '╷', '╵'], " ")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// A working directory.
pub(crate) struct Workspace {
    pub(crate) sandbox: Sandbox,
    cli: Cli,
    dir: TempDir,
    /// A home folder in which the CLI finds the provider by itself, in place of an override.
    home: Option<TempDir>,
    variables: Vec<(String, String)>,
}

impl Workspace {
    /// An empty directory, and a sandbox for its provider.
    pub(crate) async fn start(cli: Cli, options: Options) -> Self {
        let sandbox = Sandbox::start(options).await.expect("the sandbox starts");
        let dir = tempfile::tempdir().expect("a temporary directory");
        let binary = Path::new(env!("CARGO_BIN_EXE_terraform-provider-cloudbase"));
        let folder = binary.parent().expect("the binary is in a folder");
        fs::write(
            dir.path().join("cli.tfrc"),
            format!(
                "provider_installation {{\n  dev_overrides {{\n    \"wxopen/cloudbase\" = {:?}\n  }}\n  direct {{}}\n}}\n",
                folder.display().to_string()
            ),
        )
        .expect("the CLI configuration is written");
        let variables = vec![
            ("CLOUDBASE_ENDPOINT".to_owned(), sandbox.url()),
            (
                "CLOUDBASE_COMPONENT_ACCESS_TOKEN".to_owned(),
                sandbox.component_token(),
            ),
            (
                "CLOUDBASE_AUTHORIZER_ACCESS_TOKEN".to_owned(),
                sandbox.authorizer_token(),
            ),
        ];
        Self {
            sandbox,
            cli,
            dir,
            home: None,
            variables,
        }
    }

    /// From now on the CLI has an empty home folder, and no configuration but what is in there.
    pub(crate) fn move_to_fresh_home(&mut self) -> &Path {
        self.home
            .insert(tempfile::tempdir().expect("a temporary directory"))
            .path()
    }

    /// Runs the provider's own binary in the directory and the home folder.
    pub(crate) async fn run_provider(&self, arguments: &[&str]) -> Run {
        let binary = env!("CARGO_BIN_EXE_terraform-provider-cloudbase");
        let output = self.process(binary.as_ref(), arguments).output().await;
        Run::from(output.expect("the provider runs"))
    }

    /// The CLI that works in it.
    pub(crate) fn cli(&self) -> &Cli {
        &self.cli
    }

    /// From now on another CLI works in it.
    pub(crate) fn change_cli(&mut self, cli: Cli) {
        self.cli = cli;
    }

    /// Sets an environment variable for every command from now on.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// Removes an environment variable that the workspace has set.
    pub(crate) fn unset(&mut self, name: &str) {
        self.variables.retain(|(known, _)| known != name);
    }

    /// The directory.
    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Writes the configuration: `hcl` after the requirement of the provider.
    pub(crate) fn configure(&self, hcl: &str) {
        let requirement = "terraform {\n  required_providers {\n    cloudbase = {\n      source = \"wxopen/cloudbase\"\n    }\n  }\n}\n";
        fs::write(self.path().join("main.tf"), format!("{requirement}\n{hcl}"))
            .expect("the configuration is written");
    }

    /// Runs the CLI.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Run {
        Run::from(
            self.command(arguments)
                .output()
                .await
                .expect("the CLI runs"),
        )
    }

    /// Starts the CLI, to do something while it runs.
    pub(crate) fn spawn(&self, arguments: &[&str]) -> Child {
        self.command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the CLI starts")
    }

    /// Runs a script with `sh -e`, as a person would in a terminal: what is asked is answered with yes, and
    /// `terraform` is the CLI of the workspace.
    #[cfg(unix)]
    pub(crate) async fn shell(&self, script: &str) -> Run {
        let bin = self.path().join(".bin");
        fs::create_dir_all(&bin).expect("a folder for programs");
        // With an override there is nothing to install but modules, and before Terraform 1.15 `init` fails.
        let wrapper = format!(
            "#!/bin/sh\nif [ \"$1\" = init ]; then set -- get; fi\nexec '{}' \"$@\"\n",
            self.cli.path.display()
        );
        let program = bin.join("terraform");
        fs::write(&program, wrapper).expect("the program is written");
        super::set_mode(&program, 0o700);
        fs::write(bin.join("script"), script).expect("the script is written");

        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = self.process("sh".as_ref(), &["-c", "yes yes | sh -e .bin/script"]);
        command
            .env("PATH", format!("{}:{path}", bin.display()))
            .env_remove("TF_INPUT");
        Run::from(command.output().await.expect("the shell runs"))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        self.process(&self.cli.path, arguments)
    }

    fn process(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(self.path())
            .env_remove("TF_LOG")
            .env_remove("TF_DATA_DIR")
            .env_remove("TF_WORKSPACE")
            .env("TF_CLI_CONFIG_FILE", self.path().join("cli.tfrc"))
            .env("CHECKPOINT_DISABLE", "1")
            .env("TF_IN_AUTOMATION", "1")
            .env("TF_INPUT", "0")
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .kill_on_drop(true);
        if let Some(home) = &self.home {
            for elsewhere in [
                "TERRAFORM_CONFIG",
                "TF_CLI_CONFIG_FILE",
                "TF_PLUGIN_CACHE_DIR",
                "XDG_CONFIG_HOME",
                "XDG_DATA_HOME",
            ] {
                command.env_remove(elsewhere);
            }
            command.env("HOME", home.path());
        }
        command
    }

    /// `apply`, whatever comes of it.
    pub(crate) async fn try_apply(&self) -> Run {
        self.run(&["apply", "-auto-approve", "-no-color"]).await
    }

    /// `apply`, which has to work.
    #[track_caller]
    pub(crate) fn apply(&self) -> impl Future<Output = Run> + '_ {
        let place = std::panic::Location::caller();
        async move {
            let run = self.try_apply().await;
            assert_eq!(
                run.code, 0,
                "apply at {place}:\n{}\n{}",
                run.stdout, run.stderr
            );
            run
        }
    }

    /// `destroy`, whatever comes of it.
    pub(crate) async fn destroy(&self) -> Run {
        self.run(&["destroy", "-auto-approve", "-no-color"]).await
    }

    /// The JSON form of a plan that has to work.
    pub(crate) async fn plan(&self) -> Json {
        self.run(&["plan", "-no-color", "-out=plan"]).await.ok();
        self.show(&["plan"]).await
    }

    /// Asserts that a plan has nothing to do.
    #[track_caller]
    pub(crate) fn assert_plan_is_empty(&self) -> impl Future<Output = ()> + '_ {
        let place = std::panic::Location::caller();
        async move {
            let run = self.run(&["plan", "-no-color", "-detailed-exitcode"]).await;
            assert_eq!(
                run.code, 0,
                "plan at {place}:\n{}\n{}",
                run.stdout, run.stderr
            );
        }
    }

    /// Asserts that a file is as `fmt` would write it.
    pub(crate) async fn assert_formatted(&self, file: &str) {
        let run = self.run(&["fmt", "-check", "-diff", file]).await;
        assert_eq!(run.code, 0, "not formatted: {}", run.stdout);
    }

    /// Asserts that to apply imports `count` resources and does nothing else, and that nothing is left to do.
    pub(crate) async fn assert_apply_only_imports(&self, count: usize) {
        let run = self.apply_json().await.ok();
        let changes = &run.lines("change_summary").pop().expect("a summary")["changes"];
        assert_eq!(changes["import"], count, "{changes}");
        for nothing in ["add", "change", "remove"] {
            assert_eq!(changes[nothing], 0, "{changes}");
        }
        self.assert_plan_is_empty().await;
        assert_eq!(self.writes(), 0);
    }

    /// The JSON form of the state.
    pub(crate) async fn state(&self) -> Json {
        self.show(&[]).await
    }

    /// The attributes of `cloudbase_env_share.test`, null if it is not in state.
    pub(crate) async fn share(&self) -> Json {
        self.resource("cloudbase_env_share.test").await["values"].take()
    }

    /// The resource at `address` in state, null if it is not there.
    pub(crate) async fn resource(&self, address: &str) -> Json {
        let state = self.state().await;
        let resources = state["values"]["root_module"]["resources"].as_array();
        let found = resources.and_then(|all| all.iter().find(|one| one["address"] == address));
        found.cloned().unwrap_or_default()
    }

    /// `apply` with JSON output, whatever comes of it.
    pub(crate) async fn apply_json(&self) -> Run {
        self.run(&["apply", "-auto-approve", "-json"]).await
    }

    /// The state file as it is, null if there is none. Quicker than asking the CLI.
    pub(crate) fn state_file(&self) -> Json {
        match fs::read_to_string(self.path().join("terraform.tfstate")) {
            Ok(text) => serde_json::from_str(&text).expect("the state file is JSON"),
            Err(_) => Json::Null,
        }
    }

    /// Starts with the state that another workspace has.
    pub(crate) fn put_state_file(&self, state: &Json) {
        fs::write(self.path().join("terraform.tfstate"), state.to_string())
            .expect("the state file is written");
    }

    async fn show(&self, arguments: &[&str]) -> Json {
        let run = self
            .run(&[&["show", "-json"], arguments].concat())
            .await
            .ok();
        serde_json::from_str(&run.stdout).expect("show -json prints JSON")
    }

    /// The calls to one endpoint since the log was cleared.
    pub(crate) fn calls(&self, endpoint: Endpoint) -> Vec<Call> {
        self.sandbox.calls_to(endpoint)
    }

    /// The mini programs named in calls to one endpoint since the log was cleared, in order.
    pub(crate) fn named(&self, endpoint: Endpoint) -> Vec<String> {
        let mut all: Vec<_> = self
            .calls(endpoint)
            .into_iter()
            .flat_map(|call| call.appids)
            .collect();
        all.sort();
        all
    }

    /// How many calls changed, or could have changed, something.
    pub(crate) fn writes(&self) -> usize {
        [Endpoint::Share, Endpoint::Unshare, Endpoint::Convert]
            .into_iter()
            .map(|endpoint| self.calls(endpoint).len())
            .sum::<usize>()
            + self
                .calls(Endpoint::UseCloudAccessToken)
                .iter()
                .filter(|call| call.body["action"] == "set")
                .count()
    }
}

/// The planned change of the resource at `address`: its actions, such as `["create"]`.
pub(crate) fn actions(plan: &Json, address: &str) -> Vec<String> {
    let changes = plan["resource_changes"].as_array();
    let change = changes.and_then(|all| all.iter().find(|one| one["address"] == address));
    let actions = change.and_then(|change| change["change"]["actions"].as_array());
    actions
        .into_iter()
        .flatten()
        .filter_map(|action| action.as_str().map(str::to_owned))
        .collect()
}
