//! Every fault on the calls about functions: it ends in success, or in a clear error with a state that the next apply
//! completes from. No file is sent again without a look.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use cloudbase::sandbox::{Endpoint, Function, Options};
use serde_json::Value as Json;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::{ADDRESS, NAME, hash, impatient, with_code, write_zip};
use crate::faults::table::{Answer, Row, Times, rows};
use crate::support::{Cli, ENV, OTHER_ENV, Run, Workspace};

/// How many cells run at the same time.
const AT_ONCE: usize = 4;

const POLICY: &str = "deletion_policy = \"delete\"";

/// One cell: a fault on an endpoint, and what strikes it. To create uploads; to update sends code; to destroy deletes.
#[derive(Clone, Debug)]
struct Cell {
    endpoint: Endpoint,
    row: Row,
    after_work: bool,
    times: Times,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = if self.after_work { "after" } else { "before" };
        let (row, times) = (self.row.name, self.times);
        write!(f, "{row} {times:?} {moment} the work of {}", self.endpoint)
    }
}

impl Cell {
    async fn run(self, cli: Cli, before: &Json) {
        let workspace = Workspace::start(cli, Options::default()).await;
        write_zip(&workspace, "one");
        let limits = match self.endpoint {
            // A list that never shows what was uploaded is waited for.
            Endpoint::FunctionList => "timeouts = { create = \"12s\" }",
            _ => "",
        };
        let more = format!("{POLICY}\n  {limits}");
        workspace.configure(&impatient(&[ENV, OTHER_ENV], &more));
        let starts_empty = matches!(
            self.endpoint,
            Endpoint::UploadFunction | Endpoint::FunctionList
        );
        if !starts_empty {
            workspace.put_state_file(before);
            for env in [ENV, OTHER_ENV] {
                let mut function = Function::new(env, NAME);
                function.code = Some(hash("one"));
                workspace.sandbox.put_function(function);
            }
            write_zip(&workspace, "two");
        }
        // A plan looks, too, and would use up what strikes once.
        let planned_before = self.endpoint == Endpoint::FunctionList;
        if planned_before {
            workspace.run(&["plan", "-out=plan"]).await.ok();
        }
        workspace.sandbox.clear_calls();
        let fault = self.row.fault(self.endpoint, self.after_work, self.times);
        workspace.sandbox.inject(fault);
        let run = if self.endpoint == Endpoint::DeleteFunction {
            workspace.run(&["destroy", "-auto-approve", "-json"]).await
        } else if planned_before {
            workspace.run(&["apply", "-json", "plan"]).await
        } else {
            workspace.apply_json().await
        };
        self.check(&workspace, &run);

        workspace.sandbox.clear_faults();
        if self.endpoint == Endpoint::DeleteFunction {
            workspace.destroy().await.ok();
            assert!(workspace.sandbox.functions().is_empty());
            return;
        }
        workspace.apply().await;
        self.check_uploads(&workspace);
        let words = if starts_empty { "one" } else { "two" };
        assert_eq!(with_code(&workspace, words), [OTHER_ENV, ENV]);
        assert_eq!(envs_in_state(&workspace).len(), 2);
    }

    fn check(&self, workspace: &Workspace, run: &Run) {
        let must_fail =
            self.times == Times::Always && !self.after_work && self.row.answer != Answer::Odd;
        if run.code == 0 {
            assert!(
                !must_fail,
                "it worked, with all calls failing: {}",
                run.stdout
            );
        } else {
            for error in run.errors() {
                let said = format!("{}\n{}", error.summary, error.detail);
                assert!(error.summary.contains(NAME), "{said}");
                assert!(said.contains(ENV) || said.contains(OTHER_ENV), "{said}");
                assert!(!error.summary.contains('\n'), "{said}");
                for words in self.row.says {
                    assert!(said.contains(words), "`{words}` is not in: {said}");
                }
                let place = match self.endpoint {
                    Endpoint::DeleteFunction => "",
                    _ => ADDRESS,
                };
                assert_eq!(error.address, place, "{said}");
            }
        }
        let state = workspace.state_file().to_string();
        assert!(!state.contains("tainted"), "{state}");
        self.check_uploads(workspace);
        if self.endpoint == Endpoint::DeleteFunction {
            let there: BTreeSet<_> = workspace
                .sandbox
                .functions()
                .into_iter()
                .map(|one| one.env)
                .collect();
            let listed = envs_in_state(workspace);
            assert!(
                there.is_subset(&listed),
                "lost from state: {there:?}, {listed:?}"
            );
        }
    }

