//! The identity that a set of shares has: which environment, which mini programs, which kind.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::id::ShareId;
use crate::framework::identity::{IdentityAttribute, IdentitySchema};
use crate::framework::{Diagnostic, Diagnostics, Type};
use crate::wechat::{Appid, EnvId, SourceType};

/// The identity. Identities have no sets, so the appids are a list, in order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::provider) struct ShareIdentity {
    pub(in crate::provider) env: EnvId,
    pub(in crate::provider) appids: Vec<Appid>,
    pub(in crate::provider) source_type: Option<SourceType>,
}

impl ShareIdentity {
    /// The identity of these shares. A source type of 0 is the same as none, and there is one
    /// identity for both.
    pub(in crate::provider) fn new(
        env: &EnvId,
        appids: &BTreeSet<Appid>,
        source_type: Option<SourceType>,
    ) -> Self {
        Self {
            env: env.clone(),
            appids: appids.iter().cloned().collect(),
            source_type: SourceType::left_out(source_type),
        }
    }

    /// What it identifies, for an import. Without mini programs that is nothing.
    pub(in crate::provider) fn into_id(self) -> Result<ShareId, Diagnostics> {
        if self.appids.is_empty() {
            return Err(Diagnostic::error(
                "the identity to import by has no `appids`",
                "List at least one appid in the `identity` of the `import` block.",
            )
            .into());
        }
        Ok(ShareId {
            env: self.env,
            appids: self.appids.into_iter().collect(),
            source_type: self.source_type,
        })
    }
}

/// Its schema.
pub(in crate::provider) fn schema() -> IdentitySchema {
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
