//! The `provider` block as a struct.

use secrecy::SecretString;
use serde::Deserialize;

use crate::framework::Attr;

/// The `provider` block. During a plan any value may be unknown.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    pub(super) component_access_token: Attr<SecretString>,
    pub(super) authorizer_access_token: Attr<SecretString>,
    pub(super) endpoint: Attr<String>,
    pub(super) request_timeout: Attr<String>,
    pub(super) max_retries: Attr<i64>,
    pub(super) batch_size: Attr<i64>,
}
