//! Every fault during create, update, read and delete: it ends in success, or in a clear error with
//! a state that the next apply completes from. No pair is lost, and none shared that the
//! configuration does not list.

mod cell;
pub(crate) mod table;
mod unchecked;
mod whitelists;

use std::sync::Arc;

use cloudbase::sandbox::Endpoint;
use serde_json::Value as Json;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use self::cell::{Cell, Operation, configuration};
use self::table::{Answer, Times, rows};
use crate::support::{A, B, Cli, ENV};

/// How many cells run at the same time.
const AT_ONCE: usize = 4;

/// Every cell of `operation`, with the fault on each of `endpoints`.
fn cells(operation: Operation, endpoints: &[Endpoint]) -> Vec<Cell> {
    let mut cells = Vec::new();
    for &endpoint in endpoints {
        for row in rows() {
            // For a read it makes no difference whether it was worked on.
            let reads = endpoint == Endpoint::Query && row.answer != Answer::Odd;
            for &after_work in row.moments().iter().take(if reads { 1 } else { 2 }) {
                for times in [Times::Once, Times::Always] {
                    cells.push(Cell {
                        operation,
                        endpoint,
                        row: row.clone(),
                        after_work,
                        times,
                    });
                }
            }
        }
    }
    cells
}

/// Runs the cells, some at a time, and lists those that are not as they have to be.
async fn run_all(cells: Vec<Cell>) {
    let Some(cli) = Cli::find() else { return };
    let bound = Arc::new(bound_state().await);
    let slots = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    let count = cells.len();
    for cell in cells {
        let (cli, bound, slots) = (cli.clone(), Arc::clone(&bound), Arc::clone(&slots));
        running.spawn(async move {
            let _slot = slots.acquire_owned().await.unwrap();
            let name = cell.to_string();
            let done = tokio::spawn(async move { cell.run(cli, &bound).await });
            done.await
                .err()
                .map(|error| format!("{name}\n{}", panic_of(error)))
        });
    }
    let mut wrong: Vec<String> = running.join_all().await.into_iter().flatten().collect();
    wrong.sort();
    assert!(
        wrong.is_empty(),
        "{} of {count} cells:\n\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}

/// What a task that panicked has said.
fn panic_of(error: tokio::task::JoinError) -> String {
    let panic = error.into_panic();
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned()));
    text.unwrap_or_default()
}

/// A state in which A and B are bound.
async fn bound_state() -> Json {
    let cli = Cli::find().expect("it was there just now");
    let workspace =
        crate::support::Workspace::start(cli, cloudbase::sandbox::Options::default()).await;
    workspace.sandbox.bind(ENV, A, None);
    workspace.sandbox.bind(ENV, B, None);
    workspace.configure(&configuration(&[A, B]));
    workspace.apply().await;
    workspace.state_file()
}

#[tokio::test(flavor = "multi_thread")]
async fn create_survives_every_fault() {
    run_all(cells(
        Operation::Create,
        &[Endpoint::Query, Endpoint::Share],
    ))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn update_survives_every_fault() {
    run_all(cells(
        Operation::Update,
        &[Endpoint::Query, Endpoint::Share, Endpoint::Unshare],
    ))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn read_survives_every_fault() {
    run_all(cells(Operation::Read, &[Endpoint::Query])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn delete_survives_every_fault() {
    run_all(cells(
        Operation::Delete,
        &[Endpoint::Query, Endpoint::Unshare],
    ))
    .await;
}
