//! `terraform test` of a module, as the guide shows it: against the sandbox, and with a mocked provider.
//! What one process for all runs of a file means is in `changes/no_false_alarm.rs`.

use std::fs;
use std::path::Path;

use cloudbase::sandbox::{Endpoint, Options};
use serde_json::{Value as Json, json};

use crate::support::{A, B, ENV, Workspace};
use crate::workspace;

fn example(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/guides/sandbox");
    fs::read_to_string(folder.join(name)).unwrap()
}

impl Workspace {
    /// Tests the module of the guide with `file`; the runs by name and status, and all it said.
    async fn test_module(&self, file: &str) -> (Vec<(String, String)>, crate::support::Run) {
        fs::write(self.path().join("main.tf"), example("module.tf")).unwrap();
        fs::write(self.path().join("all.tftest.hcl"), file).unwrap();
        let run = self.run(&["test", "-json"]).await;
        let lines = run.stdout.lines().map(serde_json::from_str::<Json>);
        let runs = lines.filter_map(|line| {
            let line = line.expect("JSON lines");
            // Some versions have a line for each step of a run; the last one has the status.
            let run = &line["test_run"];
            let status = run["status"].as_str()?.to_owned();
            (run["progress"].is_null() || run["progress"] == "complete")
                .then(|| (run["run"].as_str().unwrap_or_default().to_owned(), status))
        });
        (runs.collect(), run)
    }
}

fn passed(names: &[&str]) -> Vec<(String, String)> {
    let of = |name: &&str| ((*name).to_owned(), "pass".to_owned());
    names.iter().map(of).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_module_is_tested_against_the_sandbox_and_leaves_nothing_behind() {
    let workspace = workspace!(needs Tests);
    let (runs, run) = workspace.test_module(&example("sandbox.tftest.hcl")).await;
    assert_eq!(runs, passed(&["plan", "create", "one_leaves"]));
    run.ok();
    // The plan asked nobody, the second apply only ended one, and the clean-up the other.
    assert_eq!(workspace.named(Endpoint::Share), [B, A]);
    assert_eq!(workspace.named(Endpoint::Unshare), [B, A]);
    assert!(workspace.sandbox.pending().is_empty());
    assert!(workspace.state_file().is_null(), "a test keeps no state");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_that_does_not_hold_fails_the_run_and_all_is_cleaned_up() {
    let workspace = workspace!(needs Tests);
    let file = example("sandbox.tftest.hcl");
    let wrong = file.replace(
        "length(output.open_requests) == 2",
        "length(output.open_requests) == 1",
    );
    assert_ne!(wrong, file);
    let (runs, run) = workspace.test_module(&wrong).await;
    assert!(
        runs.contains(&("create".to_owned(), "fail".to_owned())),
        "{runs:?}"
    );
    let said = run.diagnostics();
    assert!(
        said.iter()
            .any(|one| one.detail.contains("Nobody has confirmed yet.")),
        "{said:?}"
    );
    assert_ne!(run.code, 0);
    assert_eq!(workspace.sandbox.requests_sent(ENV, A, None), 1);
    assert_eq!(workspace.named(Endpoint::Unshare), [B, A]);
    assert!(workspace.sandbox.pending().is_empty());
}

/// What the API refuses is an error of the run in an update, and nothing is left of it.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_fails_the_run_with_the_reason() {
    let seed =
        json!({ "refusals": [{ "on": "share", "appid": B, "errmsg": "main body not same" }] });
    let workspace = workspace!(needs Tests, Options {
        seed: Some(serde_json::from_value(seed).unwrap()),
        ..Options::default()
    });
    let file = format!(
        "variables {{\n  env = {ENV:?}\n}}\n\
         run \"create\" {{\n  variables {{\n    appids = [{A:?}]\n  }}\n}}\n\
         run \"add\" {{\n  variables {{\n    appids = [{A:?}, {B:?}]\n  }}\n}}\n"
    );
    let (runs, run) = workspace.test_module(&file).await;
    let expected = [("create", "pass"), ("add", "error")];
    assert_eq!(
        runs,
        expected.map(|(name, status)| (name.to_owned(), status.to_owned()))
    );
    let errors = run.errors();
    assert!(
        errors
            .iter()
            .any(|one| one.summary.contains("main body not same")),
        "{errors:?}"
    );
    assert!(workspace.sandbox.pending().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mocked_provider_needs_no_token_and_calls_nobody() {
    let mut workspace = workspace!(needs MockProvider);
    workspace.unset_tokens();
    let (runs, run) = workspace.test_module(&example("mocked.tftest.hcl")).await;
    assert_eq!(runs, passed(&["who_has_not_confirmed"]), "{}", run.stdout);
    assert!(workspace.sandbox.calls().is_empty());
}

/// Without defaults, what the API would say is invented by the CLI.
#[tokio::test(flavor = "multi_thread")]
async fn a_mocked_provider_invents_what_is_not_given() {
    let mut workspace = workspace!(needs MockProvider);
    workspace.unset_tokens();
    let file = format!(
        "mock_provider \"cloudbase\" {{}}\n\
         run \"all\" {{\n  variables {{\n    env = {ENV:?}\n    appids = [{A:?}]\n  }}\n\
         \x20 assert {{\n    condition = output.open_requests == []\n    error_message = \"invented\"\n  }}\n}}\n"
    );
    let (runs, run) = workspace.test_module(&file).await;
    assert_eq!(runs, passed(&["all"]), "{}", run.stdout);
    assert!(workspace.sandbox.calls().is_empty());
}
