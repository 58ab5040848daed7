//! The same for the whitelist of open APIs: no entry of somebody else is lost, the account's switch stays,
//! and the next apply completes what a fault has cut short.

use std::fmt;
use std::sync::Arc;

use cloudbase::sandbox::{Endpoint, Options};
use serde_json::Value as Json;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::cell::{Operation, PROVIDER};
use super::table::{Answer, Row, Times, rows};
use super::{AT_ONCE, panic_of};
use crate::open_api_access::{ADDRESS, access};
use crate::support::{Cli, ENV, Run, Workspace};

/// What was there before, what the resource is created with, and what it is changed to.
const BEFORE: &[&str] = &["/before"];
const CREATED: &[&str] = &["/a", "/b"];
const UPDATED: &[&str] = &["/b", "/c"];

/// A fault on the calls with one action.
#[derive(Clone, Debug)]
struct Cell {
    operation: Operation,
    action: &'static str,
    row: Row,
    after_work: bool,
    times: Times,
    /// Whether the account's tokens are switched on all the while.
    open: bool,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?}: {} {:?} on {}, after its work: {}, open: {}",
            self.operation, self.row.name, self.times, self.action, self.after_work, self.open
        )
    }
}

fn cells(operation: Operation, action: &'static str) -> Vec<Cell> {
    let mut cells = Vec::new();
    for (at, row) in rows().into_iter().enumerate() {
        // For a read it makes no difference whether it was worked on.
        let reads = action == "get" && row.answer != Answer::Odd;
        for &after_work in row.moments().iter().take(if reads { 1 } else { 2 }) {
            for times in [Times::Once, Times::Always] {
                cells.push(Cell {
                    operation,
                    action,
                    row: row.clone(),
                    after_work,
                    times,
                    open: at % 2 == 0,
                });
            }
        }
    }
    cells
}

