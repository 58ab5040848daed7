//! What a plan of `cloudbase_auth_function` remembers for its apply.

use serde::{Deserialize, Serialize};

use crate::framework::private::Private;
use crate::wechat::CodeHash;

/// The private data, as JSON. Terraform 1.16 is the first to hand it over when it plans once more during an apply; the ones
/// before find out by themselves that the file has changed, and say so in their words.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Marks {
    /// The hash of the code at the time of the plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<CodeHash>,
}

impl Marks {
    /// The hash in private data; anything that is not readable has none.
    pub(super) fn code(private: &Private) -> Option<CodeHash> {
        let marks: Self = serde_json::from_slice(&private.0).ok()?;
        marks.code
    }

    /// As private data.
    pub(super) fn write(&self) -> Private {
        // A plain text field always comes to JSON.
        Private(serde_json::to_vec(self).unwrap_or_default())
    }
}
