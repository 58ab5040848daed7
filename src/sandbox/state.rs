//! Everything a sandbox knows, under one mutex that is never held across an await.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::behaviour::Behaviour;
use super::calls::CallLog;
use super::cloud_access::CloudAccesses;
use super::confirm::Confirm;
use super::endpoint::Endpoint;
use super::environments::Environments;
use super::faults::Faults;
use super::functions::Functions;
use super::options::Options;
use super::platform::{Authorizer, Component, Platform};
use super::quotas::Quotas;
use super::seed::{Latency, Seed, SeedStatus};
use super::shares::{Pair, Pending, Shares};
use super::tokens::{TokenKind, Tokens};

/// Path of the confirmation pages, before the id.
pub(super) const CONFIRM_PATH: &str = "/confirm/";

/// All state of one sandbox.
#[derive(Debug)]
pub(super) struct State {
    /// `http://127.0.0.1:PORT`.
    pub(super) url: String,
    pub(super) started: Instant,
    pub(super) confirm: Confirm,
    pub(super) behaviour: Behaviour,
    pub(super) shares: Shares,
    pub(super) environments: Environments,
    pub(super) cloud_access: CloudAccesses,
    pub(super) functions: Functions,
    pub(super) platform: Platform,
    pub(super) tokens: Tokens,
    pub(super) refusals: BTreeMap<(Endpoint, String), String>,
    pub(super) quotas: Quotas,
    pub(super) latency: HashMap<Option<Endpoint>, Duration>,
    pub(super) faults: Faults,
    pub(super) calls: CallLog,
}

impl State {
    /// The state at the start; the seed has been checked.
    pub(super) fn new(url: String, options: &Options, seed: Seed, now: Instant) -> Self {
        let mut authorizers = seed.authorizers;
        if authorizers.is_empty() {
            authorizers.push(Authorizer::random());
        }
        let component = seed.component.unwrap_or_else(Component::random);
        let mut state = Self {
            url,
            started: now,
            confirm: options.confirm.or(seed.confirm).unwrap_or_default(),
            behaviour: seed.behaviour,
            shares: Shares::default(),
            environments: Environments::default(),
            cloud_access: CloudAccesses::new(seed.cloud_access),
            functions: Functions::default(),
            platform: Platform::new(component, authorizers),
            tokens: Tokens::new(seed.tokens.life.unwrap_or(options.token_life)),
            refusals: BTreeMap::new(),
            quotas: Quotas::default(),
            latency: HashMap::new(),
            faults: Faults::default(),
            calls: CallLog::default(),
        };
        if let Some(mixed_calls) = options.mixed_calls {
            state.behaviour.mixed_calls = mixed_calls;
        }
        for environment in seed.envs {
            state.environments.put(environment);
        }
        for function in seed.functions {
            state.functions.put(function, now);
        }
        for share in seed.shares {
            for appid in &share.appids {
                let pair = Pair::new(&share.env, appid, share.source_type);
                match share.status {
                    SeedStatus::Bound => state.shares.bind(&pair),
                    SeedStatus::Pending => state.shares.set_pending(&pair),
                }
            }
        }
        for refused in seed.refusals {
            state
                .refusals
                .insert((refused.on, refused.appid), refused.errmsg);
        }
        for quota in seed.quotas {
            state.quotas.set(quota);
        }
        for Latency { endpoint, latency } in seed.latency {
            state.latency.insert(endpoint, latency);
        }
        if !options.latency.is_zero() {
            state.latency.insert(None, options.latency);
        }
        for fault in seed.faults {
            state.faults.inject(fault);
        }
        for (kind, token) in [
            (TokenKind::Component, seed.tokens.component),
            (TokenKind::Authorizer, seed.tokens.authorizer),
        ] {
            if let Some(token) = token {
                let owner = state.owner(kind).to_owned();
                state.tokens.adopt(kind, &owner, token, Duration::ZERO, now);
            }
        }
        state
    }

    /// Whose token `Sandbox::component_token` and `Sandbox::authorizer_token` hand out.
    pub(super) fn owner(&self, kind: TokenKind) -> &str {
        match kind {
            TokenKind::Component => &self.platform.component.appid,
            TokenKind::Authorizer => &self.platform.first_authorizer,
        }
    }

    /// The current token of that owner.
    pub(super) fn token(&mut self, kind: TokenKind, now: Instant) -> String {
        let owner = self.owner(kind).to_owned();
        self.tokens.current(kind, &owner, now)
    }