impl Cell {
    fn wanted(&self) -> &'static [&'static str] {
        match self.operation {
            Operation::Create | Operation::Read => CREATED,
            Operation::Update => UPDATED,
            Operation::Delete => BEFORE,
        }
    }

    async fn run(&self, cli: Cli, created: &Json) {
        let workspace = Workspace::start(cli, Options::default()).await;
        workspace.sandbox.set_cloud_tokens_open(self.open);
        workspace.sandbox.set_whitelist(ENV, BEFORE);
        if self.operation != Operation::Create {
            workspace.sandbox.set_whitelist(ENV, CREATED);
            workspace.put_state_file(created);
        }
        workspace.configure(&match self.operation {
            Operation::Delete => PROVIDER.to_owned(),
            _ => format!("{PROVIDER}{}", access(ENV, self.wanted(), "")),
        });
        let run = self.strike(&workspace).await;
        let state = workspace.state_file();
        assert!(!state.to_string().contains("tainted"), "{state}");
        self.check_nothing_else_is_there(&workspace);
        if run.code != 0 {
            self.check_errors(&run);
        }
        workspace.sandbox.clear_faults();
        // An odd answer may have shown something as missing.
        let next = workspace.apply_json().await;
        assert_eq!(next.code, 0, "the next apply: {}", next.stdout);
        self.check_end(&workspace).await;
    }

    /// The apply with the fault. The plan's own look is not what it is for, but in a read.
    async fn strike(&self, workspace: &Workspace) -> Run {
        let fault = self
            .row
            .fault(Endpoint::UseCloudAccessToken, self.after_work, self.times)
            .of_action(self.action);
        let run = if self.operation == Operation::Read {
            workspace.sandbox.inject(fault);
            workspace.apply_json().await
        } else {
            workspace.run(&["plan", "-out=plan"]).await.ok();
            workspace.sandbox.inject(fault);
            workspace.run(&["apply", "-json", "plan"]).await
        };
        let may_succeed = self.row.answer == Answer::Odd
            || self.times == Times::Once
            // What was written is found by a look, whatever the API said.
            || (self.action == "set" && self.after_work);
        assert!(run.code != 0 || may_succeed, "it worked: {}", run.stdout);
        run
    }

    /// Either what was there, or what is wanted: nothing in between, and the switch as it was.
    fn check_nothing_else_is_there(&self, workspace: &Workspace) {
        let (now, _) = workspace.sandbox.whitelist(ENV);
        let was = match self.operation {
            Operation::Create => BEFORE,
            _ => CREATED,
        };
        let is_known = now == was || now == self.wanted();
        assert!(is_known, "{now:?}");
        assert_eq!(workspace.sandbox.cloud_tokens_open(), self.open);
        let calls = workspace.calls(Endpoint::UseCloudAccessToken);
        let mut seen = None;
        for call in calls {
            // A write follows a look at once, each time.
            if call.body["action"] == "set" {
                assert_eq!(seen.as_deref(), Some("get"), "sent without a look");
                assert_eq!(call.body["open"], self.open);
            }
            seen = call.body["action"].as_str().map(str::to_owned);
        }
    }

    fn check_errors(&self, run: &Run) {
        let errors = run.errors();
        assert!(!errors.is_empty(), "an error: {}", run.stdout);
        for error in errors {
            let said = format!("{}\n{}", error.summary, error.detail);
            assert!(error.summary.contains(ENV), "{said}");
            assert!(!error.summary.contains('\n'), "{said}");
            assert!(!error.detail.is_empty(), "{said}");
            let place = match self.operation {
                Operation::Delete => "",
                _ => ADDRESS,
            };
            assert_eq!(error.address, place, "{said}");
            for words in self.row.says {
                assert!(said.contains(words), "`{words}` is not in: {said}");
            }
        }
    }

    async fn check_end(&self, workspace: &Workspace) {
        assert_eq!(workspace.sandbox.whitelist(ENV).0, self.wanted());
        assert_eq!(workspace.sandbox.cloud_tokens_open(), self.open);
        workspace.assert_plan_is_empty().await;
        let state = workspace.state_file();
        let listed = &state["resources"][0]["instances"][0]["attributes"]["api_whitelist"];
        if self.operation == Operation::Delete {
            assert!(listed.is_null(), "{state}");
        } else {
            assert_eq!(*listed, serde_json::json!(self.wanted()));
        }
    }
}

async fn run_all(operation: Operation, actions: &[&'static str]) {
    let Some(cli) = Cli::find() else { return };
    let created = Arc::new(created_state(cli.clone()).await);
    let slots = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    for cell in actions.iter().flat_map(|&action| cells(operation, action)) {
        let (cli, created, slots) = (cli.clone(), Arc::clone(&created), Arc::clone(&slots));
        running.spawn(async move {
            let _slot = slots.acquire_owned().await.unwrap();
            let name = cell.to_string();
            let done = tokio::spawn(async move { cell.run(cli, &created).await });
            done.await
                .err()
                .map(|error| format!("{name}\n{}", panic_of(error)))
        });
    }
    let count = running.len();
    let mut wrong: Vec<String> = running.join_all().await.into_iter().flatten().collect();
    wrong.sort();
    assert!(
        wrong.is_empty(),
        "{} of {count} cells:\n\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}

/// A state in which the whitelist was [`BEFORE`], and is [`CREATED`].
async fn created_state(cli: Cli) -> Json {
    let workspace = Workspace::start(cli, Options::default()).await;
    workspace.sandbox.set_whitelist(ENV, BEFORE);
    workspace.configure(&format!("{PROVIDER}{}", access(ENV, CREATED, "")));
    workspace.apply().await;
    workspace.state_file()
}

#[tokio::test(flavor = "multi_thread")]
async fn create_of_a_whitelist_survives_every_fault() {
    run_all(Operation::Create, &["set"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn update_of_a_whitelist_survives_every_fault() {
    run_all(Operation::Update, &["get", "set"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn read_of_a_whitelist_survives_every_fault() {
    run_all(Operation::Read, &["get"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn delete_of_a_whitelist_survives_every_fault() {
    run_all(Operation::Delete, &["set"]).await;
}
