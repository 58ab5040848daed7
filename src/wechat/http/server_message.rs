//! Reads the API's `errmsg`: its words, and the ids that are appended to them.

use super::visible::visible;

/// Longer texts are cut: an error message is no place for a page.
const LONGEST: usize = 1000;

/// An `errmsg`, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::wechat) struct ServerMessage {
    text: String,
    rid: Option<String>,
    tcb_code: Option<String>,
    request_ip: Option<String>,
}

impl ServerMessage {
    /// Takes `errmsg` apart. The request id is ` rid: 8hex-8hex-8hex` at its end; older forms are ` hint: [..]` and
    /// ` hints: [ req_id: .. ]`. Line breaks and tabs become spaces, and what could not be seen is escaped: every text
    /// of the API that a person reads comes this way.
    pub(in crate::wechat) fn parse(errmsg: &str) -> Self {
        let flat: String = errmsg
            .chars()
            .take(LONGEST)
            .map(|character| match character {
                '\n' | '\r' | '\t' => ' ',
                other => other,
            })
            .collect();
        let flat = visible(flat.trim());
        let (text, rid) = split_request_id(&flat);
        Self {
            tcb_code: between(text, "TcbCode: [", "]").or_else(|| between(text, "TcbCode:[", "]")),
            request_ip: request_ip(text),
            text: text.to_owned(),
            rid,
        }
    }

    /// The server's words without the request id.
    pub(in crate::wechat) fn text(&self) -> &str {
        &self.text
    }

    pub(in crate::wechat) fn rid(&self) -> Option<&str> {
        self.rid.as_deref()
    }

    pub(in crate::wechat) fn tcb_code(&self) -> Option<&str> {
        self.tcb_code.as_deref()
    }

    /// The caller's address as the API saw it (`requestIP: a.b.c.d` with 61004 and its kin).
    pub(in crate::wechat) fn request_ip(&self) -> Option<&str> {
        self.request_ip.as_deref()
    }
}

fn split_request_id(text: &str) -> (&str, Option<String>) {
    for (marker, open, close) in [("rid:", "", ""), ("hint:", "[", "]"), ("hints:", "[", "]")] {
        let Some(at) = text.rfind(marker) else {
            continue;
        };
        let starts_a_word = text[..at]
            .chars()
            .next_back()
            .is_none_or(|before| !before.is_alphanumeric());
        let tail = text[at + marker.len()..].trim();
        let Some(id) = tail
            .strip_prefix(open)
            .and_then(|tail| tail.strip_suffix(close))
        else {
            continue;
        };
        let id = id.trim();
        let id = id.strip_prefix("req_id:").unwrap_or(id).trim();
        let is_id = !id.is_empty() && (!open.is_empty() || !id.contains(' '));
        if starts_a_word && is_id {
            let words = text[..at].trim_end().trim_end_matches(',').trim_end();
            return (words, Some(id.to_owned()));
        }
    }
    (text, None)
}

fn between(text: &str, open: &str, close: &str) -> Option<String> {
    let (_, tail) = text.split_once(open)?;
    let (inside, _) = tail.split_once(close)?;
    Some(inside.trim().to_owned()).filter(|inside| !inside.is_empty())
}

fn request_ip(text: &str) -> Option<String> {
    let (_, tail) = text.split_once("requestIP")?;
    let tail = tail.trim_start_matches([':', '=', ' ']);
    let address: String = tail
        .chars()
        .take_while(|c| c.is_ascii_hexdigit() || matches!(c, '.' | ':'))
        .collect();
    let address = address.trim_end_matches(['.', ':']);
    address
        .parse::<std::net::IpAddr>()
        .ok()
        .map(|address| address.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_id_is_taken_off_the_end_in_all_its_forms() {
        for (errmsg, text, rid) in [
            ("ok", "ok", None),
            ("", "", None),
            (
                "no cloud base privilege rid: 0a1b2c3d-0a1b2c3d-0a1b2c3d",
                "no cloud base privilege",
                Some("0a1b2c3d-0a1b2c3d-0a1b2c3d"),
            ),
            (
                "rid: 0a1b2c3d-0a1b2c3d-0a1b2c3d",
                "",
                Some("0a1b2c3d-0a1b2c3d-0a1b2c3d"),
            ),
            (
                "invalid credential, hint: [x7F.a0123]",
                "invalid credential",
                Some("x7F.a0123"),
            ),
            ("busy hints: [ req_id: b1C2_d3 ]", "busy", Some("b1C2_d3")),
            ("astrid: tested", "astrid: tested", None),
            ("rid: of this everyone", "rid: of this everyone", None),
            ("grid", "grid", None),
        ] {
            let message = ServerMessage::parse(errmsg);
            assert_eq!((message.text(), message.rid()), (text, rid), "{errmsg}");
        }
    }

    #[test]
    fn cloud_code_and_address_are_found() {
        let message = ServerMessage::parse(
            "resource sold out TcbCode: [ResourcesSoldOut.PostpayPackageNotAvailable] rid: a-b-c",
        );
        assert_eq!(
            message.tcb_code(),
            Some("ResourcesSoldOut.PostpayPackageNotAvailable")
        );
        for (errmsg, address) in [
            (
                "not registered requestIP: 203.0.113.9 rid: a-b-c",
                Some("203.0.113.9"),
            ),
            (
                "not registered, requestIP: 2001:db8::1",
                Some("2001:db8::1"),
            ),
            ("not registered requestIP: unknown", None),
        ] {
            assert_eq!(
                ServerMessage::parse(errmsg).request_ip(),
                address,
                "{errmsg}"
            );
        }
    }

    #[test]
    fn control_characters_and_length_are_tamed() {
        let message = ServerMessage::parse("a\r\nb\u{1b}[31m \u{202e}c");
        assert_eq!(message.text(), r"a  b\u{1b}[31m \u{202e}c");
        let message = ServerMessage::parse("no\u{feff}, rid: a\u{200b}b");
        assert_eq!(
            (message.text(), message.rid()),
            (r"no\u{feff}", Some(r"a\u{200b}b"))
        );
        assert!(
            ServerMessage::parse(&"é".repeat(5000))
                .text()
                .chars()
                .count()
                <= LONGEST
        );
    }
}
