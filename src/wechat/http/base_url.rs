//! Where the API is.

use std::{fmt, str::FromStr};

use url::{Host, Url};

/// The base address of the API; its default is `https://api.weixin.qq.com`.
///
/// Parsed with [`FromStr`] from an `https` URL, or a plain `http` one whose host is loopback (a stand-in on the same
/// machine): the access token travels in the query, so it may not cross a network in the clear. No user, password,
/// query or fragment. A path is kept and the API's paths are appended to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(Url);

/// The text is not an address that calls may go to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the endpoint {reason}; give an https URL such as https://api.weixin.qq.com, without query, user or password"
)]
pub struct InvalidBaseUrl {
    reason: String,
}

const PUBLIC: &str = "https://api.weixin.qq.com";

impl BaseUrl {
    /// Whether the host is this machine itself. Such an address is never asked for through a proxy.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }

    /// The name or address of the host, without a port or a path.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Whether calls are made over TLS.
    pub(in crate::wechat) fn is_encrypted(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The address of one of the API's paths, which starts with a slash.
    pub(in crate::wechat) fn join(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        let joined = format!("{}{path}", url.path().trim_end_matches('/'));
        url.set_path(&joined);
        url
    }
}

impl FromStr for BaseUrl {
    type Err = InvalidBaseUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = |reason: String| Err(InvalidBaseUrl { reason });
        // The text itself is never repeated before it is known to hold no password.
        let url = match Url::parse(text) {
            Ok(url) => url,
            Err(error) => return refuse(format!("is not a URL ({error})")),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("names a user or a password".to_owned());
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refuse("has a query or a fragment".to_owned());
        }
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => {
                return refuse(format!(
                    "{url} is plain http, which only a loopback host may use since the access token is part of the URL"
                ));
            }
            other => return refuse(format!("has the scheme {other:?}")),
        }
        Ok(Self(url))
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => {
            address.is_loopback()
                || address
                    .to_ipv4_mapped()
                    .is_some_and(|mapped| mapped.is_loopback())
        }
        None => false,
    }
}

impl Default for BaseUrl {
    #[allow(clippy::expect_used, reason = "a constant, and a test parses it")]
    fn default() -> Self {
        PUBLIC.parse().expect("the public endpoint is a valid one")
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_is_the_public_api() {
        assert_eq!(BaseUrl::default().to_string(), PUBLIC);
    }

    #[test]
    fn https_anywhere_and_http_only_on_this_machine() {
        for good in [
            "https://api2.weixin.qq.com",
            "https://proxy.example/wechat/",
            "http://127.0.0.1:8080",
            "http://127.9.9.9",
            "http://[::1]:80",
            "http://localhost:1",
        ] {
            assert!(good.parse::<BaseUrl>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "api.weixin.qq.com",
            "ftp://127.0.0.1",
            "http://api.weixin.qq.com",
            "http://192.168.0.1",
            "http://localhost.example.com",
            "https://a.example?access_token=x",
            "https://a.example#x",
            "https://user@a.example",
            "https://user:password@a.example",
        ] {
            let message = bad.parse::<BaseUrl>().unwrap_err().to_string();
            assert!(message.contains("give an https URL"), "{message}");
            assert!(!message.contains("password@"), "{message}");
        }
    }

    #[test]
    fn paths_are_appended_to_the_base() {
        let joined = |base: &str| {
            base.parse::<BaseUrl>()
                .unwrap()
                .join("/tcb/getenvinfo")
                .to_string()
        };
        assert_eq!(
            joined("https://a.example"),
            "https://a.example/tcb/getenvinfo"
        );
        assert_eq!(
            joined("https://a.example/base/"),
            "https://a.example/base/tcb/getenvinfo"
        );
    }
}
