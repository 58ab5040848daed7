//! What must not be shown: every secret the client was given, has read, fetched or seen in a list.

use std::{
    borrow::Cow,
    collections::HashMap,
    fmt,
    ops::Range,
    sync::{PoisonError, RwLock},
};

use base64::{Engine as _, prelude::BASE64_STANDARD_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};

use super::unescaped::{Escape, Unescaped};

/// Secrets are far longer; a shorter text may be a word of a message, or a part of any.
const SHORTEST: usize = 8;

/// What stands in a text for a secret.
const MASK: &str = "***";

/// In which order escapes are taken out of a text. JSON in a string of JSON is common, as is a URL in either of them.
const LAYERS: [Escape; 6] = [
    Escape::Json,
    Escape::Percent,
    Escape::Json,
    Escape::Percent,
    Escape::Json,
    Escape::Percent,
];

/// All secrets of a client. They only grow in number: what was refused or replaced may be repeated later.
#[derive(Default)]
pub(in crate::wechat) struct Secrets(RwLock<Forms>);

/// It says nothing of what it holds.
impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets")
    }
}

impl Secrets {
    /// From now on none of these is shown.
    pub(in crate::wechat) fn add<'s>(&self, secrets: impl IntoIterator<Item = &'s SecretString>) {
        let mut forms = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for secret in secrets {
            let secret = secret.expose_secret().trim();
            if secret.len() >= SHORTEST {
                forms.add(secret.as_bytes());
            }
        }
    }

    /// [`Self::scrub`] of a text that need not be kept.
    pub(in crate::wechat) fn scrubbed(&self, text: String) -> String {
        match self.scrub(&text) {
            Cow::Owned(masked) => masked,
            Cow::Borrowed(_) => text,
        }
    }

    /// The text with a mask in place of each secret: as it is, percent-encoded, escaped as in JSON, several of these in
    /// one another, and in base64 of either alphabet, also as a part of what was encoded. JSON stays JSON, as long as a secret has no
    /// quotes.
    pub(in crate::wechat) fn scrub<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let forms = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if forms.by_end.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut found = forms.find(text.as_bytes());
        let mut layers: Vec<Unescaped> = Vec::new();
        for escape in LAYERS {
            let outer = layers.last().map_or(text.as_bytes(), Unescaped::text);
            let Some(inner) = Unescaped::of(outer, escape) else {
                continue;
            };
            let ranges = forms.find(inner.text());
            layers.push(inner);
            found.extend(ranges.into_iter().map(|range| {
                let out = layers.iter().rev();
                out.fold(range, |range, layer| layer.origin(&range))
            }));
        }
        if found.is_empty() {
            return Cow::Borrowed(text);
        }
        Cow::Owned(masked(text, found))
    }
}

/// The text with a mask in place of the ranges; those that touch are one.
fn masked(text: &str, mut ranges: Vec<Range<usize>>) -> String {
    ranges.sort_unstable_by_key(|range| range.start);
    let text = text.as_bytes();
    let mut shown = Vec::with_capacity(text.len());
    let mut hidden = 0..0;
    for range in ranges {
        if hidden.is_empty() || range.start > hidden.end {
            shown.extend_from_slice(&text[hidden.end..range.start]);
            shown.extend_from_slice(MASK.as_bytes());
            hidden = range;
        } else {
            hidden.end = hidden.end.max(range.end);
        }
    }
    shown.extend_from_slice(&text[hidden.end..]);
    String::from_utf8_lossy(&shown).into_owned()
}

/// The bytes to look for, by the last [`SHORTEST`] of them: refresh tokens all begin alike. A platform may list a hundred
/// thousand of these, for which an automaton of them all would be too large, and be built anew with each page.
#[derive(Default)]
struct Forms {
    by_end: HashMap<u64, Vec<Box<[u8]>>>,
}

impl Forms {
    /// Adds a secret as it is, and what its bytes become in base64, wherever they begin in what is encoded.
    fn add(&mut self, secret: &[u8]) {
        self.add_form(secret);
        for before in 0..3 {
            let mut encoded = vec![0; before];
            encoded.extend_from_slice(secret);
            let encoded = BASE64_STANDARD_NO_PAD.encode(&encoded);
            // Characters that hold bits of other bytes, too, differ from text to text.
            let first = (before * 8).div_ceil(6);
            let end = (before + secret.len()) * 8 / 6;
            if let Some(own) = encoded.as_bytes().get(first..end) {
                self.add_form(own);
            }
        }
    }

    fn add_form(&mut self, form: &[u8]) {
        let form: Box<[u8]> = form.iter().copied().map(folded).collect();
        let end = form.iter().fold(0, |end, byte| pushed(end, *byte));
        let alike = self.by_end.entry(end).or_default();
        if !alike.contains(&form) {
            alike.push(form);
        }
    }

    /// Where there is one, in the order of their ends.
    fn find(&self, text: &[u8]) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        let mut end = 0;
        for (at, byte) in text.iter().enumerate() {
            end = pushed(end, folded(*byte));
            let Some(alike) = self.by_end.get(&end) else {
                continue;
            };
            for form in alike {
                let Some(start) = (at + 1).checked_sub(form.len()) else {
                    continue;
                };
                let there = text[start..=at].iter().copied().map(folded);
                if there.eq(form.iter().copied()) {
                    found.push(start..at + 1);
                }
            }
        }
        found
    }
}

/// The last eight bytes of a text, from the seven before and this one.
fn pushed(end: u64, byte: u8) -> u64 {
    end << 8 | u64::from(byte)
}

