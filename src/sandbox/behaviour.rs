//! How the sandbox behaves until it is told otherwise.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::appids;
use super::durations;
use super::mixed_calls::MixedCalls;

/// Settings that stay until they are changed.
///
/// The one description of them: `behaviour` in a seed, the body of `POST /_sandbox/behaviour`,
/// [`Sandbox::behave`](super::Sandbox::behave) and what the endpoints read. In
/// JSON every field may be left out, and an unknown one is an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Behaviour {
    /// Whether a share that waits gets a URL in `msg_info_list`. Default: it does.
    pub sends_urls: bool,
    /// Whether the query answers a row with an empty list for an appid without shares (the default)
    /// or no row. The documents do not say what the real API does.
    pub empty_rows: bool,
    /// Whether the query lists what waits, too. Default: only what was confirmed. The documents do not say it.
    pub lists_pending: bool,
    /// Whether a share that is asked for again keeps its URL. Default: it gets a fresh one. The documents do not say it.
    pub same_urls: bool,
    /// Whether unshare refuses what waits, by a row. Default: it takes it back. The documents do not say it.
    pub keeps_pending: bool,
    /// How share and unshare calls with several environments are taken.
    pub mixed_calls: MixedCalls,
    /// Share, unshare, convert, whitelists of open APIs and the calls about functions take only the environments that are
    /// listed. If one has a `source_type`, share and unshare take it with that one only. Default: any id.
    pub strict_envs: bool,
    /// Share, unshare and query take only mini programs that have authorised the platform, and share
    /// only those that have granted permission set 18. Default: any. The platform's own development
    /// mini program needs no authorisation of the real API; here it has to be among the authorizers.
    pub strict_authorizers: bool,
    /// Share refuses a mini program whose legal subject is not that of the others in the
    /// environment, bound or pending. One whose authorizer has no `principal_name` goes with all.
    pub strict_subjects: bool,
    /// More mini programs than this in one share, unshare or query are 40097. 0, the default: any
    /// number.
    pub max_appids: usize,
    /// Mini programs that make a whole share, unshare or query 40097.
    #[serde(with = "appids")]
    pub poison: BTreeSet<String>,
    /// Mini programs that make a whole share, unshare or query 85088.
    #[serde(with = "appids")]
    pub no_cloud_development: BTreeSet<String>,
    /// Every share, unshare and query is 85088, the platform having no cloud development.
    pub platform_without_cloud: bool,
    /// A write of a whitelist is taken whatever its `version`, so that the last one wins. Default: one that
    /// is out of date is 40097. The documents do not say what the real API does.
    pub takes_stale_versions: bool,
    /// How long a function is `Creating` or `Updating`. Default: no time.
    #[serde(with = "durations")]
    pub function_creation: Duration,
    /// Environments, each with the reason why functions that are uploaded there fail: the call is accepted, and then
    /// they are `CreateFailed` or `UpdateFailed`. Null takes an environment out.
    pub failing_functions: BTreeMap<String, Option<String>>,
    /// Environments that uploads refuse, each with the words: a row in `fail_env_list`, or in `fail_list`. Null takes an
    /// environment out.
    pub refused_functions: BTreeMap<String, Option<String>>,
    /// The platform's ticket is expired: a component token is 61005.
    pub ticket_expired: bool,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            sends_urls: true,
            empty_rows: true,
            lists_pending: false,
            same_urls: false,
            keeps_pending: false,
            mixed_calls: MixedCalls::default(),
            strict_envs: false,
            strict_authorizers: false,
            strict_subjects: false,
            max_appids: 0,
            poison: BTreeSet::new(),
            no_cloud_development: BTreeSet::new(),
            platform_without_cloud: false,
            takes_stale_versions: false,
            function_creation: Duration::ZERO,
            failing_functions: BTreeMap::new(),
            refused_functions: BTreeMap::new(),
            ticket_expired: false,
        }
    }
}

impl Behaviour {
    /// Takes the fields of `change` over. What is an object on both sides is merged, so that one
    /// mini program can be put into a set without naming the others.
    ///
    /// Errors name the field; then nothing has changed.
    pub(super) fn change(&mut self, change: Map<String, Value>) -> Result<(), String> {
        let mut fields = json!(self);
        let mut after = self.clone();
        for (name, value) in change {
            match (&mut fields[name.as_str()], value) {
                (Value::Object(members), Value::Object(some)) => members.extend(some),
                (field, value) => *field = value,
            }
            // Once for each field, since an error of serde_json does not say in which one it is.
            after = Self::deserialize(&fields).map_err(|error| format!("{name}: {error}"))?;
        }
        *self = after;
        Ok(())
    }
}
