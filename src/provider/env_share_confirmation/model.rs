//! `cloudbase_env_share_confirmation` as structs.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::framework::{Attr, GoDuration};
use crate::provider::env_share::id::ShareId;
use crate::wechat::{Appid, EnvId, SourceType};

/// How long to wait where the configuration does not say.
const DEFAULT_CREATE: Duration = Duration::from_secs(30 * 60);

/// Configuration or plan.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::provider) struct Config {
    env: Attr<EnvId>,
    appids: Attr<Vec<Attr<Appid>>>,
    source_type: Attr<SourceType>,
    timeouts: Attr<Timeouts<Attr<GoDuration>>>,
}

/// State.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::provider) struct State {
    pub(super) env: EnvId,
    pub(super) appids: BTreeSet<Appid>,
    pub(super) source_type: Option<SourceType>,
    timeouts: Option<Timeouts<Option<GoDuration>>>,
}

/// How long operations may take.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Timeouts<D> {
    create: D,
}

impl Config {
    /// The state it comes to; `None` if something is not known yet.
    pub(super) fn known(&self) -> Option<State> {
        let appids = self
            .appids
            .known()?
            .iter()
            .map(|appid| appid.known().cloned());
        let timeouts = match &self.timeouts {
            Attr::Known(Timeouts {
                create: Attr::Unknown,
            })
            | Attr::Unknown => return None,
            Attr::Known(Timeouts { create }) => Some(Timeouts {
                create: create.known().cloned(),
            }),
            Attr::Null => None,
        };
        if self.source_type.is_unknown() {
            return None;
        }
        Some(State {
            env: self.env.known()?.clone(),
            appids: appids.collect::<Option<_>>()?,
            source_type: self.source_type.known().copied(),
            timeouts,
        })
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
        let configured = self
            .timeouts
            .as_ref()
            .and_then(|timeouts| timeouts.create.as_ref());
        configured.map_or(DEFAULT_CREATE, GoDuration::get)
    }
}
