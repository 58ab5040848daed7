//! Taking over the state of another resource type, for a `moved` block (Terraform 1.8 and later).

use crate::framework::diagnostic::Diagnostics;
use crate::framework::incoming::Incoming;
use crate::framework::private::Private;
use crate::framework::resource::Resource;

/// Where a state comes from.
#[derive(Clone, Debug)]
pub struct MoveSource {
    /// The address of the provider that wrote it, such as `terraform.io/builtin/terraform`.
    pub provider_address: String,
    /// The type it was written for.
    pub type_name: String,
    /// The version of the schema it was written with.
    pub schema_version: i64,
    /// The state itself.
    pub state: serde_json::Value,
    /// Its identity; null if it has none.
    pub identity: serde_json::Value,
    /// The private data that its provider kept beside it.
    pub private: Private,
}

/// A resource type that can take over the state of others.
pub trait MoveState: Resource {
    /// The state that `source` comes to; an error says what cannot be taken over, and why.
    fn move_state(&self, source: MoveSource) -> Result<Incoming<Self::State>, Diagnostics>;
}
