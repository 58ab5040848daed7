//! `cloudbase_env_share_confirmation` as structs.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::framework::Attr;
use crate::framework::value::{ValueError, convert};
use crate::provider::env_share::id::ShareId;
use crate::provider::timeouts::{self, KnownTimeouts, PlannedTimeouts};
use crate::wechat::{Appid, EnvId, SourceType};

/// How long to wait where the configuration does not say.
const DEFAULT_CREATE: Duration = Duration::from_secs(30 * 60);

/// Configuration or plan.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::provider) struct Config {
    env: Attr<EnvId>,
    appids: Attr<Vec<Attr<Appid>>>,
    source_type: Attr<SourceType>,
    timeouts: PlannedTimeouts,
}

/// State.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::provider) struct State {
    pub(super) env: EnvId,
    pub(super) appids: BTreeSet<Appid>,
    pub(super) source_type: Option<SourceType>,
    timeouts: KnownTimeouts,
}

impl Config {
    /// The state it comes to.
    pub(super) fn known(&self) -> Result<State, ValueError> {
        convert(self)
    }
}

impl From<ShareId> for State {
    fn from(id: ShareId) -> Self {
        Self {
            env: id.env,
            appids: id.appids,
            source_type: id.source_type,
            timeouts: None,
        }
    }
}

impl State {
    /// How long to wait for the administrators.
    pub(super) fn create_timeout(&self) -> Duration {
        timeouts::of(&self.timeouts, "create").unwrap_or(DEFAULT_CREATE)
    }
}
