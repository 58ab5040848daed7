//! Which open APIs environments may call with the WeChat token, and whether the account may use such tokens.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What exists of it at the start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CloudAccess {
    /// Whether the account may use its WeChat tokens, as it may unless somebody switches them off.
    pub open: bool,
    /// Environments with a whitelist that is not empty.
    pub whitelists: Vec<Whitelist>,
}

impl Default for CloudAccess {
    fn default() -> Self {
        Self {
            open: true,
            whitelists: Vec::new(),
        }
    }
}

/// What one environment may call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Whitelist {
    /// Environment id.
    pub env: String,
    /// The entries, in the order in which they were sent.
    pub api_whitelist: Vec<String>,
    /// How often it has changed, more or less. The documents do not say how it counts; here each
    /// environment has its own, which goes up by one with each write.
    #[serde(default = "first_version")]
    pub version: i64,
}

fn first_version() -> i64 {
    1
}

/// All that is known of it.
#[derive(Debug)]
pub(super) struct CloudAccesses {
    pub(super) open: bool,
    by_env: BTreeMap<String, Whitelist>,
}

impl CloudAccesses {
    pub(super) fn new(seed: CloudAccess) -> Self {
        let mut new = Self {
            open: seed.open,
            by_env: BTreeMap::new(),
        };
        for whitelist in seed.whitelists {
            new.by_env.insert(whitelist.env.clone(), whitelist);
        }
        new
    }

    /// The whitelist of an environment; an empty one if nobody has written any.
    pub(super) fn of(&self, env: &str) -> Whitelist {
        self.by_env.get(env).cloned().unwrap_or_else(|| Whitelist {
            env: env.to_owned(),
            api_whitelist: Vec::new(),
            version: first_version(),
        })
    }

    /// Writes it, also with what it has already: the version moves.
    pub(super) fn set(&mut self, env: &str, api_whitelist: Vec<String>) {
        let version = self.of(env).version + 1;
        let whitelist = Whitelist {
            env: env.to_owned(),
            api_whitelist,
            version,
        };
        self.by_env.insert(env.to_owned(), whitelist);
    }

    pub(super) fn describe(&self) -> CloudAccess {
        CloudAccess {
            open: self.open,
            whitelists: self.by_env.values().cloned().collect(),
        }
    }
}
