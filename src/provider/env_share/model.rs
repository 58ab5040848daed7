//! `cloudbase_env_share` as structs.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::framework::value::convert;
use crate::framework::{Attr, AttributePath, Diagnostic, Diagnostics};
use crate::ordered::Ordered as _;
use crate::provider::moment::Moment;
use crate::provider::not_known;
use crate::provider::timeouts::{KnownTimeouts, PlannedTimeouts};
use crate::wechat::{Appid, EnvId, Error, SourceType};

/// What to do about an empty list of appids.
pub(super) const NO_APPIDS: &str =
    "List at least one appid. To end all sharing, remove the resource instead.";

/// Configuration or plan: values may be null or unknown. Known ones have been validated.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::provider) struct Config {
    pub(in crate::provider) env: Attr<EnvId>,
    pub(in crate::provider) appids: Attr<Vec<Attr<Appid>>>,
    pub(in crate::provider) source_type: Attr<SourceType>,
    pub(in crate::provider) confirmation_trigger: Attr<String>,
    /// By appid. Whether it is one in `appids` is checked when both are known.
    pub(in crate::provider) confirmation_triggers: Attr<BTreeMap<String, Attr<String>>>,
    pub(in crate::provider) on_refusal: Attr<OnRefusal>,
    pub(in crate::provider) deletion_policy: Attr<DeletionPolicy>,
    pub(in crate::provider) timeouts: PlannedTimeouts,
    pub(in crate::provider) shares: Attr<BTreeMap<Appid, Attr<Share>>>,
}

/// State: what is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::provider) struct State {
    pub(in crate::provider) env: EnvId,
    pub(in crate::provider) appids: BTreeSet<Appid>,
    pub(in crate::provider) source_type: Option<SourceType>,
    pub(in crate::provider) confirmation_trigger: Option<String>,
    /// State of older versions has none.
    pub(in crate::provider) confirmation_triggers: Option<BTreeMap<Appid, String>>,
    /// As with the triggers.
    pub(in crate::provider) on_refusal: Option<OnRefusal>,
    /// State of older versions has none.
    pub(in crate::provider) deletion_policy: Option<DeletionPolicy>,
    /// As with the policy.
    pub(in crate::provider) timeouts: KnownTimeouts,
    pub(in crate::provider) shares: BTreeMap<Appid, Share>,
}

/// What becomes of shares that are not wanted any more. Where nothing is said they are ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::provider) enum DeletionPolicy {
    /// They are ended.
    Unshare,
    /// They leave state and stay shared.
    Abandon,
}

impl DeletionPolicy {
    /// How it is written.
    pub(super) const WORDS: &'static [&'static str] = &["unshare", "abandon"];
}

/// What an update says of a mini program that is refused. Where nothing is said it is an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::provider) enum OnRefusal {
    /// The apply fails.
    Error,
    /// The apply warns, as a create does.
    Warn,
}

impl OnRefusal {
    /// How it is written.
    pub(super) const WORDS: &'static [&'static str] = &["error", "warn"];
}

/// What became of the share to one mini program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::provider) struct Share {
    pub(in crate::provider) status: Status,
    /// Only while pending, and only if the API said it.
    pub(in crate::provider) confirm_url: Option<String>,
    /// When failed; when pending, only if sending it again was refused.
    pub(in crate::provider) error: Option<String>,
    /// Only while pending: when the request was sent that is open. None where nobody knows: the share was adopted, or
    /// an older version asked.
    pub(in crate::provider) requested_at: Option<Moment>,
}

/// How far a share has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::provider) enum Status {
    /// In effect.
    Bound,
    /// The mini program's administrator has to confirm it.
    Pending,
    /// Refused.
    Failed,
}

impl Share {
    pub(in crate::provider) fn bound() -> Self {
        Self {
            status: Status::Bound,
            confirm_url: None,
            error: None,
            requested_at: None,
        }
    }

    pub(in crate::provider) fn pending(
        confirm_url: Option<String>,
        requested_at: Option<Moment>,
    ) -> Self {
        Self {
            status: Status::Pending,
            confirm_url,
            error: None,
            requested_at,
        }
    }

