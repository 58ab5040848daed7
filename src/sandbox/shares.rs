//! Which mini programs an environment is shared with, and which shares wait for an administrator.

use std::collections::{BTreeMap, HashMap, VecDeque};

use serde::Serialize;
use tokio::time::Instant;

use super::confirm::Confirm;

/// One share: an environment, a mini program and the kind of environment (0 or 1).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub(super) struct Pair {
    pub(super) env: String,
    pub(super) appid: String,
    pub(super) source_type: i64,
}

impl Pair {
    pub(super) fn new(env: &str, appid: &str, source_type: i64) -> Self {
        Self {
            env: env.to_owned(),
            appid: appid.to_owned(),
            source_type,
        }
    }
}

/// A share that waits for its administrator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pending {
    /// Environment id.
    pub env: String,
    /// Mini program.
    pub appid: String,
    /// 0 cloud development, 1 cloud hosting.
    pub source_type: i64,
    /// Where the administrator confirms; `None` for one that was seeded or asked without a URL.
    pub url: Option<String>,
}

/// What became of a confirmation link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LinkState {
    Open,
    Approved,
    Refused,
    /// A later share of the same pair sent a fresh link.
    Replaced,
    /// The share was taken back.
    Withdrawn,
}

#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) pair: Pair,
    pub(super) state: LinkState,
}

/// How many decisions are remembered for people to look at.
const LATELY: usize = 10;

#[derive(Clone, Debug, Default)]
struct Share {
    bound: bool,
    /// The open confirmation link, if any.
    link: Option<String>,
}

/// All shares. A pair that is neither bound nor pending has no entry.
#[derive(Debug, Default)]
pub(super) struct Shares {
    by_appid: BTreeMap<(String, i64), BTreeMap<String, Share>>,
    links: HashMap<String, Link>,
    /// Ids of the links that were approved or refused lately, the latest first.
    decided: VecDeque<String>,
    /// Links that confirm themselves, in the order of their time.
    due: BTreeMap<(Instant, u64), String>,
    /// How often each pair was asked for, kept when the share is gone.
    sent: HashMap<Pair, u64>,
    asked: u64,
}

impl Shares {
    /// The administrator is asked for `pair`; returns the id of the confirmation link.
    /// `None`: confirmed at once. A bound pair is asked for again but stays bound.
    pub(super) fn ask(&mut self, pair: &Pair, confirm: Confirm, now: Instant) -> Option<String> {
        *self.sent.entry(pair.clone()).or_default() += 1;
        self.asked += 1;
        let share = self.share_mut(pair);
        let old = share.link.take();
        let link = if confirm == Confirm::Auto {
            share.bound = true;
            None
        } else {
            let id = format!("{:032x}", fastrand::u128(..));
            share.link = Some(id.clone());
            Some(id)
        };
        self.close(old, LinkState::Replaced);
        if let Some(id) = &link {
            let open = Link {
                pair: pair.clone(),
                state: LinkState::Open,
            };
            self.links.insert(id.clone(), open);
            if let Confirm::After(delay) = confirm {
                self.due.insert((now + delay, self.asked), id.clone());
            }
        }
        link
    }

    /// The administrator is asked for `pair` once more, at the link that is open already; `None` if none is.
    pub(super) fn ask_again(&mut self, pair: &Pair) -> Option<String> {
        let link = self.existing_mut(pair)?.link.clone()?;
        *self.sent.entry(pair.clone()).or_default() += 1;
        Some(link)
    }

    /// Whether `pair` waits for its administrator and is not in effect.
    pub(super) fn is_pending(&self, pair: &Pair) -> bool {
        let key = (pair.appid.clone(), pair.source_type);
        let share = self.by_appid.get(&key).and_then(|envs| envs.get(&pair.env));
        share.is_some_and(|share| !share.bound)
    }

    /// Approves the links whose time has come.
    pub(super) fn settle(&mut self, now: Instant) {
        while let Some(entry) = self.due.first_entry() {
            if entry.key().0 > now {
                return;
            }
            let id = entry.remove();
            if self
                .links
                .get(&id)
                .is_some_and(|link| link.state == LinkState::Open)
            {
                self.decide(&id, true);
            }
        }
    }

    /// The administrator's answer on a link. `None`: no such link. Otherwise the link as it was
    /// before: only one that was open has been acted upon.
    pub(super) fn decide(&mut self, id: &str, approve: bool) -> Option<Link> {
        let before = self.links.get(id)?.clone();
        if before.state == LinkState::Open {
            self.decide_pair(&before.pair, approve);
        }
        Some(before)
    }

    /// The administrator's answer for a pair; `false` when it waits for none.
    pub(super) fn decide_pair(&mut self, pair: &Pair, approve: bool) -> bool {
        let Some(share) = self.existing_mut(pair) else {
            return false;
        };
        let link = share.link.take();
        if share.bound && link.is_none() {
            return false;
        }
        let keep = approve || share.bound;
        share.bound = keep;
        if !keep {
            self.forget(pair);
        }
        self.close(
            link,
            if approve {
                LinkState::Approved
            } else {
                LinkState::Refused
            },
        );
        true
    }

