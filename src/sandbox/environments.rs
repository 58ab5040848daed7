//! The environments that exist, as getenvinfo and describeenvs list them.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

/// One environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// Environment id.
    pub env: String,
    /// Display name; null when not given.
    #[serde(default)]
    pub alias: Option<String>,
    /// `YYYY-MM-DD hh:mm:ss`, without a zone, as the API writes it.
    #[serde(default = "sample_time")]
    pub create_time: Option<String>,
    /// As `create_time`.
    #[serde(default = "sample_time")]
    pub update_time: Option<String>,
    /// `NORMAL`, `HALTED`, `UNAVAILABLE` or any other text.
    #[serde(default = "normal")]
    pub status: Option<String>,
    /// Package, e.g. `basic`; the API may say null.
    #[serde(default)]
    pub package_id: Option<String>,
    /// Display name of the package; the API may say null.
    #[serde(default)]
    pub package_name: Option<String>,
    /// Where it was made, which describecloudbaserunenvs alone says: `miniapp`, or `qcloud` until it is converted.
    #[serde(default = "miniapp")]
    pub source: Option<String>,
    /// 0 cloud development, 1 cloud hosting; absent when it is taken for either. The API never says it.
    #[serde(default, deserialize_with = "source_type")]
    pub source_type: Option<i64>,
}

impl Environment {
    /// An environment that is up, with the official sample's times and no package.
    pub fn new(env: impl Into<String>) -> Self {
        Self {
            env: env.into(),
            alias: None,
            create_time: sample_time(),
            update_time: sample_time(),
            status: normal(),
            package_id: None,
            package_name: None,
            source: miniapp(),
            source_type: None,
        }
    }

    /// Whether a call with this `source_type` may mean it.
    pub(super) fn is_of(&self, source_type: i64) -> bool {
        self.source_type.is_none_or(|own| own == source_type)
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "serde default of an optional field"
)]
fn sample_time() -> Option<String> {
    Some("2019-04-04 14:10:28".to_owned())
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "serde default of an optional field"
)]
fn normal() -> Option<String> {
    Some("NORMAL".to_owned())
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "serde default of an optional field"
)]
fn miniapp() -> Option<String> {
    Some("miniapp".to_owned())
}

fn source_type<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    match Option::deserialize(deserializer)? {
        known @ (None | Some(0 | 1)) => Ok(known),
        Some(other) => Err(D::Error::custom(format!(
            "source_type {other} is neither 0 nor 1"
        ))),
    }
}

/// The known environments and which were converted.
#[derive(Debug, Default)]
pub(super) struct Environments {
    known: BTreeMap<String, Environment>,
    converted: BTreeSet<String>,
}

impl Environments {
    pub(super) fn put(&mut self, environment: Environment) {
        self.known.insert(environment.env.clone(), environment);
    }

    /// `false` when there was none.
    pub(super) fn remove(&mut self, env: &str) -> bool {
        self.known.remove(env).is_some()
    }

    pub(super) fn get(&self, env: &str) -> Option<&Environment> {
        self.known.get(env)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Environment> {
        self.known.values()
    }

    pub(super) fn convert(&mut self, env: &str) {
        self.converted.insert(env.to_owned());
    }

    pub(super) fn is_converted(&self, env: &str) -> bool {
        self.converted.contains(env)
    }

    pub(super) fn converted(&self) -> Vec<String> {
        self.converted.iter().cloned().collect()
    }
}
