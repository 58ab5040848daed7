//! The cloud functions of the environments.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

/// One function of one environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Function {
    /// Environment id.
    pub env: String,
    /// The function's name.
    #[serde(default = "usual_name")]
    pub name: String,
    /// `Active`, `CreateFailed` or any other text.
    #[serde(default = "active")]
    pub status: String,
    /// Why it is in that status.
    #[serde(default)]
    pub reason: Option<String>,
    /// The SHA-256 of its zip file, in base64; null where nobody has uploaded one.
    #[serde(default)]
    pub code: Option<String>,
    /// As it was uploaded with.
    #[serde(default)]
    pub vpcid: Option<String>,
    /// As it was uploaded with.
    #[serde(default)]
    pub subnetid: Option<String>,
    /// When it was last changed, as the API writes it.
    #[serde(default = "sample_time")]
    pub mod_time: String,
}

impl Function {
    /// An active one that nobody has uploaded here.
    pub fn new(env: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            env: env.into(),
            name: name.into(),
            status: active(),
            reason: None,
            code: None,
            vpcid: None,
            subnetid: None,
            mod_time: sample_time(),
        }
    }
}

fn usual_name() -> String {
    "cloudbase_auth".to_owned()
}

fn active() -> String {
    "Active".to_owned()
}

fn sample_time() -> String {
    "2021-07-29 14:41:43".to_owned()
}

/// All functions there are.
#[derive(Debug, Default)]
pub(super) struct Functions {
    known: BTreeMap<(String, String), Known>,
    /// How many uploads there were: each has a time of its own.
    uploads: u32,
}

#[derive(Debug)]
struct Known {
    function: Function,
    /// When it becomes what it is to be.
    settles: Instant,
    then: (String, Option<String>),
}

impl Functions {
    pub(super) fn put(&mut self, function: Function, now: Instant) {
        let then = (function.status.clone(), function.reason.clone());
        let key = (function.env.clone(), function.name.clone());
        self.known.insert(
            key,
            Known {
                function,
                settles: now,
                then,
            },
        );
    }

    /// `false` when there was none.
    pub(super) fn remove(&mut self, env: &str, name: &str) -> bool {
        self.known
            .remove(&(env.to_owned(), name.to_owned()))
            .is_some()
    }

    pub(super) fn has(&self, env: &str, name: &str) -> bool {
        self.known.contains_key(&(env.to_owned(), name.to_owned()))
    }

    /// Takes code for a function that is made or changed: for `takes` it is `Creating` or `Updating`, and then `Active`, or
    /// `CreateFailed` or `UpdateFailed` with `failure`.
    pub(super) fn upload(
        &mut self,
        mut function: Function,
        zip: &[u8],
        failure: Option<String>,
        takes: Duration,
        now: Instant,
    ) {
        let verb = if self.has(&function.env, &function.name) {
            ("Updating", "UpdateFailed")
        } else {
            ("Creating", "CreateFailed")
        };
        self.uploads += 1;
        function.code = Some(BASE64_STANDARD.encode(digest(&SHA256, zip)));
        let (minutes, seconds) = (self.uploads / 60 % 60, self.uploads % 60);
        function.mod_time = format!("2021-07-29 15:{minutes:02}:{seconds:02}");
        verb.0.clone_into(&mut function.status);
        let then = match failure {
            Some(reason) => (verb.1.to_owned(), Some(reason)),
            None => (active(), None),
        };
        let key = (function.env.clone(), function.name.clone());
        self.known.insert(
            key,
            Known {
                function,
                settles: now + takes,
                then,
            },
        );
        self.settle(now);
    }

    /// Lets time pass.
    pub(super) fn settle(&mut self, now: Instant) {
        for known in self.known.values_mut() {
            if known.settles <= now {
                (known.function.status, known.function.reason) = known.then.clone();
            }
        }
    }

    /// All of them, by environment and name.
    pub(super) fn all(&self) -> impl Iterator<Item = &Function> {
        self.known.values().map(|known| &known.function)
    }
}
