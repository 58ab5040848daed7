//! What a `cloudbase_env_share` keeps in its private data.

use serde::{Deserialize, Serialize};

use crate::framework::private::Private;
use crate::provider::ledger::{Nonce, ObjectId};

/// The private data, as JSON. What Terraform hands over of an older version is empty.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Marks {
    /// Which object it is, since it was created or last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) object: Option<ObjectId>,
    /// In a plan, which one it is. If Terraform replaces the object, it comes back with the second
    /// plan, that of the new object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) plan: Option<Nonce>,
    /// In the plan of a new object, which one it replaces: Terraform destroys that one with the
    /// private data of the new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) replaces: Option<ObjectId>,
}

impl Marks {
    /// Reads private data; anything that is not readable marks nothing.
    pub(super) fn read(private: &Private) -> Self {
        serde_json::from_slice(&private.0).unwrap_or_default()
    }

    /// The marks of an object that is there: of this one, or of one that has no id yet.
    pub(super) fn of(object: ObjectId) -> Self {
        Self {
            object: Some(object),
            ..Self::default()
        }
    }

    /// The ids of the object that is there: its own, or with the plan of a replacement, that of the
    /// one that is replaced.
    pub(super) fn own(&self) -> Vec<ObjectId> {
        self.object.iter().chain(&self.replaces).cloned().collect()
    }

    /// As private data.
    pub(super) fn write(&self) -> Private {
        // Plain text fields always come to JSON.
        Private(serde_json::to_vec(self).unwrap_or_default())
    }
}
