//! What a batch call is about: a mini program, or a pair of an environment and a mini program.

use std::{collections::BTreeSet, fmt};

use crate::ordered::Ordered as _;
use crate::wechat::{Appid, EnvId};

/// An environment and a mini program that it is, or is not, shared with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::wechat) struct Pair {
    pub(in crate::wechat) env: EnvId,
    pub(in crate::wechat) appid: Appid,
}

impl Pair {
    pub(in crate::wechat) fn new(env: &EnvId, appid: &Appid) -> Self {
        Self {
            env: env.clone(),
            appid: appid.clone(),
        }
    }
}

/// The mini programs of the pairs, each once.
pub(in crate::wechat) fn appids(pairs: &BTreeSet<Pair>) -> BTreeSet<Appid> {
    pairs.iter().map(|pair| pair.appid.clone()).into_set()
}

/// One item of a batch call.
pub(in crate::wechat) trait About: Clone + fmt::Debug + Ord {
    /// The mini program.
    fn appid(&self) -> &Appid;

    /// The environment, where the call names one.
    fn env(&self) -> Option<&EnvId>;
}

impl About for Appid {
    fn appid(&self) -> &Appid {
        self
    }

    fn env(&self) -> Option<&EnvId> {
        None
    }
}

impl About for Pair {
    fn appid(&self) -> &Appid {
        &self.appid
    }

    fn env(&self) -> Option<&EnvId> {
        Some(&self.env)
    }
}