/// The two alphabets of base64 are alike but for two characters, and a form has a plus for a blank: what differs in
/// nothing else is the same.
fn folded(byte: u8) -> u8 {
    match byte {
        b'-' | b' ' => b'+',
        b'_' => b'/',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn secrets(secrets: &[&str]) -> Secrets {
        let all = Secrets::default();
        let secrets: Vec<_> = secrets.iter().copied().map(SecretString::from).collect();
        all.add(&secrets);
        all
    }

    #[test]
    fn a_secret_is_masked_in_every_form() {
        let all = secrets(&[r#"ca/na=ry+"\_é-1?"#]);
        for form in [
            r#"ca/na=ry+"\_é-1?"#,
            r#"ca\/na=ry+\"\\_é-1?"#,
            r"\u0063a\/na\u003dry+\u0022\u005C_\u00e9-1?",
            "ca%2Fna%3dry%2B%22%5C_%C3%A9-1%3F",
            // One in the other, or only some of it.
            "ca%252Fna=ry+%2522%255c_é-1?",
            r#"ca\\\/na=ry+\\\"\\\\_é-1?"#,
            r"ca\u00252Fna=ry+%22\u00255c_é-1?",
        ] {
            for (text, expected) in [
                (form.to_owned(), "***".to_owned()),
                (format!("<{form}, {form}>"), "<***, ***>".to_owned()),
                (format!("{form}{form}"), "***".to_owned()),
            ] {
                assert_eq!(all.scrub(&text), expected, "{text}");
            }
        }
    }

    #[test]
    fn a_secret_is_masked_in_base64_wherever_it_begins() {
        let secret = "canary>>>???~~~ 12";
        let all = secrets(&[secret]);
        for before in ["", "a", "ab", "abc", "abcd"] {
            for after in ["", "z", "zy"] {
                let text = format!("{before}{secret}{after}");
                for encoded in [
                    BASE64_STANDARD.encode(&text),
                    BASE64_URL_SAFE.encode(&text),
                    BASE64_URL_SAFE_NO_PAD.encode(&text),
                    BASE64_STANDARD
                        .encode(&text)
                        .replace('+', "%2B")
                        .replace('/', r"\/"),
                ] {
                    let shown = all.scrub(&encoded);
                    // At most a character at either end stands for bits of the secret and of others.
                    let rest = (before.len() * 8).div_ceil(6) + (after.len() * 8).div_ceil(6) + 2;
                    let rest = rest + 2 * usize::from(encoded.ends_with('='));
                    assert!(
                        shown.contains("***") && shown.len() <= rest + 3,
                        "{encoded}: {shown}"
                    );
                }
            }
        }
    }

    #[test]
    fn what_is_short_or_unknown_stays() {
        let all = secrets(&["short", "  seven77\n", "", "canary-1\n"]);
        for text in ["short seven77", "canary-", "", "Y2FuYXJ5", r"\u0063anary"] {
            assert!(matches!(all.scrub(text), Cow::Borrowed(same) if same == text));
        }
        assert_eq!(all.scrub("a canary-1 b"), "a *** b");
        assert!(matches!(
            secrets(&[]).scrub("canary-1"),
            Cow::Borrowed("canary-1")
        ));
        assert_eq!(format!("{all:?}"), "Secrets");
    }

    #[test]
    fn secrets_that_overlap_are_masked_together() {
        let all = secrets(&["refreshtoken@@@abc", "token@@@abcdef", "refreshtoken@@@abx"]);
        for (text, expected) in [
            ("<refreshtoken@@@abcdef>", "<***>"),
            ("<refreshtoken@@@abc>", "<***>"),
            ("<retoken@@@abcdef>", "<re***>"),
            (
                "refreshtoken@@@abx refreshtoken@@@aby",
                "*** refreshtoken@@@aby",
            ),
        ] {
            assert_eq!(all.scrub(text), expected);
        }
    }

    #[test]
    fn a_text_that_is_no_json_is_scrubbed_all_the_same() {
        let all = secrets(&["canary-123"]);
        for (text, expected) in [
            ("<p>canary-123", "<p>***"),
            (r#"{"errmsg":"\u0063anary-123"#, r#"{"errmsg":"***"#),
            (r"\ud800 \u0063anary-123 \", r"\ud800 *** \"),
            ("100% %63anary-123 %6", "100% *** %6"),
        ] {
            assert_eq!(all.scrub(text), expected);
        }
    }

    proptest! {
        #[test]
        fn json_stays_json_and_its_strings_hold_no_secret(
            secret in "[A-Za-z0-9_@=/+-]{8,40}",
            before in "\\PC{0,10}",
            after in "\\PC{0,10}",
        ) {
            let all = secrets(&[&secret]);
            let escaped: Vec<String> = secret.bytes().map(|byte| format!("\\u{byte:04x}")).collect();
            let escaped = escaped.concat();
            let plain = json!({"a": format!("{before}{secret}{after}"), "b": [secret], "c": 7});
            let escaped = format!(r#"{{"a":{},"b":["{escaped}"],"c":7}}"#, json!(before));
            for text in [plain.to_string(), escaped] {
                let shown: Value = serde_json::from_str(&all.scrub(&text)).unwrap();
                prop_assert!(!shown["a"].as_str().unwrap().contains(&secret));
                prop_assert_eq!(&shown["b"], &json!(["***"]));
                prop_assert_eq!(&shown["c"], &json!(7));
            }
        }
    }
}
