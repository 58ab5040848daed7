//! A point in time, to the second: RFC 3339 in UTC, as in `2026-11-29T08:00:00Z`.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The end of the year 9999, after which there is no such text.
const LAST: u64 = 253_402_300_799;

/// Seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::provider) struct Moment(u64);

/// A text that is no moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is not a time in UTC as RFC 3339 writes it, such as `2026-11-29T08:00:00Z`")]
pub(in crate::provider) struct InvalidMoment;

impl Moment {
    /// The one place where the clock is read for what goes into state.
    pub(in crate::provider) fn now() -> Self {
        Self::from(SystemTime::now())
    }

    /// How long before `now` it was, in words: one number of the largest unit. One that is later than
    /// `now`, by another machine's clock, was just now.
    pub(in crate::provider) fn ago(self, now: Self) -> String {
        const MINUTE: u64 = 60;
        const HOUR: u64 = 60 * MINUTE;
        const DAY: u64 = 24 * HOUR;
        let seconds = now.0.saturating_sub(self.0);
        let (count, unit) = match seconds {
            DAY.. => (seconds / DAY, "day"),
            HOUR.. => (seconds / HOUR, "hour"),
            MINUTE.. => (seconds / MINUTE, "minute"),
            _ => return "less than a minute ago".to_owned(),
        };
        let plural = if count == 1 { "" } else { "s" };
        format!("{count} {unit}{plural} ago")
    }
}

impl From<SystemTime> for Moment {
    fn from(time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(since.as_secs().min(LAST))
    }
}

impl FromStr for Moment {
    type Err = InvalidMoment;

    fn from_str(text: &str) -> Result<Self, InvalidMoment> {
        let time = humantime::parse_rfc3339(text).map_err(|_| InvalidMoment)?;
        Ok(Self::from(time))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = UNIX_EPOCH + Duration::from_secs(self.0);
        humantime::format_rfc3339_seconds(time).fmt(f)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_string())
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_as_it_is_read() {
        for text in ["2026-11-29T08:00:00Z", "1970-01-01T00:00:00Z"] {
            assert_eq!(text.parse::<Moment>().unwrap().to_string(), text);
        }
        let fraction: Moment = "2026-11-29T08:00:00.999Z".parse().unwrap();
        assert_eq!(fraction.to_string(), "2026-11-29T08:00:00Z");
        for wrong in ["", "yesterday", "2026-11-29", "2026-11-29T08:00:00+08:00"] {
            assert_eq!(wrong.parse::<Moment>(), Err(InvalidMoment), "{wrong}");
        }
        assert_eq!(Moment::from(UNIX_EPOCH - Duration::from_secs(5)), Moment(0));
        let far = UNIX_EPOCH + Duration::from_secs(LAST + 1);
        assert_eq!(Moment::from(far).to_string(), "9999-12-31T23:59:59Z");
    }

    #[test]
    fn an_age_is_one_number() {
        let now = Moment(10_000_000);
        for (seconds, words) in [
            (0, "less than a minute ago"),
            (59, "less than a minute ago"),
            (60, "1 minute ago"),
            (3 * 60 * 60 + 59, "3 hours ago"),
            (24 * 60 * 60, "1 day ago"),
            (9 * 24 * 60 * 60 + 5, "9 days ago"),
        ] {
            assert_eq!(Moment(now.0 - seconds).ago(now), words);
        }
        assert_eq!(Moment(now.0 + 100).ago(now), "less than a minute ago");
    }
}
