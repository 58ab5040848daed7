//! Changes of a configuration: what moves between resource instances, and what may not.

mod announcement;
mod deletion_policy;
mod failed;
mod no_false_alarm;
mod recipes;
mod refused;
mod second_line;
mod source_type;
mod unknown_env;

use cloudbase::sandbox::Endpoint;
use serde_json::Value as Json;

use crate::support::{Run, Workspace};

/// How many nodes of its graph Terraform works on at once.
const PARALLELISM: [u32; 4] = [1, 2, 10, 50];

/// Whether administrators have confirmed before a configuration is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shares {
    Bound,
    Pending,
}

const BOTH: [Shares; 2] = [Shares::Bound, Shares::Pending];

/// `resource "cloudbase_env_share" NAME` with these arguments.
fn named(name: &str, env: &str, appids: &[&str], more: &str) -> String {
    format!(
        "resource \"cloudbase_env_share\" {name:?} {{\n  env = {env:?}\n  appids = {appids:?}\n  {more}\n}}\n"
    )
}

/// What the API and the state have, to be compared.
#[derive(Debug, PartialEq)]
struct Snapshot {
    bound: Vec<(String, String, i64)>,
    pending: Vec<(String, String, Option<String>)>,
    state: Json,
}

impl Workspace {
    /// Applies `hcl`, and has everything confirmed if it is to be bound.
    async fn start_with(&self, hcl: &str, shares: Shares) {
        self.configure(hcl);
        self.apply().await;
        if shares == Shares::Bound {
            self.sandbox.approve_all();
            self.apply().await;
        }
        self.sandbox.clear_calls();
    }

    async fn apply_at(&self, parallelism: u32) -> Run {
        let parallelism = format!("-parallelism={parallelism}");
        self.run(&["apply", "-auto-approve", "-no-color", &parallelism])
            .await
    }

    fn snapshot(&self) -> Snapshot {
        let pending = self.sandbox.pending().into_iter();
        Snapshot {
            bound: self.sandbox.bound(),
            pending: pending.map(|one| (one.env, one.appid, one.url)).collect(),
            state: self.state_file()["resources"].clone(),
        }
    }

    /// The status in state of each share, as `ADDRESS APPID STATUS`, in order.
    async fn statuses(&self) -> Vec<String> {
        let state = self.state().await;
        let mut all = Vec::new();
        for resource in state["values"]["root_module"]["resources"]
            .as_array()
            .into_iter()
            .flatten()
        {
            for (appid, share) in resource["values"]["shares"]
                .as_object()
                .into_iter()
                .flatten()
            {
                let address = resource["address"].as_str().unwrap_or_default();
                let status = share["status"].as_str().unwrap_or_default();
                all.push(format!("{address} {appid} {status}"));
            }
        }
        all.sort();
        all
    }

    /// Asserts that no share is `bound` in state that the API does not have.
    async fn assert_no_share_is_lost(&self) {
        let bound = self.sandbox.bound();
        for line in self.statuses().await {
            let words: Vec<_> = line.split(' ').collect();
            let is_there = bound.iter().any(|(_, appid, _)| appid == words[1]);
            assert!(words[2] != "bound" || is_there, "{line}: {bound:?}");
        }
    }

    /// The mini programs that were asked for since the log was cleared.
    fn asked(&self) -> Vec<String> {
        self.named(Endpoint::Share)
    }

    /// The mini programs whose sharing was ended since the log was cleared.
    fn ended(&self) -> Vec<String> {
        self.named(Endpoint::Unshare)
    }
}
