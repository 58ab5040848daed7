//! Many environments in one configuration, with the real CLI: which calls a plan, an apply and a
//! destroy make, and how long they take beside a resource that does nothing.
//!
//! `cargo bench --bench fleet`. The API is the sandbox, in this process. What is run is set in the
//! environment (see [`Settings`]), such as `FLEET_ENVS=100 FLEET_LATENCY_MS=0`.

#![allow(clippy::print_stdout, clippy::expect_used, clippy::panic)]

mod binaries;
mod cli;
mod phase;
mod settings;
mod table;
mod workspace;

use std::time::Duration;

use cloudbase::sandbox::{Confirm, Endpoint, Options, Sandbox};
use tokio::runtime::Runtime;

use binaries::Binaries;
use cli::Cli;
use phase::Phase;
use settings::Settings;
use table::Row;
use workspace::Workspace;

/// The endpoints whose calls are counted.
const COUNTED: [Endpoint; 3] = [Endpoint::Query, Endpoint::Share, Endpoint::Unshare];

fn main() {
    let Some(cli) = Cli::find() else {
        println!("SKIPPED: terraform is not on PATH");
        return;
    };
    // `cargo test --benches` only wants to know that it builds and runs.
    let settings = if std::env::args().any(|arg| arg == "--bench") {
        Settings::from_environment()
    } else {
        Settings::smallest()
    };
    let binaries = Binaries::get();
    let runtime = Runtime::new().expect("a runtime");
    println!(
        "{} environments, {} mini programs each, Terraform {}",
        settings.envs,
        workspace::APPIDS_EACH,
        cli.version()
    );
    println!("{}", table::HEAD);
    for &parallelism in &settings.parallelism {
        let plain = Workspace::idle(&binaries.corner, settings.envs, 0);
        let (idle, idle_size) = idle(&cli, &plain, parallelism);
        let mut size = idle_size;
        for &latency in &settings.latency {
            for &links in &settings.links {
                let case = Case {
                    envs: settings.envs,
                    parallelism,
                    latency,
                    links,
                };
                size = case.run(&cli, &binaries, &runtime, idle);
            }
        }
        // The CLI writes the whole state after each resource, so that the size of all makes each slower.
        let filler = size.saturating_sub(idle_size) / settings.envs;
        let padded = Workspace::idle(&binaries.corner, settings.envs, filler);
        let (walls, _) = self::idle(&cli, &padded, parallelism);
        println!("{}", table::filled(parallelism, filler, walls));
    }
}

/// What the phases take in a workspace whose resources do nothing, and the size of its state in bytes.
fn idle(cli: &Cli, workspace: &Workspace, parallelism: usize) -> ([Duration; 3], usize) {
    let mut size = 0;
    let walls = Phase::ALL.map(|phase| {
        let wall = cli.run(workspace, phase, parallelism);
        if phase == Phase::Apply {
            size = workspace.state_size();
        }
        wall
    });
    (walls, size)
}

/// One way to run the phases.
#[derive(Clone, Copy)]
struct Case {
    envs: usize,
    parallelism: usize,
    /// What each answer of the API takes.
    latency: Duration,
    /// The administrators have to confirm, for which each share gets a link. Otherwise it is in
    /// effect at once, which its answer does not say.
    links: bool,
}

impl Case {
    /// Runs the phases one after the other, and prints a row of each. Returns the size of the state in bytes.
    fn run(self, cli: &Cli, binaries: &Binaries, runtime: &Runtime, idle: [Duration; 3]) -> usize {
        let confirm = if self.links {
            Confirm::Manual
        } else {
            Confirm::Auto
        };
        let options = Options {
            confirm: Some(confirm),
            latency: self.latency,
            ..Options::default()
        };
        let sandbox = runtime
            .block_on(Sandbox::start(options))
            .expect("a sandbox");
        let workspace = Workspace::shares(&binaries.provider, self.envs, &sandbox);
        let mut size = 0;
        for (phase, idle) in Phase::ALL.into_iter().zip(idle) {
            sandbox.clear_calls();
            let wall = cli.run(&workspace, phase, self.parallelism);
            let shares = sandbox.pending().len() + sandbox.bound().len();
            let expected = match phase {
                Phase::Apply => self.envs * workspace::APPIDS_EACH,
                Phase::Plan | Phase::Destroy => 0,
            };
            assert_eq!(shares, expected, "shares after {phase}");
            if phase == Phase::Apply {
                size = workspace.state_size();
            }
            let row = Row {
                case: self,
                phase,
                calls: COUNTED.map(|endpoint| sandbox.calls_to(endpoint).len()),
                wall,
                idle,
            };
            println!("{row}");
        }
        runtime.block_on(sandbox.stop());
        size
    }
}
