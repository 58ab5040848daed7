//! What a batch call is about: a mini program, or a pair of an environment and a mini program.

use std::fmt;

use crate::wechat::{Appid, EnvId};

/// An environment and a mini program that it is, or is not, shared with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::wechat) struct Pair {
    pub(in crate::wechat) env: EnvId,
    pub(in crate::wechat) appid: Appid,
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
