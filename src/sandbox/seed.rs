//! The seed: what exists when a sandbox starts. JSON, usually a file given with `--seed`.
//!
//! Every field may be left out; an unknown one is an error.
#![doc = concat!("\n```json\n", include_str!("seed_example.json"), "```")]

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::appids;
use super::behaviour::Behaviour;
use super::cloud_access::CloudAccess;
use super::confirm::Confirm;
use super::durations;
use super::endpoint::Endpoint;
use super::environments::Environment;
use super::faults::Fault;
use super::functions::Function;
use super::platform::{Authorizer, Component};
use super::quotas::Quota;
use super::request::is_env;

/// What exists when a sandbox starts. See the module documentation for the JSON form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Seed {
    /// Who confirms shares, unless the options say.
    pub confirm: Option<Confirm>,
    /// Settings that can be changed later. The options have the last word about `mixed_calls`.
    pub behaviour: Behaviour,
    /// Environments that getenvinfo and describeenvs list.
    pub envs: Vec<Environment>,
    /// What environments may call with the WeChat token.
    pub cloud_access: CloudAccess,
    /// Functions of environments.
    pub functions: Vec<Function>,
    /// Shares that exist.
    pub shares: Vec<SeedShare>,
    /// Mini programs that share, unshare or query refuse.
    pub refusals: Vec<Refused>,
    /// Credentials of the platform, never real ones: they are shown. Default: invented.
    pub component: Option<Component>,
    /// Merchants that authorised the platform. Default: one, invented.
    pub authorizers: Vec<Authorizer>,
    /// Access tokens. Default: invented.
    pub tokens: SeedTokens,
    /// Caps on calls.
    pub quotas: Vec<Quota>,
    /// Time calls take.
    pub latency: Vec<Latency>,
    /// Faults injected from the start.
    pub faults: Vec<Fault>,
}

/// Shares of one environment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedShare {
    /// Environment id.
    pub env: String,
    /// Mini programs.
    pub appids: Vec<String>,
    /// 0 cloud development (default), 1 cloud hosting.
    #[serde(default)]
    pub source_type: i64,
    /// Default bound.
    #[serde(default)]
    pub status: SeedStatus,
}

/// How far a seeded share is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeedStatus {
    /// Confirmed.
    #[default]
    Bound,
    /// Waits for its administrator, without a known URL.
    Pending,
}

/// A mini program that an endpoint refuses in its `err_list`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// Share, unshare or query.
    pub on: Endpoint,
    /// Mini program.
    pub appid: String,
    /// The server's message.
    pub errmsg: String,
}

/// Access tokens that are valid from the start.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SeedTokens {
    /// Component token.
    pub component: Option<String>,
    /// Token of the first authorizer.
    pub authorizer: Option<String>,
    /// Life of these tokens and of those issued later.
    #[serde(deserialize_with = "durations::optional::deserialize")]
    pub life: Option<Duration>,
}

/// Time that calls take at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Latency {
    /// One endpoint; `None` those that have no latency of their own.
    #[serde(default)]
    pub endpoint: Option<Endpoint>,
    /// At least so long.
    #[serde(with = "durations")]
    pub latency: Duration,
}

/// Why a seed was not taken.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The file could not be read.
    #[error("cannot read the seed file {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Not JSON, or not of the right form. The message has line and column.
    #[error("the seed is not valid: {0}")]
    Form(#[from] serde_json::Error),
    /// A value that makes no sense.
    #[error("the seed is not valid: {at}: {reason}")]
    Value {
        /// Where, e.g. `shares[1].appids[0]`.
        at: String,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// As the others, with the name of the file.
    #[error("seed file {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<Self>,
    },
}

impl Seed {
    /// What exists in the sandbox of those who give no seed: the platform, the merchants and the environments of the
    /// documentation's examples, one of which is shared already.
    ///
    /// Errors: none, as a test reads it.
    pub fn example_world() -> Result<Self, SeedError> {
        include_str!("example_world.json").parse()
    }

    /// Reads and checks a seed file; errors name the file and the place in it.
    pub fn read(path: &Path) -> Result<Self, SeedError> {
        let text = std::fs::read_to_string(path).map_err(|source| SeedError::Read {
            path: path.to_owned(),
            source,
        })?;
        text.parse().map_err(|source| SeedError::File {
            path: path.to_owned(),
            source: Box::new(source),
        })
    }

