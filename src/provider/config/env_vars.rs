//! The environment variables that stand in for arguments left out of the `provider` block.

use std::env;
use std::fmt;
use std::sync::Arc;

/// The variable for `component_access_token`.
pub(super) const COMPONENT_ACCESS_TOKEN: &str = "CLOUDBASE_COMPONENT_ACCESS_TOKEN";
/// The variable for `authorizer_access_token`.
pub(super) const AUTHORIZER_ACCESS_TOKEN: &str = "CLOUDBASE_AUTHORIZER_ACCESS_TOKEN";
/// The variable for `token_file`.
pub(super) const TOKEN_FILE: &str = "CLOUDBASE_TOKEN_FILE";
/// The variable for `component.appid`.
pub(super) const COMPONENT_APPID: &str = "CLOUDBASE_COMPONENT_APPID";
/// The variable for `component.appsecret`.
pub(super) const COMPONENT_APPSECRET: &str = "CLOUDBASE_COMPONENT_APPSECRET";
/// The variable for `component.verify_ticket`.
pub(super) const COMPONENT_VERIFY_TICKET: &str = "CLOUDBASE_COMPONENT_VERIFY_TICKET";
/// The variable for `authorizer.appid`.
pub(super) const AUTHORIZER_APPID: &str = "CLOUDBASE_AUTHORIZER_APPID";
/// The variable for `authorizer.refresh_token`.
pub(super) const AUTHORIZER_REFRESH_TOKEN: &str = "CLOUDBASE_AUTHORIZER_REFRESH_TOKEN";
/// The variable for `endpoint`.
pub(super) const ENDPOINT: &str = "CLOUDBASE_ENDPOINT";

type Lookup = dyn Fn(&str) -> Option<String> + Send + Sync;

/// Where variables are looked up: the process's own, or what a test says.
#[derive(Clone)]
pub struct EnvVars(Arc<Lookup>);

impl EnvVars {
    /// The variables of this process.
    pub fn of_process() -> Self {
        // What is not Unicode is no token, no path and no URL, which is then told where it is used.
        let value = |name: &str| Some(env::var_os(name)?.to_string_lossy().into_owned());
        Self(Arc::new(value))
    }

    /// Variables as `lookup` has them.
    pub fn new(lookup: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(lookup))
    }

    /// The value of `name`, if it is there, be it empty.
    pub(super) fn get_any(&self, name: &str) -> Option<String> {
        (self.0)(name)
    }

    /// The value of `name`; an empty one is as good as none.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.is_empty())
    }
}

/// Values may be secret.
impl fmt::Debug for EnvVars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EnvVars")
    }
}
