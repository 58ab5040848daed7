//! Where an administrator confirms: an address that a browser may be sent to, or something else.

use url::Url;

use crate::wechat::visible;

/// The `confirm_url` of a share.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Link {
    /// A web address, in the form that a browser makes of it: plain ASCII.
    Web(String),
    /// What may be shown, and not be opened. What is not seen in it is escaped.
    Unsafe(String),
}

impl Link {
    /// Only http and https are opened. A blank or a control character is nothing that the API would send, and the parser
    /// would leave it out; a user name before the host is there to look like another host.
    pub(super) fn of(text: &str) -> Self {
        let hides = |c: char| c.is_whitespace() || c.is_control();
        let url = Url::parse(text).ok().filter(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && url.username().is_empty()
                && url.password().is_none()
        });
        match url {
            Some(url) if !text.contains(hides) => Self::Web(url.into()),
            _ => Self::Unsafe(in_one_line(text)),
        }
    }
}

/// What hides is escaped, line breaks and tabs as well.
fn in_one_line(text: &str) -> String {
    let shown = visible(text);
    shown.replace('\n', "\\u{a}").replace('\t', "\\u{9}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_addresses_are_links() {
        for plain in [
            "https://mp.weixin.qq.com/confirm?id=1&x=%20#top",
            "http://127.0.0.1:8080/confirm/7",
        ] {
            assert_eq!(Link::of(plain), Link::Web(plain.to_owned()));
        }
        for (text, opened) in [
            ("HTTPS://MP.weixin.qq.com", "https://mp.weixin.qq.com/"),
            // A host that looks like another shows what it is.
            ("https://еxample.com/", "https://xn--xample-2of.com/"),
            (
                "https://example.com/\"><b>",
                "https://example.com/%22%3E%3Cb%3E",
            ),
            (
                "https://example.com/\u{202e}",
                "https://example.com/%E2%80%AE",
            ),
        ] {
            assert_eq!(Link::of(text), Link::Web(opened.to_owned()));
        }
    }

    #[test]
    fn anything_else_is_only_shown() {
        for text in [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,<script>alert(1)</script>",
            "file:///etc/passwd",
            "weixin://dl/business",
            "//example.com/",
            "example.com/confirm",
            "https://",
            "https://mp.weixin.qq.com@example.com/",
            "https://user:word@example.com/",
            "https://example.com/a b",
            " https://example.com/",
            "https://example.com/\u{a0}",
        ] {
            assert_eq!(Link::of(text), Link::Unsafe(text.to_owned()), "{text}");
        }
        for (text, shown) in [
            ("java\nscript:alert(1)", "java\\u{a}script:alert(1)"),
            ("https://example.com/\u{0}", "https://example.com/\\u{0}"),
            ("https://exam\tple.com/", "https://exam\\u{9}ple.com/"),
            ("https:moc\u{202e}", "https:moc\\u{202e}"),
        ] {
            assert_eq!(Link::of(text), Link::Unsafe(shown.to_owned()));
        }
    }
}
