//! A working directory of the CLI whose provider is the corner provider.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value as Json;
use tempfile::TempDir;
use tokio::process::Command;

use crate::binary;
use crate::installed::Cli;

/// What core says of a provider that breaks the rules. None of it may ever appear.
const BREACHES: &[&str] = &[
    "invalid plan",
    "inconsistent result",
    "inconsistent final plan",
    "invalid object",
    "invalid result object",
    "invalid new value",
    "bug in the provider",
    "Provider produced",
];

/// One finished command.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    /// Everything it said, as one line of words without the boxes around messages.
    pub(crate) said: String,
}

/// A working directory.
pub(crate) struct Workspace {
    cli: Cli,
    dir: TempDir,
}

impl Workspace {
    /// An empty directory and an empty store.
    pub(crate) fn start(cli: Cli) -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        // The CLI looks for a name, and the folder it was built in has several that begin so.
        let folder = dir.path().join("provider");
        fs::create_dir(&folder).expect("a folder");
        let name = format!("terraform-provider-corner{}", std::env::consts::EXE_SUFFIX);
        let place = folder.join(name);
        if fs::hard_link(binary::corner(), &place).is_err() {
            fs::copy(binary::corner(), &place).expect("the provider is copied");
        }
        let overrides = format!(
            "provider_installation {{\n  dev_overrides {{\n    \"wxopen/corner\" = {:?}\n  }}\n  direct {{}}\n}}\n",
            folder.display().to_string()
        );
        fs::write(dir.path().join("cli.tfrc"), overrides).expect("written");
        Self { cli, dir }
    }

    /// The CLI that works in it.
    pub(crate) fn cli(&self) -> &Cli {
        &self.cli
    }

    /// A file in the directory.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes the configuration.
    pub(crate) fn configure(&self, hcl: &str) {
        let store = self.file("store.json").display().to_string();
        let text = format!(
            "terraform {{\n  required_providers {{\n    corner = {{\n      source = \"wxopen/corner\"\n    }}\n  }}\n}}\nprovider \"corner\" {{\n  store = {store:?}\n}}\n{hcl}\n"
        );
        fs::write(self.file("main.tf"), text).expect("written");
    }

    /// Runs the CLI, which must not find that the provider breaks the protocol.
    #[track_caller]
    pub(crate) fn run(&self, arguments: &[&str]) -> impl Future<Output = Run> + '_ {
        let place = std::panic::Location::caller();
        let mut command = Command::new(&self.cli.path);
        command
            .args(arguments)
            .current_dir(self.dir.path())
            .env_remove("TF_LOG")
            .env_remove("TF_DATA_DIR")
            .env_remove("TF_WORKSPACE")
            .env("TF_CLI_CONFIG_FILE", self.file("cli.tfrc"))
            .env("CHECKPOINT_DISABLE", "1")
            .env("TF_IN_AUTOMATION", "1")
            .env("TF_INPUT", "0")
            .stdin(Stdio::null())
            .kill_on_drop(true);
        async move {
            let output = command.output().await.expect("the CLI runs");
            let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
            let stderr = String::from_utf8_lossy(&output.stderr);
            let said: Vec<_> = [&stdout, stderr.as_ref()]
                .iter()
                .flat_map(|text| text.split(|c: char| c.is_whitespace() || "│╷╵".contains(c)))
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect();
            let said = said.join(" ");
            for breach in BREACHES {
                assert!(!said.contains(breach), "{breach} at {place}: {said}");
            }
            Run {
                code: output.status.code().unwrap_or(-1),
                stdout,
                said,
            }
        }
    }

    /// Runs the CLI, which has to work.
    #[track_caller]
    pub(crate) fn works(&self, arguments: &[&str]) -> impl Future<Output = Run> + '_ {
        let place = std::panic::Location::caller();
        let run = self.run(arguments);
        async move {
            let run = run.await;
            assert_eq!(run.code, 0, "at {place}: {}", run.said);
            run
        }
    }

    /// `apply`, whatever comes of it.
    #[track_caller]
    pub(crate) fn try_apply(&self) -> impl Future<Output = Run> + '_ {
        self.run(&["apply", "-auto-approve", "-no-color"])
    }

    /// Applies, after which nothing is left to do, whether one looks again or not. Returns the
    /// planned actions by address, of what changed.
    #[track_caller]
    pub(crate) fn converge(&self) -> impl Future<Output = Vec<(String, String)>> + '_ {
        let place = std::panic::Location::caller();
        async move {
            let plan = self.plan().await;
            let run = self.run(&["apply", "-no-color", "plan"]).await;
            assert_eq!(run.code, 0, "apply at {place}: {}", run.said);
            self.assert_nothing_to_do(&place.to_string()).await;
            changes(&plan)
        }
    }

    /// Asserts that plans are empty.
    pub(crate) async fn assert_nothing_to_do(&self, place: &str) {
        for refresh in ["-refresh=true", "-refresh=false"] {
            let run = self
                .run(&["plan", "-no-color", "-detailed-exitcode", refresh])
                .await;
            assert_eq!(run.code, 0, "plan {refresh} at {place}: {}", run.stdout);
        }
    }

    /// The JSON form of a plan that has to work.
    #[track_caller]
    pub(crate) fn plan(&self) -> impl Future<Output = Json> + '_ {
        let run = self.works(&["plan", "-no-color", "-out=plan"]);
        async move {
            run.await;
            self.show(&["plan"]).await
        }
    }

    /// Asserts that a plan works and says `text`.
    pub(crate) async fn assert_says(&self, text: &str) {
        let run = self.works(&["plan", "-no-color"]).await;
        assert!(run.said.contains(text), "{text:?} is not in {}", run.said);
    }

    async fn show(&self, arguments: &[&str]) -> Json {
        let run = self.works(&[&["show", "-json"], arguments].concat()).await;
        serde_json::from_str(&run.stdout).expect("show -json prints JSON")
    }

    /// The state's resources: address, and all that is stored of it.
    pub(crate) async fn resources(&self) -> Vec<(String, Json)> {
        let state = self.show(&[]).await;
        let resources = state["values"]["root_module"]["resources"].as_array();
        let resources = resources
            .into_iter()
            .flatten()
            .filter(|r| r["mode"] == "managed");
        resources
            .map(|r| {
                (
                    r["address"].as_str().unwrap_or_default().to_owned(),
                    r.clone(),
                )
            })
            .collect()
    }

    /// The attributes of the resource at `address`.
    pub(crate) async fn values(&self, address: &str) -> Json {
        let mut all = self.resources().await.into_iter();
        let found = all.find(|(own, _)| own == address);
        found
            .unwrap_or_else(|| panic!("{address} is not in state"))
            .1["values"]
            .take()
    }

    /// The outputs, by name.
    pub(crate) async fn outputs(&self) -> Json {
        let run = self.works(&["output", "-json"]).await;
        serde_json::from_str(&run.stdout).expect("output -json prints JSON")
    }

    /// Forgets every resource and imports it again with an `import` block, after which the state
    /// is as it was and nothing is left to do.
    pub(crate) async fn assert_imports_verify(&self, hcl: &str) {
        let before = self.resources().await;
        assert!(!before.is_empty());
        let mut remove = vec!["state", "rm"];
        remove.extend(before.iter().map(|(address, _)| address.as_str()));
        self.works(&remove).await;
        let block = |(address, resource): &(String, Json)| {
            let id = &resource["values"]["id"];
            format!("import {{\n  to = {address}\n  id = {id}\n}}\n")
        };
        let blocks = before.iter().map(block).collect::<Vec<_>>().concat();
        self.configure(&format!("{hcl}\n{blocks}"));
        let changed = self.converge().await;
        assert_eq!(changed, [], "an import is no change");
        assert_eq!(self.resources().await, before);
        self.configure(hcl);
    }

    /// Destroys everything.
    pub(crate) async fn destroy(&self) {
        self.works(&["destroy", "-auto-approve", "-no-color"]).await;
        assert!(self.resources().await.is_empty());
        let objects = self.store()["objects"].take();
        assert_eq!(objects, serde_json::json!({}), "nothing is left behind");
    }

    /// The provider's store.
    pub(crate) fn store(&self) -> Json {
        let bytes = fs::read(self.file("store.json")).expect("a store");
        serde_json::from_slice(&bytes).expect("JSON")
    }

    /// What the provider noted, in order.
    pub(crate) fn events(&self) -> Vec<String> {
        serde_json::from_value(self.store()["events"].take()).expect("texts")
    }
}

/// The changes of a plan: address and actions, such as `delete create`. What stays is left out.
pub(crate) fn changes(plan: &Json) -> Vec<(String, String)> {
    let changes = plan["resource_changes"].as_array();
    let changes = changes.into_iter().flatten().map(|one| {
        let actions = one["change"]["actions"].as_array();
        let actions: Vec<_> = actions
            .into_iter()
            .flatten()
            .filter_map(Json::as_str)
            .collect();
        let address = one["address"].as_str().unwrap_or_default();
        (address.to_owned(), actions.join(" "))
    });
    changes.filter(|(_, actions)| actions != "no-op").collect()
}
