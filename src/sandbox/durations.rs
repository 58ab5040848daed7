//! Durations as Go writes them (`250ms`, `2s`, `1m30s`, `1.5h`), for flags, seeds and control calls.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serializer};

const UNITS: [(&str, u128); 7] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// Reads a Go duration that is not negative; `0` alone needs no unit.
///
/// The error is a sentence that names the text and shows the form.
pub fn parse(text: &str) -> Result<Duration, String> {
    let refused = || {
        format!("{text:?} is not a duration: write a number and a unit, such as 250ms, 2s or 1m30s")
    };
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let mut rest = text;
    let mut total: u128 = 0;
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .ok_or_else(refused)?;
        let (number, after) = rest.split_at(digits);
        let unit_end = after
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(after.len());
        let (unit, remainder) = after.split_at(unit_end);
        let (_, scale) = UNITS
            .into_iter()
            .find(|(name, _)| *name == unit)
            .ok_or_else(refused)?;
        let nanos = scaled(number, scale).ok_or_else(refused)?;
        total = total.checked_add(nanos).ok_or_else(refused)?;
        rest = remainder;
    }
    let nanos = u64::try_from(total).map_err(|_| refused())?;
    if text.is_empty() {
        return Err(refused());
    }
    Ok(Duration::from_nanos(nanos))
}

/// `number` (digits, perhaps with one point) times `scale`, in nanoseconds.
fn scaled(number: &str, scale: u128) -> Option<u128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() || fraction.contains('.') || fraction.len() > 18 {
        return None;
    }
    let whole: u128 = if whole.is_empty() {
        0
    } else {
        whole.parse().ok()?
    };
    let mut nanos = whole.checked_mul(scale)?;
    if !fraction.is_empty() {
        let parts: u128 = fraction.parse().ok()?;
        let exponent = u32::try_from(fraction.len()).ok()?;
        nanos += parts * scale / 10_u128.pow(exponent);
    }
    Some(nanos)
}

/// Writes a duration so that [`parse`] reads it back: `1m30s`, `250ms`.
pub fn format(duration: Duration) -> String {
    let mut nanos = duration.as_nanos();
    if nanos == 0 {
        return "0s".to_owned();
    }
    let mut parts = Vec::new();
    for (unit, scale) in UNITS.into_iter().rev().filter(|(unit, _)| *unit != "µs") {
        let count = nanos / scale;
        if count > 0 {
            parts.push(format!("{count}{unit}"));
            nanos %= scale;
        }
    }
    parts.concat()
}

/// For `#[serde(with = …)]`.
pub(super) fn serialize<S: Serializer>(
    duration: &Duration,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format(*duration))
}

/// For `#[serde(with = …)]`.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse(&text).map_err(serde::de::Error::custom)
}

/// The same for an optional field.
pub(super) mod optional {
    use super::{Deserialize, Deserializer, Duration};

    pub(in crate::sandbox) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Duration>, D::Error> {
        Option::<String>::deserialize(deserializer)?
            .map(|text| super::parse(&text).map_err(serde::de::Error::custom))
            .transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_go_reads() {
        for (text, millis) in [
            ("0", 0),
            ("0s", 0),
            ("250ms", 250),
            ("2s", 2_000),
            ("1m30s", 90_000),
            ("1.5h", 5_400_000),
            (".5s", 500),
            ("1h2m3s4ms", 3_723_004),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_millis(millis)), "{text}");
        }
    }

    #[test]
    fn refuses_the_rest_and_shows_the_form() {
        for text in [
            "",
            "5",
            "s",
            "-1s",
            "1 s",
            "1d",
            "1..5s",
            ".s",
            "99999999999h",
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains("1m30s"), "{text}: {error}");
        }
    }

    #[test]
    fn writes_what_it_reads() {
        for text in ["0s", "250ms", "1m30s", "2h", "1us", "3ns"] {
            assert_eq!(format(parse(text).unwrap()), text);
        }
    }
}
