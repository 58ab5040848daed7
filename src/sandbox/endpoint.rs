//! The API endpoints the sandbox answers, and their paths.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One endpoint of the WeChat API, as the official pages name and place them.
///
/// In JSON (seed file, control path) it is the snake-case name, e.g. `"share"` or `"env_info"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Endpoint {
    /// shareCloudbaseEnv, `/componenttcb/batchshareenv`.
    Share,
    /// unshareCloudbaseEnv, `/componenttcb/batchunshareenv`.
    Unshare,
    /// getShareCloudbaseEnv, `/componenttcb/batchgetenvid`.
    Query,
    /// changeTcbEnv, `/tcb/modifyenv`.
    Convert,
    /// getEnvInfo, `/tcb/getenvinfo`.
    EnvInfo,
    /// getTcbEnvList, `/componenttcb/describeenvs`.
    DescribeEnvs,
    /// `/cgi-bin/component/api_component_token`.
    ComponentToken,
    /// `/cgi-bin/component/api_authorizer_token`.
    AuthorizerToken,
    /// `/cgi-bin/component/api_get_authorizer_list`.
    AuthorizerList,
    /// `/cgi-bin/component/api_get_authorizer_info`.
    AuthorizerInfo,
}

impl Endpoint {
    /// Every endpoint, in the order of the documentation.
    pub const ALL: [Self; 10] = [
        Self::Share,
        Self::Unshare,
        Self::Query,
        Self::Convert,
        Self::EnvInfo,
        Self::DescribeEnvs,
        Self::ComponentToken,
        Self::AuthorizerToken,
        Self::AuthorizerList,
        Self::AuthorizerInfo,
    ];

    /// The path of the request, with the leading slash.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Share => "/componenttcb/batchshareenv",
            Self::Unshare => "/componenttcb/batchunshareenv",
            Self::Query => "/componenttcb/batchgetenvid",
            Self::Convert => "/tcb/modifyenv",
            Self::EnvInfo => "/tcb/getenvinfo",
            Self::DescribeEnvs => "/componenttcb/describeenvs",
            Self::ComponentToken => "/cgi-bin/component/api_component_token",
            Self::AuthorizerToken => "/cgi-bin/component/api_authorizer_token",
            Self::AuthorizerList => "/cgi-bin/component/api_get_authorizer_list",
            Self::AuthorizerInfo => "/cgi-bin/component/api_get_authorizer_info",
        }
    }

    /// The endpoint at `path`, if it is one.
    pub fn from_path(path: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|endpoint| endpoint.path() == path)
    }

    /// Whether answers have an `err_list` with one entry per refused mini program.
    pub(super) const fn has_items(self) -> bool {
        matches!(self, Self::Share | Self::Unshare | Self::Query)
    }

    /// The tcb and componenttcb endpoints label their JSON `text/plain`; clients must not care.
    pub(super) fn content_type(self) -> &'static str {
        if self.path().starts_with("/cgi-bin/") {
            "application/json; encoding=utf-8"
        } else {
            "text/plain"
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path())
    }
}
