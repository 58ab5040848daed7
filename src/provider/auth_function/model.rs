//! `cloudbase_auth_function` as structs.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::framework::value::convert;
use crate::framework::{Attr, AttributePath, Diagnostic};
use crate::ordered::Ordered as _;
use crate::provider::not_known;
use crate::provider::timeouts::{KnownTimeouts, PlannedTimeouts};
use crate::wechat::{CodeHash, EnvId, Error, FoundFunction, FunctionName, Network};

/// What to do about an empty list of environments.
pub(super) const NO_ENVS: &str =
    "List at least one environment. To manage none, remove the resource instead.";

/// The status of a function whose code the API did not take. Its own words begin with a capital letter.
const FAILED: &str = "failed";

/// Configuration or plan: values may be null or unknown. Known ones have been validated.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::provider) struct Config {
    pub(super) name: Attr<FunctionName>,
    pub(super) envs: Attr<Vec<Attr<EnvId>>>,
    pub(super) source: Attr<String>,
    pub(super) source_hash: Attr<CodeHash>,
    pub(super) vpc_id: Attr<String>,
    pub(super) subnet_id: Attr<String>,
    pub(super) deletion_policy: Attr<DeletionPolicy>,
    pub(super) timeouts: PlannedTimeouts,
    pub(super) functions: Attr<BTreeMap<EnvId, Attr<Function>>>,
}

/// State: what is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::provider) struct State {
    pub(super) name: FunctionName,
    pub(super) envs: BTreeSet<EnvId>,
    /// None where the code is not managed, and right after an import.
    pub(super) source: Option<String>,
    /// As the source.
    pub(super) source_hash: Option<CodeHash>,
    pub(super) vpc_id: Option<String>,
    pub(super) subnet_id: Option<String>,
    pub(super) deletion_policy: DeletionPolicy,
    pub(super) timeouts: KnownTimeouts,
    pub(super) functions: BTreeMap<EnvId, Function>,
}

/// What becomes of functions that are not wanted any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum DeletionPolicy {
    /// They leave state and stay where they are.
    Keep,
    /// They are deleted.
    Delete,
}

impl DeletionPolicy {
    /// How it is written.
    pub(super) const WORDS: &'static [&'static str] = &["keep", "delete"];
}

/// The function of one environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Function {
    /// As the API said, if it said any.
    status: Option<String>,
    error: Option<String>,
}

impl Function {
    /// One whose status nobody could read.
    pub(super) const UNKNOWN: Self = Self {
        status: None,
        error: None,
    };

    /// One whose code was not taken.
    pub(super) fn failed(error: &Error) -> Self {
        Self {
            status: Some(FAILED.to_owned()),
            error: Some(error.happened().to_owned()),
        }
    }

    /// Whether its code was not taken: what is there, if anything, is not what was to be.
    pub(super) fn was_not_taken(&self) -> bool {
        self.status.as_deref() == Some(FAILED)
    }

    /// Whether the code has to be sent again, though it has not changed.
    pub(super) fn is_sent_again(&self) -> bool {
        let found = FoundFunction {
            status: self.status.clone(),
            ..FoundFunction::default()
        };
        found.has_failed()
    }
}

impl From<FoundFunction> for Function {
    fn from(found: FoundFunction) -> Self {
        Self {
            error: found.reason(),
            status: found.status,
        }
    }
}

impl State {
    /// The hash of the code that is to be there: not known where the file was not, and null without a file.
    pub(super) fn code(&self) -> Attr<CodeHash> {
        match (&self.source_hash, &self.source) {
            (Some(hash), _) => Attr::Known(hash.clone()),
            (None, Some(_)) => Attr::Unknown,
            (None, None) => Attr::Null,
        }
    }

    /// Where new functions run.
    pub(super) fn network(&self) -> Network {
        Network {
            vpc: self.vpc_id.clone(),
            subnet: self.subnet_id.clone(),
        }
    }

    /// Whether functions that are not wanted any more are deleted.
    pub(super) fn deletes(&self) -> bool {
        self.deletion_policy == DeletionPolicy::Delete
    }

    /// Those of `envs` whose function is this resource's to delete, and the others: they did not take its code, so that a
    /// function there may be somebody else's.
    pub(super) fn own(&self, envs: &BTreeSet<EnvId>) -> (BTreeSet<EnvId>, BTreeSet<EnvId>) {
        let was_taken = |env: &EnvId| {
            let function = self.functions.get(env);
            !function.is_some_and(Function::was_not_taken)
        };
        envs.iter().cloned().partition(was_taken)
    }

    /// The same with these functions only.
    pub(super) fn with(self, functions: BTreeMap<EnvId, Function>) -> Self {
        Self {
            envs: functions.keys().cloned().into_set(),
            functions,
            ..self
        }
    }
}

impl Config {
    /// The environments that are known, and whether those are all.
    pub(super) fn known_envs(&self) -> (BTreeSet<EnvId>, bool) {
        let envs = self.envs.known().map(Vec::as_slice).unwrap_or_default();
        let known = envs.iter().filter_map(Attr::known).cloned().into_set();
        let is_complete = !self.envs.is_unknown() && !envs.iter().any(Attr::is_unknown);
        (known, is_complete)
    }

    /// The state it comes to, without its functions.
    pub(super) fn wanted(&self) -> Result<State, Diagnostic> {
        let decided = Self {
            functions: Attr::Known(BTreeMap::new()),
            // What the file has is found out when it is read.
            source_hash: self.source_hash.known().cloned().into(),
            ..self.clone()
        };
        let wanted: State = convert(&decided).map_err(|error| not_known::diagnostic(&error))?;
        if wanted.envs.is_empty() {
            // The schema has refused an empty list that was known when it was validated.
            let path = AttributePath::root("envs");
            return Err(Diagnostic::error("`envs` is empty", NO_ENVS).at(path));
        }
        Ok(wanted)
    }

    /// Whether functions that are not listed any more are deleted. A policy that is not known yet is taken to be that of
    /// the prior state.
    pub(super) fn deletes(&self, prior: &State) -> bool {
        match &self.deletion_policy {
            Attr::Unknown => prior.deletes(),
            policy => policy.known() == Some(&DeletionPolicy::Delete),
        }
    }
}
