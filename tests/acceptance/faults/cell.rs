//! One cell of the table: a fault during one operation, and the run after it.

use std::collections::BTreeSet;
use std::fmt;

use cloudbase::sandbox::{Endpoint, Options};
use serde_json::Value as Json;

use super::table::{Answer, Row, Times};
use crate::support::{A, B, C, Cli, ENV, Run, Workspace, share};

/// What the resource goes through while the fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    /// From nothing to A and B.
    Create,
    /// From A and B to B and C.
    Update,
    /// A and B are bound, and nothing is to change.
    Read,
    /// From A and B to nothing.
    Delete,
}

/// One cell.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) operation: Operation,
    pub(super) endpoint: Endpoint,
    pub(super) row: Row,
    pub(super) after_work: bool,
    pub(super) times: Times,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = if self.after_work { "after" } else { "before" };
        write!(
            f,
            "{:?}: {} {:?} {moment} the work of {}",
            self.operation, self.row.name, self.times, self.endpoint
        )
    }
}

pub(super) const PROVIDER: &str =
    "provider \"cloudbase\" {\n  max_retries = 1\n  request_timeout = \"3s\"\n}\n";

/// The configuration of a resource with these mini programs.
pub(super) fn configuration(appids: &[&str]) -> String {
    format!("{PROVIDER}{}", share(ENV, appids, ""))
}