    /// Checks what the types cannot say. [`Sandbox::start`](super::Sandbox::start) does so too.
    pub fn check(&self) -> Result<(), SeedError> {
        let mut envs = HashSet::new();
        for (index, environment) in self.envs.iter().enumerate() {
            let at = format!("envs[{index}].env");
            check_env(&at, &environment.env)?;
            if !envs.insert(environment.env.as_str()) {
                return Err(wrong(at, format!("{:?} is listed twice", environment.env)));
            }
        }
        for (index, function) in self.functions.iter().enumerate() {
            check_env(&format!("functions[{index}].env"), &function.env)?;
        }
        for (index, share) in self.shares.iter().enumerate() {
            check_env(&format!("shares[{index}].env"), &share.env)?;
            if self.behaviour.strict_envs && !envs.contains(share.env.as_str()) {
                let reason = format!("strict_envs is set and {:?} is not in envs", share.env);
                return Err(wrong(format!("shares[{index}].env"), reason));
            }
            let SeedShare { source_type, .. } = share;
            if !matches!(source_type, 0 | 1) {
                let reason = format!("{source_type} is neither 0 nor 1");
                return Err(wrong(format!("shares[{index}].source_type"), reason));
            }
            let is_other =
                |known: &Environment| known.env == share.env && !known.is_of(*source_type);
            if self.behaviour.strict_envs && self.envs.iter().any(is_other) {
                let reason = format!("strict_envs is set and {:?} has another one", share.env);
                return Err(wrong(format!("shares[{index}].source_type"), reason));
            }
            for (place, appid) in share.appids.iter().enumerate() {
                check_appid(&format!("shares[{index}].appids[{place}]"), appid)?;
            }
        }
        let mut listed = HashSet::new();
        for (index, whitelist) in self.cloud_access.whitelists.iter().enumerate() {
            let at = format!("cloud_access.whitelists[{index}].env");
            check_env(&at, &whitelist.env)?;
            if !listed.insert(whitelist.env.as_str()) {
                return Err(wrong(at, format!("{:?} is listed twice", whitelist.env)));
            }
        }
        for (index, refused) in self.refusals.iter().enumerate() {
            if !refused.on.has_items() {
                let reason = "only share, unshare and query refuse single mini programs";
                return Err(wrong(format!("refusals[{index}].on"), reason.to_owned()));
            }
            check_appid(&format!("refusals[{index}].appid"), &refused.appid)?;
        }
        let mut authorizers = HashSet::new();
        for (index, authorizer) in self.authorizers.iter().enumerate() {
            let at = format!("authorizers[{index}].appid");
            check_appid(&at, &authorizer.appid)?;
            if !authorizers.insert(authorizer.appid.as_str()) {
                return Err(wrong(at, format!("{:?} is listed twice", authorizer.appid)));
            }
        }
        if let Some(component) = &self.component {
            check_appid("component.appid", &component.appid)?;
        }
        self.check_tokens()
    }

    fn check_tokens(&self) -> Result<(), SeedError> {
        let SeedTokens {
            component,
            authorizer,
            ..
        } = &self.tokens;
        for (name, token) in [("component", component), ("authorizer", authorizer)] {
            if token.as_ref().is_some_and(String::is_empty) {
                return Err(wrong(format!("tokens.{name}"), "is empty".to_owned()));
            }
        }
        if component.is_some() && component == authorizer {
            return Err(wrong(
                "tokens".to_owned(),
                "the two tokens are the same".to_owned(),
            ));
        }
        Ok(())
    }
}

impl FromStr for Seed {
    type Err = SeedError;

    fn from_str(text: &str) -> Result<Self, SeedError> {
        let seed: Self = serde_json::from_str(text)?;
        seed.check()?;
        Ok(seed)
    }
}

fn wrong(at: String, reason: String) -> SeedError {
    SeedError::Value { at, reason }
}

fn check_env(at: &str, env: &str) -> Result<(), SeedError> {
    if is_env(env) {
        return Ok(());
    }
    let reason = format!("{env:?} is not an environment id (letters, digits and hyphens)");
    Err(wrong(at.to_owned(), reason))
}

fn check_appid(at: &str, appid: &str) -> Result<(), SeedError> {
    appids::check(appid).map_err(|reason| wrong(at.to_owned(), reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_world_is_a_seed() {
        let seed = Seed::example_world().unwrap();
        assert_eq!(seed.shares.len(), 1);
    }

    #[test]
    fn the_example_and_the_guide_have_every_field() {
        let text = include_str!("seed_example.json");
        let guide = include_str!("../../templates/guides/sandbox.md");
        let seed: Seed = text.parse().unwrap();
        assert_eq!(seed.faults.len(), 1);
        // The error for an unknown field lists the known ones, so that none can be forgotten above.
        let seed = serde_json::from_str::<Seed>(r#"{"x": 0}"#).map(drop);
        let behaviour = serde_json::from_str::<Behaviour>(r#"{"x": 0}"#).map(drop);
        let environment = serde_json::from_str::<Environment>(r#"{"x": 0}"#).map(drop);
        let authorizer = serde_json::from_str::<Authorizer>(r#"{"x": 0}"#).map(drop);
        for known in [environment, authorizer] {
            let error = known.unwrap_err().to_string();
            let fields: Vec<&str> = error.split('`').skip(3).step_by(2).collect();
            assert!(fields.len() > 5, "{error}");
            for field in fields {
                assert!(guide.contains(&format!("`{field}`")), "{field}");
            }
        }
        for known in [seed, behaviour] {
            let error = known.unwrap_err().to_string();
            let fields: Vec<&str> = error.split('`').skip(3).step_by(2).collect();
            assert!(fields.len() > 5, "{error}");
            for field in fields {
                assert!(text.contains(&format!("\"{field}\":")), "{field}");
                assert!(guide.contains(&format!("| `{field}` |")), "{field}");
            }
        }
    }
}
