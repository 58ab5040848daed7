//! A URL with a token in its query, which never shows the token.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

/// A URL whose `access_token` is masked in [`Debug`](fmt::Debug) and [`Display`](fmt::Display), so that no log line and
/// no error can hold it by accident.
pub(in crate::wechat) struct TokenUrl(Url);

impl TokenUrl {
    /// Adds the token under the query key `access_token` (the key the documents give for every one of these calls,
    /// component tokens included).
    pub(in crate::wechat) fn new(mut url: Url, token: Option<&SecretString>) -> Self {
        if let Some(token) = token {
            url.query_pairs_mut()
                .append_pair("access_token", token.expose_secret());
        }
        Self(url)
    }

    /// The URL with its token, for the HTTP client only.
    pub(in crate::wechat) fn expose(self) -> Url {
        self.0
    }
}

impl fmt::Display for TokenUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.0.clone();
        if self.0.query().is_some() {
            shown.set_query(Some("access_token=***"));
        }
        f.write_str(shown.as_str())
    }
}

impl fmt::Debug for TokenUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_is_sent_but_not_shown() {
        let base = Url::parse("https://api.weixin.qq.com/tcb/modifyenv").unwrap();
        let url = TokenUrl::new(base, Some(&SecretString::from("a&b=c canary")));
        let shown = format!("{url} {url:?}");
        assert!(!shown.contains("canary"), "{shown}");
        assert!(shown.starts_with("https://api.weixin.qq.com/tcb/modifyenv?access_token=***"));
        let sent = url.expose();
        let pairs: Vec<_> = sent.query_pairs().into_owned().collect();
        assert_eq!(
            pairs,
            [("access_token".to_owned(), "a&b=c canary".to_owned())]
        );
    }
}
