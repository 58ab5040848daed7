//! What one share is about.

use std::collections::BTreeSet;

use crate::ordered::Ordered as _;
use crate::wechat::{Appid, EnvId, SourceType};

/// An environment shared with one mini program.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::provider) struct Pair {
    pub(in crate::provider) env: EnvId,
    /// The kind of environment; none is the same to the API as 0.
    source_type: SourceType,
    pub(in crate::provider) appid: Appid,
}

impl Pair {
    /// The pair of `env` and `appid`.
    pub(in crate::provider) fn new(
        env: &EnvId,
        source_type: Option<SourceType>,
        appid: &Appid,
    ) -> Self {
        Self {
            env: env.clone(),
            source_type: SourceType::of(source_type),
            appid: appid.clone(),
        }
    }

    /// The pairs of `env` and each of `appids`.
    pub(in crate::provider) fn each<'a>(
        env: &EnvId,
        source_type: Option<SourceType>,
        appids: impl IntoIterator<Item = &'a Appid>,
    ) -> BTreeSet<Self> {
        appids
            .into_iter()
            .map(|appid| Self::new(env, source_type, appid))
            .into_set()
    }
}
