//! The identity that a set of shares has: which environment, which mini programs, which kind.

use serde::{Deserialize, Serialize};

use super::share_id::ShareId;
use crate::framework::Type;
use crate::framework::identity::{IdentityAttribute, IdentitySchema};
use crate::wechat::{Appid, EnvId, SourceType};

/// The identity. Identities have no sets, so the appids are a list, in order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::provider) struct ShareIdentity {
    pub(super) env: EnvId,
    pub(super) appids: Vec<Appid>,
    pub(super) source_type: Option<SourceType>,
}

impl From<ShareIdentity> for ShareId {
    fn from(identity: ShareIdentity) -> Self {
        Self {
            env: identity.env,
            appids: identity.appids.into_iter().collect(),
            source_type: identity.source_type,
        }
    }
}

/// Its schema.
pub(super) fn schema() -> IdentitySchema {
    IdentitySchema {
        version: 0,
        attributes: vec![
            IdentityAttribute {
                name: "env",
                ty: Type::String,
                required_for_import: true,
                description: "Id of the environment.",
            },
            IdentityAttribute {
                name: "appids",
                ty: Type::list(Type::String),
                required_for_import: true,
                description: "Appids of the mini programs.",
            },
            IdentityAttribute {
                name: "source_type",
                ty: Type::Number,
                required_for_import: false,
                description: "Kind of environment: 1 for cloud hosting, else left out.",
            },
        ],
    }
}
