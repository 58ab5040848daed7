//! One log line.

use std::time::SystemTime;

use serde_json::{Map, Value};
use tracing::Level;

/// The host reads with a buffer of 64 KiB and shows what is longer in pieces, at DEBUG.
const LONGEST_LINE: usize = 64 * 1024;

/// What a string is cut to before it is known whether its line fits, in bytes.
const FIRST_CUT: usize = 32 * 1024;

/// Stands at the end of a string that was cut.
const CUT_MARK: &str = "… (cut)";

/// The keys of a line that are its own. The host panics if one of the first three is not a string.
const OWN_KEYS: [&str; 5] = ["@level", "@message", "@timestamp", "@module", "@caller"];

/// What to log, and what else is known about it.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) level: Level,
    pub(super) module: &'static str,
    pub(super) message: String,
    /// Source file and line.
    pub(super) caller: Option<String>,
    pub(super) time: SystemTime,
    pub(super) fields: Map<String, Value>,
}

impl Line {
    /// The JSON text with its newline, at most 64 KiB: long strings are cut where it takes that.
    pub(super) fn render(self) -> Vec<u8> {
        let mut keys: Map<String, Value> = self
            .fields
            .into_iter()
            .map(|(name, value)| (free_name(name), value))
            .collect();
        // Exactly six digits of a second: the host takes a line with any other form for plain text.
        let time = humantime::format_rfc3339_micros(self.time).to_string();
        let mut own = |key: &str, value: String| keys.insert(key.to_owned(), Value::String(value));
        own("@level", self.level.as_str().to_ascii_lowercase());
        own("@message", self.message);
        own("@module", self.module.to_owned());
        own("@timestamp", time);
        if let Some(caller) = self.caller {
            own("@caller", caller);
        }
        fit(keys)
    }
}

/// A name that does not collide with the line's own keys.
fn free_name(name: String) -> String {
    if OWN_KEYS.contains(&name.as_str()) {
        name.replacen('@', "field_", 1)
    } else {
        name
    }
}

/// Halves the limit on strings until the line fits. Escapes make a string up to six times as long,
/// so the length of the whole is what counts.
fn fit(mut keys: Map<String, Value>) -> Vec<u8> {
    let mut limit = FIRST_CUT;
    loop {
        let line = format!("{}\n", Value::Object(keys.clone())).into_bytes();
        if line.len() <= LONGEST_LINE {
            return line;
        }
        if limit < CUT_MARK.len() {
            // Thousands of fields: keep what the host needs.
            keys.retain(|key, _| OWN_KEYS.contains(&key.as_str()));
            limit = FIRST_CUT;
        }
        for value in keys.values_mut() {
            if let Value::String(text) = value {
                cut(text, limit);
            }
        }
        limit /= 2;
    }
}

fn cut(text: &mut String, limit: usize) {
    if text.len() > limit {
        let mut end = limit.saturating_sub(CUT_MARK.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push_str(CUT_MARK);
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    fn line(message: impl Into<String>, fields: &[(&str, Value)]) -> Line {
        Line {
            level: Level::WARN,
            module: "provider",
            message: message.into(),
            caller: None,
            time: UNIX_EPOCH + Duration::from_millis(1_500),
            fields: fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
        }
    }

    fn parsed(line: &[u8]) -> Value {
        let (last, body) = line.split_last().unwrap();
        assert_eq!(*last, b'\n');
        assert!(!body.contains(&b'\n'));
        serde_json::from_slice(body).unwrap()
    }

    #[test]
    fn a_line_is_what_hclog_writes() {
        let rendered = line("two\nlines", &[("attempt", 3.into())]).render();
        assert_eq!(
            String::from_utf8(rendered).unwrap(),
            concat!(
                r#"{"@level":"warn","@message":"two\nlines","@module":"provider","#,
                r#""@timestamp":"1970-01-01T00:00:01.500000Z","attempt":3}"#,
                "\n"
            )
        );
    }

    #[test]
    fn a_field_cannot_take_the_place_of_a_key_of_the_host() {
        let fields = [
            ("@timestamp", 1.into()),
            ("@level", 2.into()),
            ("@message", Value::Null),
        ];
        let value = parsed(&line("m", &fields).render());
        for key in ["@timestamp", "@level", "@message", "@module"] {
            assert!(value[key].is_string(), "{key}");
        }
        assert_eq!(value["field_timestamp"], 1);
        assert_eq!(value["field_level"], 2);
        assert_eq!(value["field_message"], Value::Null);
    }

    #[test]
    fn long_lines_are_cut_to_what_the_host_reads_at_once() {
        let cases = [
            line("x".repeat(1 << 20), &[]),
            line("\u{1}".repeat(1 << 20), &[]),
            line(
                "短".repeat(1 << 20),
                &[("body", "y".repeat(1 << 20).into())],
            ),
        ];
        for case in cases {
            let rendered = case.render();
            assert!(rendered.len() <= LONGEST_LINE, "{}", rendered.len());
            assert!(rendered.len() > LONGEST_LINE / 8, "{}", rendered.len());
            let value = parsed(&rendered);
            assert!(value["@message"].as_str().unwrap().ends_with(CUT_MARK));
            assert_eq!(value["@level"], "warn");
        }
    }

    #[test]
    fn too_many_fields_are_left_out() {
        let mut line = line("kept", &[]);
        line.fields = (0..10_000)
            .map(|n| (format!("field number {n}"), n.into()))
            .collect();
        let value = parsed(&line.render());
        assert_eq!(value["@message"], "kept");
    }
}
