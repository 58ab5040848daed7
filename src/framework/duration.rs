//! Durations as Go writes them, which is how Terraform users know them: `30s`, `1h15m`, `1.5h`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A duration in Go's notation: numbers with a unit (`h`, `m`, `s`, `ms`, `us`, `ns`), one after
/// another. Not negative. It keeps the text it was written as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct GoDuration {
    text: String,
    duration: Duration,
}

/// Text that is not a duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a duration: write numbers with units, such as `30s`, `1m30s` or `2h` (units: h, \
     m, s, ms, us, ns)"
)]
pub struct InvalidDuration(String);

impl GoDuration {
    /// How long that is.
    pub fn get(&self) -> Duration {
        self.duration
    }
}

// No published crate reads exactly this notation: the well-kept ones take other units (`1 day`) or
// refuse fractions (`1.5h`).
impl FromStr for GoDuration {
    type Err = InvalidDuration;

    fn from_str(text: &str) -> Result<Self, InvalidDuration> {
        let invalid = || InvalidDuration(text.to_owned());
        if text == "0" {
            return Ok(Self {
                text: text.to_owned(),
                duration: Duration::ZERO,
            });
        }
        let mut rest = text.strip_prefix('+').unwrap_or(text);
        let mut seconds = 0.0_f64;
        if rest.is_empty() {
            return Err(invalid());
        }
        while !rest.is_empty() {
            let digits = rest
                .find(|c: char| c != '.' && !c.is_ascii_digit())
                .ok_or_else(invalid)?;
            let (number, tail) = rest.split_at(digits);
            let number: f64 = number.parse().map_err(|_| invalid())?;
            let units = tail
                .find(|c: char| c == '.' || c.is_ascii_digit())
                .unwrap_or(tail.len());
            let (unit, tail) = tail.split_at(units);
            let unit = match unit {
                "h" => 3600.0,
                "m" => 60.0,
                "s" => 1.0,
                "ms" => 1e-3,
                "us" | "µs" | "μs" => 1e-6,
                "ns" => 1e-9,
                _ => return Err(invalid()),
            };
            seconds += number * unit;
            rest = tail;
        }
        let duration = Duration::try_from_secs_f64(seconds).map_err(|_| invalid())?;
        Ok(Self {
            text: text.to_owned(),
            duration,
        })
    }
}

impl TryFrom<String> for GoDuration {
    type Error = InvalidDuration;

    fn try_from(text: String) -> Result<Self, InvalidDuration> {
        text.parse()
    }
}

impl From<GoDuration> for String {
    fn from(duration: GoDuration) -> Self {
        duration.text
    }
}

impl fmt::Display for GoDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_notation_is_read() {
        let read = |text: &str| text.parse::<GoDuration>().map(|duration| duration.get());
        assert_eq!(read("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(read("1h15m30s"), Ok(Duration::from_secs(4530)));
        assert_eq!(read("1.5h"), Ok(Duration::from_secs(5400)));
        assert_eq!(read("250ms"), Ok(Duration::from_millis(250)));
        assert_eq!(read("0"), Ok(Duration::ZERO));
        for text in ["", "30", "s", "-1s", "1x", "1 s", "1d", "..s", "+"] {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(read("1x").unwrap_err().to_string().contains("`1x`"));
    }
}