    /// Bound at once, whatever it was.
    pub(super) fn bind(&mut self, pair: &Pair) {
        let share = self.share_mut(pair);
        share.bound = true;
        let link = share.link.take();
        self.close(link, LinkState::Approved);
    }

    /// Pending without a link, as if asked for before the sandbox began.
    pub(super) fn set_pending(&mut self, pair: &Pair) {
        self.share_mut(pair);
    }

    /// Takes back a bound or pending share; `false` when there is none.
    pub(super) fn remove(&mut self, pair: &Pair) -> bool {
        let Some(share) = self.existing_mut(pair) else {
            return false;
        };
        let link = share.link.take();
        self.close(link, LinkState::Withdrawn);
        self.forget(pair);
        true
    }

    /// Environments bound to `appid`, sorted, with those that wait if they are listed.
    pub(super) fn envs_of(&self, appid: &str, source_type: i64, with_pending: bool) -> Vec<&str> {
        self.by_appid
            .get(&(appid.to_owned(), source_type))
            .into_iter()
            .flatten()
            .filter(|(_, share)| share.bound || with_pending)
            .map(|(env, _)| env.as_str())
            .collect()
    }

    /// Mini programs to which `env` is bound or may be, of whichever kind it was said to be.
    pub(super) fn appids_of(&self, env: &str) -> impl Iterator<Item = &str> {
        self.by_appid
            .iter()
            .filter(move |(_, envs)| envs.contains_key(env))
            .map(|((appid, _), _)| appid.as_str())
    }

    pub(super) fn link(&self, id: &str) -> Option<&Link> {
        self.links.get(id)
    }

    /// Every bound pair, sorted by appid.
    pub(super) fn bound(&self) -> Vec<Pair> {
        self.all()
            .filter(|(_, share)| share.bound)
            .map(|(pair, _)| pair)
            .collect()
    }

    /// Every pair that waits, with the id of its link.
    pub(super) fn pending(&self) -> Vec<(Pair, Option<String>)> {
        self.all()
            .filter(|(_, share)| !share.bound)
            .map(|(pair, share)| (pair, share.link.clone()))
            .collect()
    }

    /// Every pair that somebody is asked about, by environment, with the id of its link. A bound one is asked about as well
    /// when it was asked for again.
    pub(super) fn open(&self) -> Vec<(Pair, Option<String>)> {
        let mut open: Vec<_> = self
            .all()
            .filter(|(_, share)| !share.bound || share.link.is_some())
            .map(|(pair, share)| (pair, share.link.clone()))
            .collect();
        open.sort_by(|(a, _), (b, _)| {
            let place = |pair: &Pair| (pair.env.clone(), pair.source_type, pair.appid.clone());
            place(a).cmp(&place(b))
        });
        open
    }

    /// The links that were approved or refused lately with their ids, the latest first.
    pub(super) fn decided_lately(&self) -> Vec<(&str, &Link)> {
        let ids = self.decided.iter();
        ids.filter_map(|id| Some((id.as_str(), self.links.get(id)?)))
            .collect()
    }

    pub(super) fn requests_sent(&self, pair: &Pair) -> u64 {
        self.sent.get(pair).copied().unwrap_or(0)
    }

    fn all(&self) -> impl Iterator<Item = (Pair, &Share)> {
        self.by_appid
            .iter()
            .flat_map(|((appid, source_type), envs)| {
                envs.iter()
                    .map(|(env, share)| (Pair::new(env, appid, *source_type), share))
            })
    }

    fn share_mut(&mut self, pair: &Pair) -> &mut Share {
        self.by_appid
            .entry((pair.appid.clone(), pair.source_type))
            .or_default()
            .entry(pair.env.clone())
            .or_default()
    }

    fn existing_mut(&mut self, pair: &Pair) -> Option<&mut Share> {
        self.by_appid
            .get_mut(&(pair.appid.clone(), pair.source_type))?
            .get_mut(&pair.env)
    }

    fn forget(&mut self, pair: &Pair) {
        let key = (pair.appid.clone(), pair.source_type);
        if let Some(envs) = self.by_appid.get_mut(&key) {
            envs.remove(&pair.env);
            if envs.is_empty() {
                self.by_appid.remove(&key);
            }
        }
    }

    fn close(&mut self, id: Option<String>, state: LinkState) {
        let Some(id) = id else { return };
        if let Some(link) = self.links.get_mut(&id) {
            link.state = state;
        }
        if matches!(state, LinkState::Approved | LinkState::Refused) {
            self.decided.push_front(id);
            self.decided.truncate(LATELY);
        }
    }
}