impl Cell {
    fn wanted(&self) -> &'static [&'static str] {
        match self.operation {
            Operation::Create | Operation::Read => &[A, B],
            Operation::Update => &[B, C],
            Operation::Delete => &[],
        }
    }

    /// Runs it; panics where it is not as it has to be. `bound` is a state with A and B bound.
    pub(super) async fn run(&self, cli: Cli, bound: &Json) {
        let workspace = Workspace::start(cli, Options::default()).await;
        let wanted = self.wanted();
        if self.operation != Operation::Create {
            workspace.sandbox.bind(ENV, A, None);
            workspace.sandbox.bind(ENV, B, None);
            workspace.put_state_file(bound);
        }
        workspace.configure(&match self.operation {
            Operation::Delete => PROVIDER.to_owned(),
            _ => configuration(wanted),
        });

        let worked = self.strike(&workspace).await;
        workspace.sandbox.clear_faults();
        if worked {
            workspace.sandbox.clear_calls();
            workspace.assert_plan_is_empty().await;
            assert_eq!(workspace.writes(), 0, "a plan writes nothing");
        } else {
            let run = workspace.apply_json().await;
            assert_eq!(run.code, 0, "the next apply: {}", run.stdout);
            self.check_administrators(&workspace);
        }
        Self::check_end(&workspace, wanted);
    }

    /// The apply with the fault: whether it worked.
    async fn strike(&self, workspace: &Workspace) -> bool {
        let fault = self.row.fault(self.endpoint, self.after_work, self.times);
        let run = if self.endpoint == Endpoint::Query && self.operation != Operation::Read {
            // The plan's own queries are not what the fault is for.
            workspace.run(&["plan", "-out=plan"]).await.ok();
            workspace.sandbox.inject(fault);
            workspace.run(&["apply", "-json", "plan"]).await
        } else {
            workspace.sandbox.inject(fault);
            workspace.apply_json().await
        };
        if run.code == 0 {
            assert!(
                self.may_succeed(),
                "it worked, with all calls failing: {}",
                run.stdout
            );
        } else {
            self.check_errors(&run);
        }
        let state = workspace.state_file();
        assert!(!state.to_string().contains("tainted"), "{state}");
        self.check_nothing_is_lost(workspace, &state, run.code == 0);
        if self.operation == Operation::Read {
            let odd = matches!(self.row.name, "null-lists" | "missing-lists");
            assert!(
                odd || workspace.writes() == 0,
                "{:?}",
                workspace.sandbox.calls()
            );
        }
        self.check_administrators(workspace);
        run.code == 0
    }

    /// Whether the apply with the fault can work.
    fn may_succeed(&self) -> bool {
        self.row.answer == Answer::Odd
            || self.times == Times::Once
            // What was unshared counts as such, whatever the API said.
            || (self.endpoint == Endpoint::Unshare && self.after_work)
            // Only what is refused or unclear is looked up after an unshare.
            || (self.endpoint == Endpoint::Query && self.operation == Operation::Delete)
    }

    /// Every error says what was asked, for which environment and mini programs, what happened and
    /// what to do.
    fn check_errors(&self, run: &Run) {
        let errors = run.errors();
        assert!(!errors.is_empty(), "an error: {}", run.stdout);
        for error in errors {
            let said = format!("{}\n{}", error.summary, error.detail);
            assert!(error.summary.contains(ENV), "{said}");
            assert!(
                [A, B, C].iter().any(|appid| said.contains(appid)),
                "no appid: {said}"
            );
            assert!(!error.summary.contains('\n'), "{said}");
            assert!(!error.detail.is_empty(), "{said}");
            let sentences = error.detail.split(['\n', '.', ':']).map(str::trim);
            for sentence in sentences.filter(|sentence| sentence.contains(' ')) {
                assert!(!error.summary.contains(sentence), "said twice: {said}");
            }
            // The CLI places an error in the configuration, where a destroyed resource is no more.
            let place = match self.operation {
                Operation::Delete => "",
                _ => "cloudbase_env_share.test",
            };
            assert_eq!(error.address, place, "{said}");
            // After an unshare that was done but not said to be, the second one is refused.
            let second = self.endpoint == Endpoint::Unshare && self.after_work;
            for words in self.row.says {
                assert!(
                    second || said.contains(words),
                    "`{words}` is not in: {said}"
                );
            }
        }
    }

    /// What is bound and was in state before still is, unless the operation succeeded.
    fn check_nothing_is_lost(&self, workspace: &Workspace, state: &Json, worked: bool) {
        let listed = appids(state);
        let bound: BTreeSet<String> = bound(workspace);
        match self.operation {
            Operation::Create => {
                let allowed = BTreeSet::from([A.to_owned(), B.to_owned()]);
                assert!(listed.is_subset(&allowed), "{listed:?}");
                assert!(!worked || listed == allowed, "{listed:?}");
            }
            Operation::Read if worked => assert_eq!(listed.len(), 2, "{listed:?}"),
            Operation::Read => assert_eq!(listed, bound),
            Operation::Update | Operation::Delete => {
                assert!(
                    bound.is_subset(&listed),
                    "lost from state: bound {bound:?}, in state {listed:?}"
                );
            }
        }
    }

    fn check_end(workspace: &Workspace, wanted: &[&str]) {
        let wanted: BTreeSet<String> = wanted.iter().map(|&appid| appid.to_owned()).collect();
        let state = workspace.state_file();
        assert_eq!(appids(&state), wanted, "in state at the end");
        assert!(!state.to_string().contains("failed"), "{state}");
        workspace.sandbox.approve_all();
        assert_eq!(bound(workspace), wanted, "bound at the end");
        for (env, _, source) in workspace.sandbox.bound() {
            assert_eq!((env.as_str(), source), (ENV, 0));
        }
    }

    /// Nobody is asked twice unless an answer was lost, and then only after a look.
    fn check_administrators(&self, workspace: &Workspace) {
        let asked: Vec<u64> = [A, B, C]
            .iter()
            .map(|appid| workspace.sandbox.requests_sent(ENV, appid, None))
            .collect();
        let query_says_nothing = self.endpoint == Endpoint::Query && self.row.answer == Answer::Odd;
        let adopted = self.operation != Operation::Create && !query_says_nothing;
        if adopted {
            assert_eq!(asked[..2], [0, 0], "they were bound all the time");
        }
        let done_but_refused = self.after_work && self.row.answer == Answer::Refused;
        if self.row.answer != Answer::Lost && !done_but_refused {
            assert!(asked.iter().all(|&times| times <= 1), "{asked:?}");
            return;
        }
        let mut sent = BTreeSet::new();
        for call in workspace.sandbox.calls() {
            match call.endpoint {
                Endpoint::Query => sent.retain(|appid| !call.appids.contains(appid)),
                Endpoint::Share => {
                    for appid in call.appids {
                        // What was refused with an errcode is not lost for the client.
                        let twice = !sent.insert(appid) && self.row.answer == Answer::Lost;
                        assert!(!twice, "shared twice without a look between");
                    }
                }
                _ => {}
            }
        }
    }
}

/// The appids that a state file lists.
fn appids(state: &Json) -> BTreeSet<String> {
    let attributes = &state["resources"][0]["instances"][0]["attributes"];
    let listed = attributes["appids"].as_array();
    let text = |appid: &Json| appid.as_str().map(str::to_owned);
    listed.into_iter().flatten().filter_map(text).collect()
}

fn bound(workspace: &Workspace) -> BTreeSet<String> {
    let bound = workspace.sandbox.bound();
    bound.into_iter().map(|(_, appid, _)| appid).collect()
}
