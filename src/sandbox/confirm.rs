//! Who confirms shares.

use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::durations;

/// Who confirms a share.
///
/// Written `auto`, `manual` or `after=DURATION` on the command line, in seeds and in control calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Confirm {
    /// Every share is bound at once: the answer has neither a URL nor an error for it.
    Auto,
    /// A share waits until somebody approves it, as with the real API.
    #[default]
    Manual,
    /// A share waits for this long and is then approved by itself.
    After(Duration),
}

impl FromStr for Confirm {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match (text, text.strip_prefix("after=")) {
            ("auto", _) => Ok(Self::Auto),
            ("manual", _) => Ok(Self::Manual),
            (_, Some(delay)) => Ok(Self::After(durations::parse(delay)?)),
            _ => Err(format!(
                "{text:?} is none of auto, manual and after=DURATION"
            )),
        }
    }
}

impl std::fmt::Display for Confirm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Manual => f.write_str("manual"),
            Self::After(delay) => write!(f, "after={}", durations::format(*delay)),
        }
    }
}

impl Serialize for Confirm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Confirm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}