    /// A new token of that owner; the old one works for `grace` more.
    pub(super) fn rotate(&mut self, kind: TokenKind, grace: Duration, now: Instant) -> String {
        let owner = self.owner(kind).to_owned();
        self.tokens.issue(kind, &owner, grace, now)
    }

    /// Whether calls may name this environment, and those with a `source_type` under that one.
    pub(super) fn accepts_env(&self, env: &str, source_type: Option<i64>) -> bool {
        let environment = self.environments.get(env);
        !self.behaviour.strict_envs
            || environment.is_some_and(|found| source_type.is_none_or(|sent| found.is_of(sent)))
    }

    /// Whether the environment is shared with a mini program of another legal subject than that of
    /// `appid`, or waits for one.
    pub(super) fn has_another_subject(&self, env: &str, appid: &str) -> bool {
        let subject_of = |appid| self.platform.authorizer(appid)?.principal_name.as_deref();
        let Some(own) = subject_of(appid) else {
            return false;
        };
        let mut others = self.shares.appids_of(env).filter_map(subject_of);
        others.any(|other| other != own)
    }

    /// How long a call to `endpoint` takes at least.
    pub(super) fn latency_of(&self, endpoint: Endpoint) -> Duration {
        self.latency
            .get(&Some(endpoint))
            .or_else(|| self.latency.get(&None))
            .copied()
            .unwrap_or_default()
    }

    /// The page where an administrator confirms.
    pub(super) fn confirm_url(&self, id: &str) -> String {
        format!("{}{CONFIRM_PATH}{id}", self.url)
    }

    /// Shares that wait, with their URLs.
    pub(super) fn pending(&mut self, now: Instant) -> Vec<Pending> {
        self.shares.settle(now);
        let url = |id: String| self.confirm_url(&id);
        self.shares
            .pending()
            .into_iter()
            .map(|(pair, id)| Pending {
                env: pair.env,
                appid: pair.appid,
                source_type: pair.source_type,
                url: id.map(url),
            })
            .collect()
    }

    /// Confirmed shares.
    pub(super) fn bound(&mut self, now: Instant) -> Vec<Pair> {
        self.shares.settle(now);
        self.shares.bound()
    }

    /// The administrators' answer for `env` and `appid`, in whatever kind of environment it waits.
    pub(super) fn decide(&mut self, env: &str, appid: &str, approve: bool, now: Instant) -> bool {
        self.shares.settle(now);
        let mut found = false;
        for source_type in [0, 1] {
            found |= self
                .shares
                .decide_pair(&Pair::new(env, appid, source_type), approve);
        }
        found
    }

    /// Approves everything that waits; returns how many shares that were.
    pub(super) fn approve_all(&mut self, now: Instant) -> usize {
        self.shares.settle(now);
        let waiting = self.shares.pending();
        for (pair, _) in &waiting {
            self.shares.decide_pair(pair, true);
        }
        waiting.len()
    }

    /// Everything that can be looked at from outside, for `GET /_sandbox/state`.
    pub(super) fn describe(&mut self, now: Instant) -> Value {
        self.functions.settle(now);
        let refusals: Vec<Value> = self
            .refusals
            .iter()
            .map(|((on, appid), errmsg)| json!({"on": on, "appid": appid, "errmsg": errmsg}))
            .collect();
        json!({
            "url": self.url,
            "confirm": self.confirm,
            "behaviour": self.behaviour,
            "component_access_token": self.token(TokenKind::Component, now),
            "authorizer_access_token": self.token(TokenKind::Authorizer, now),
            "component": self.platform.component,
            "authorizers": self.platform.authorizers,
            "bound": self.bound(now),
            "pending": self.pending(now),
            "envs": self.environments.all().collect::<Vec<_>>(),
            "functions": self.functions.all().collect::<Vec<_>>(),
            "converted": self.environments.converted(),
            "cloud_access": self.cloud_access.describe(),
            "refusals": refusals,
            "quotas": self.quotas.all(),
            "faults": self.faults.armed(),
        })
    }
}

/// The state as the server's tasks and the handle share it.
#[derive(Clone, Debug)]
pub(super) struct Shared {
    state: Arc<Mutex<State>>,
    /// Wakes those who wait for calls.
    pub(super) arrived: Arc<Notify>,
}

impl Shared {
    pub(super) fn new(state: State) -> Self {
        Self {
            state: Arc::new(Mutex::new(state)),
            arrived: Arc::default(),
        }
    }

    /// A panic elsewhere leaves the state whole enough for a test to go on reading it.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