    /// Between two uploads to an environment it is looked at.
    fn check_uploads(&self, workspace: &Workspace) {
        let mut sent = BTreeSet::new();
        for call in workspace.sandbox.calls() {
            match call.endpoint {
                Endpoint::FunctionList => {
                    for env in call.envs {
                        sent.remove(&env);
                    }
                }
                Endpoint::UploadFunction | Endpoint::UploadFunctionCode => {
                    for env in call.envs {
                        // A refused token is replaced, and the call that it came with had no effect.
                        let is_open = self.row.answer == Answer::Lost;
                        assert!(
                            sent.insert(env) || !is_open,
                            "sent twice without a look between"
                        );
                    }
                }
                _ => {}
            }
        }
    }
}

fn envs_in_state(workspace: &Workspace) -> BTreeSet<String> {
    let state = workspace.state_file();
    let attributes = &state["resources"][0]["instances"][0]["attributes"];
    let envs = attributes["envs"].as_array().cloned().unwrap_or_default();
    let text = |env: Json| env.as_str().map(str::to_owned);
    envs.into_iter().filter_map(text).collect()
}

/// A state in which both environments have the function.
async fn state_before(cli: Cli) -> Json {
    let workspace = Workspace::start(cli, Options::default()).await;
    write_zip(&workspace, "one");
    workspace.configure(&impatient(&[ENV, OTHER_ENV], POLICY));
    workspace.apply().await;
    workspace.state_file()
}

/// Runs all cells of an endpoint, some at a time, and lists those that are not as they have to be.
async fn survive(endpoint: Endpoint) {
    let Some(cli) = Cli::find() else { return };
    let before = Arc::new(state_before(cli.clone()).await);
    let slots = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    for row in rows() {
        // For a read it makes no difference whether it was worked on.
        let reads = endpoint == Endpoint::FunctionList && row.answer != Answer::Odd;
        for &after_work in row.moments().iter().take(if reads { 1 } else { 2 }) {
            for times in [Times::Once, Times::Always] {
                let cell = Cell {
                    endpoint,
                    row: row.clone(),
                    after_work,
                    times,
                };
                let (cli, before) = (cli.clone(), Arc::clone(&before));
                let slots = Arc::clone(&slots);
                running.spawn(async move {
                    let _slot = slots.acquire_owned().await.unwrap();
                    let name = cell.to_string();
                    let done = tokio::spawn(async move { cell.run(cli, &before).await }).await;
                    done.err().map(|error| {
                        let panic = error.into_panic();
                        let words = panic.downcast_ref::<String>().cloned();
                        format!("{name}\n{}", words.unwrap_or_default())
                    })
                });
            }
        }
    }
    let mut wrong: Vec<String> = running.join_all().await.into_iter().flatten().collect();
    wrong.sort();
    assert!(
        wrong.is_empty(),
        "{} cells:\n\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_survives_every_fault() {
    survive(Endpoint::UploadFunction).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn new_code_survives_every_fault() {
    survive(Endpoint::UploadFunctionCode).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_survives_every_fault() {
    survive(Endpoint::DeleteFunction).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_look_before_an_upload_survives_every_fault() {
    survive(Endpoint::FunctionList).await;
}
