//! Numbers as the API sends them.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A whole number, also as a string of digits; nothing where it is missing, null or anything else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::wechat) struct Integer(Option<i64>);

impl Integer {
    pub(in crate::wechat) const fn get(self) -> Option<i64> {
        self.0
    }

    /// Reads the JSON of one value.
    pub(in crate::wechat) fn of(raw: &RawValue) -> Self {
        let text = raw.get();
        if text.starts_with('"') {
            let digits: Option<String> = serde_json::from_str(text).ok();
            return Self(digits.and_then(|digits| digits.trim().parse().ok()));
        }
        let whole = || text.parse().ok().and_then(whole);
        Self(text.parse().ok().or_else(whole))
    }
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "checked to be whole and in range"
)]
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 1e15).then_some(number as i64)
}

impl<'de> Deserialize<'de> for Integer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // As text: whatever is in the place of a number is skipped, and no tree is made of it.
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Ok(Self::of(&raw))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_strings_of_digits_and_nothing_else() {
        for (json, expected) in [
            ("0", Some(0)),
            ("-1", Some(-1)),
            ("0.0", Some(0)),
            ("6.1e4", Some(61000)),
            (r#"" 40014 ""#, Some(40014)),
            (r#""\u0030""#, Some(0)),
            ("0.5", None),
            ("1e400", None),
            ("-1e400", None),
            ("123456789012345678901234567890", None),
            ("null", None),
            ("true", None),
            (r#""no""#, None),
            ("{}", None),
            ("[0]", None),
        ] {
            let integer: Integer = serde_json::from_str(json).unwrap();
            assert_eq!(integer.get(), expected, "{json}");
        }
        let huge = "9".repeat(100_000);
        let integer: Integer = serde_json::from_str(&huge).unwrap();
        assert_eq!(integer.get(), None);
    }
}
