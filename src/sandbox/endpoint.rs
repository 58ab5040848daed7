//! The API endpoints the sandbox answers, and their paths.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Declares [`Endpoint`] with its list and paths from one table.
macro_rules! endpoints {
    ($($(#[$doc:meta])* $name:ident = $path:literal,)*) => {
        /// One endpoint of the WeChat API, as the official pages name and place them.
        ///
        /// In JSON (seed file, control path) it is the snake-case name, e.g. `"share"` or `"env_info"`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Endpoint {
            $($(#[$doc])* #[doc = concat!("`", $path, "`.")] $name,)*
        }

        impl Endpoint {
            /// Every endpoint, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The path of the request, with the leading slash.
            pub const fn path(self) -> &'static str {
                match self {
                    $(Self::$name => $path,)*
                }
            }
        }
    };
}

endpoints! {
    /// shareCloudbaseEnv,
    Share = "/componenttcb/batchshareenv",
    /// unshareCloudbaseEnv,
    Unshare = "/componenttcb/batchunshareenv",
    /// getShareCloudbaseEnv,
    Query = "/componenttcb/batchgetenvid",
    /// changeTcbEnv,
    Convert = "/tcb/modifyenv",
    /// getEnvInfo,
    EnvInfo = "/tcb/getenvinfo",
    /// getTcbEnvList,
    DescribeEnvs = "/componenttcb/describeenvs",
    /// getWxCloudBaseRunEnvs,
    HostingEnvs = "/componenttcb/describecloudbaserunenvs",
    /// getApiQuota,
    ApiQuota = "/cgi-bin/openapi/quota/get",
    /// batchuUloadCloudFunction,
    UploadFunction = "/componenttcb/batchuploadscf",
    /// uploadCloudFunctionCode,
    UploadFunctionCode = "/componenttcb/batchuploadscfcode",
    /// getCloudFunctionList,
    FunctionList = "/componenttcb/getscflist",
    /// deleteCloudFunction,
    DeleteFunction = "/componenttcb/deletescf",
    /// The platform's token,
    ComponentToken = "/cgi-bin/component/api_component_token",
    /// The token of an account,
    AuthorizerToken = "/cgi-bin/component/api_authorizer_token",
    /// The accounts that have authorised the platform,
    AuthorizerList = "/cgi-bin/component/api_get_authorizer_list",
    /// What an account has granted,
    AuthorizerInfo = "/cgi-bin/component/api_get_authorizer_info",
    /// setCloudAccessToken,
    UseCloudAccessToken = "/tcb/usecloudaccesstoken",
}

impl Endpoint {
    /// The endpoint at `path`, if it is one.
    pub fn from_path(path: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|endpoint| endpoint.path() == path)
    }

    /// Whether answers have an `err_list` with one entry per refused mini program.
    pub(super) const fn has_items(self) -> bool {
        matches!(self, Self::Share | Self::Unshare | Self::Query)
    }

    /// Whether a request carries a file.
    pub(super) const fn takes_file(self) -> bool {
        matches!(self, Self::UploadFunction | Self::UploadFunctionCode)
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
