//! What a whitelist of open APIs lists: paths.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The path of an open API, as a whitelist names it: it begins with `/`, without a host, and WeChat's page about the
/// WeChat token (微信令牌) wants no parameters with it. `/*` is one, too: WeChat's own sample has it.
///
/// Parsed with [`FromStr`]; anything else is an [`InvalidApiPath`]. What the API lists need not be one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ApiPath(String);

/// The text is not the path of an open API.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{given:?} is not the path of an open API: it begins with one `/` and has no host, no parameters and no spaces, \
     for example `/cgi-bin/message/custom/send`, or `/*`"
)]
pub struct InvalidApiPath {
    given: String,
}

impl FromStr for ApiPath {
    type Err = InvalidApiPath;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '?' | '#' | '\\');
        let rest = text.strip_prefix('/').unwrap_or_default();
        if rest.is_empty() || rest.starts_with('/') || rest.contains(is_odd) {
            return Err(InvalidApiPath {
                given: text.to_owned(),
            });
        }
        Ok(Self(text.to_owned()))
    }
}

impl ApiPath {
    /// The text as it was parsed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ApiPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl TryFrom<String> for ApiPath {
    type Error = InvalidApiPath;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ApiPath> for String {
    fn from(path: ApiPath) -> Self {
        path.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_alone_are_paths() {
        for good in ["/*", "/wxa/msg_sec_check", "/a/b/c", "/sns/*"] {
            assert_eq!(good.parse::<ApiPath>().unwrap().as_str(), good);
        }
        for bad in [
            "",
            "/",
            "*",
            "wxa/msg_sec_check",
            "//api.weixin.qq.com/wxa",
            "https://api.weixin.qq.com/wxa",
            "/wxa?access_token=x",
            "/wxa#x",
            "/wxa msg",
            " /wxa",
            "/wxa\n",
            "/a\u{3000}b",
            "\\wxa",
        ] {
            let error = bad.parse::<ApiPath>().unwrap_err();
            assert!(error.to_string().contains(&format!("{bad:?}")), "{error}");
        }
    }
}