    /// Whether an update sends it again: a pending one when a trigger of it changed, or when sending it
    /// again has failed before.
    pub(in crate::provider) fn is_sent_again(&self, trigger_changed: bool) -> bool {
        self.status == Status::Pending && (trigger_changed || self.error.is_some())
    }

    /// One that could not be shared. Where it may have taken effect all the same, somebody may have been
    /// asked: it is pending, and its error has the next plan send it again, after a look.
    pub(in crate::provider) fn not_shared(error: &Error) -> Self {
        let happened = error.happened().to_owned();
        if error.may_have_been_applied() {
            Self {
                error: Some(happened),
                ..Self::pending(None, None)
            }
        } else {
            Self::failed(happened)
        }
    }

    /// Refused.
    pub(in crate::provider) fn failed(error: String) -> Self {
        Self {
            status: Status::Failed,
            confirm_url: None,
            error: Some(error),
            requested_at: None,
        }
    }
}

impl State {
    /// Shares as they are found, where no configuration says more of them.
    pub(super) fn found(
        env: EnvId,
        source_type: Option<SourceType>,
        shares: BTreeMap<Appid, Share>,
    ) -> Self {
        Self {
            env,
            appids: shares.keys().cloned().into_set(),
            source_type,
            confirmation_trigger: None,
            confirmation_triggers: None,
            on_refusal: None,
            deletion_policy: None,
            timeouts: None,
            shares,
        }
    }

    /// Whether shares that are not wanted any more stay shared.
    pub(super) fn abandons(&self) -> bool {
        self.deletion_policy == Some(DeletionPolicy::Abandon)
    }
}

impl Config {
    /// The appids that are known, and whether those are all.
    pub(super) fn known_appids(&self) -> (BTreeSet<Appid>, bool) {
        let appids = self.appids.known().map(Vec::as_slice).unwrap_or_default();
        let known = appids.iter().filter_map(Attr::known).cloned().into_set();
        let is_complete = !self.appids.is_unknown() && !appids.iter().any(Attr::is_unknown);
        (known, is_complete)
    }

    /// An error for each mini program that `confirmation_triggers` names and `appids` does not, once all of both are known.
    pub(super) fn triggers_outside(&self) -> Diagnostics {
        let (appids, is_complete) = self.known_appids();
        if !is_complete {
            return Diagnostics::new();
        }
        let appids = appids.iter().map(Appid::as_str).into_set();
        let named = self.confirmation_triggers.known().into_iter().flatten();
        let outside = named.filter(|(named, _)| !appids.contains(named.as_str()));
        outside
            .map(|(named, _)| {
                Diagnostic::error(
                    format!("`confirmation_triggers` names {named:?}, which is not in `appids`"),
                    "Only mini programs in `appids` can be asked again. Check the appid, add it to `appids`, or take it \
                     out of `confirmation_triggers`.",
                )
                .at(AttributePath::root("confirmation_triggers").key(named))
            })
            .collect()
    }

    /// The state it comes to, without its shares.
    pub(super) fn wanted(&self) -> Result<State, Diagnostics> {
        let outside = self.triggers_outside();
        if !outside.is_empty() {
            return Err(outside);
        }
        let decided = Self {
            shares: Attr::Known(BTreeMap::new()),
            ..self.clone()
        };
        let wanted: State = convert(&decided).map_err(|error| not_known::diagnostic(&error))?;
        if wanted.appids.is_empty() {
            // The schema has refused an empty list that was known when it was validated.
            let path = AttributePath::root("appids");
            return Err(Diagnostic::error("`appids` is empty", NO_APPIDS)
                .at(path)
                .into());
        }
        Ok(wanted)
    }

    /// Whether shares that are not listed any more stay shared. A policy that is not known yet is taken
    /// to be that of the prior state.
    pub(super) fn abandons(&self, prior: Option<&State>) -> bool {
        match &self.deletion_policy {
            Attr::Unknown => prior.is_some_and(State::abandons),
            policy => policy.known() == Some(&DeletionPolicy::Abandon),
        }
    }
}
