//! What the API names things by: mini programs, cloud environments and the kind of environment.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The appid of a mini program: `wx` and 16 lower-case letters or digits.
///
/// Parsed with [`FromStr`]; anything else is an [`InvalidAppid`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Appid(String);

/// The text is not an appid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{given:?} is not an appid: an appid is `wx` followed by 16 lower-case letters or digits, as shown in the \
     mini program's console under Development settings"
)]
pub struct InvalidAppid {
    given: String,
}

impl FromStr for Appid {
    type Err = InvalidAppid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let tail = text.strip_prefix("wx").unwrap_or_default();
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        if tail.len() == 16 && tail.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidAppid {
                given: text.to_owned(),
            })
        }
    }
}

/// The id of a cloud environment: letters, digits and hyphens, at least one.
///
/// Parsed with [`FromStr`]; anything else is an [`InvalidEnvId`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EnvId(String);

/// The text is not an environment id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{given:?} is not an environment id: an environment id has one or more letters, digits and hyphens, for example \
     `prod-6gni9ity244a6ea3`, as shown in the cloud console"
)]
pub struct InvalidEnvId {
    given: String,
}

impl FromStr for EnvId {
    type Err = InvalidEnvId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if !text.is_empty() && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidEnvId {
                given: text.to_owned(),
            })
        }
    }
}

/// The name of a cloud function: a letter, and then letters, digits, underscores and hyphens, 60 characters at most.
///
/// WeChat's pages set no rule; this is the one of Tencent's CloudBase API (DeleteFunction, `FunctionName`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FunctionName(String);

impl FunctionName {
    /// `cloudbase_auth`, which an environment needs before mini programs that share it can call anything of it.
    pub fn cloudbase_auth() -> Self {
        Self("cloudbase_auth".to_owned())
    }
}

/// The text is not the name of a function.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{given:?} is not the name of a cloud function: a name begins with a letter, has letters, digits, underscores and \
     hyphens, and is not longer than 60 characters"
)]
pub struct InvalidFunctionName {
    given: String,
}

impl FromStr for FunctionName {
    type Err = InvalidFunctionName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let begins = text.starts_with(|first: char| first.is_ascii_alphabetic());
        if begins && text.len() <= 60 && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidFunctionName {
                given: text.to_owned(),
            })
        }
    }
}

macro_rules! text_newtype {
    ($name:ident, $invalid:ident) => {
        impl $name {
            /// The text as it was parsed.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = $invalid;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl TryFrom<&str> for $name {
            type Error = $invalid;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

text_newtype!(Appid, InvalidAppid);
text_newtype!(EnvId, InvalidEnvId);
text_newtype!(FunctionName, InvalidFunctionName);

/// Which kind of environment a call is about: `source_type` of the API.
///
/// The documents name `1` (cloud hosting); a call about cloud development leaves the field out or sends `0`. Other
/// numbers are passed on as they are, since the list may grow; [`SourceType::is_documented`] tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceType(i64);

impl SourceType {
    /// What a call is about that leaves the number out.
    pub const CLOUD_DEVELOPMENT: Self = Self(0);

    /// The kind that a call with this `source_type` is about.
    pub fn of(source_type: Option<Self>) -> Self {
        source_type.unwrap_or(Self::CLOUD_DEVELOPMENT)
    }

    /// The same kind without a number, where there need not be one.
    pub fn left_out(source_type: Option<Self>) -> Option<Self> {
        source_type.filter(|kind| *kind != Self::CLOUD_DEVELOPMENT)
    }

    /// Any number; see [`SourceType::is_documented`].
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// The number as sent.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Whether the number is 0 (cloud development) or 1 (cloud hosting).
    pub const fn is_documented(self) -> bool {
        matches!(self.0, 0 | 1)
    }
}

impl fmt::Display for SourceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn appid_takes_only_the_documented_form() {
        for good in ["wx5fe6bb43205e9e07", "wxabcdefghij0123zz"] {
            assert_eq!(good.parse::<Appid>().unwrap().as_str(), good);
        }
        let bad = [
            "",
            "wx",
            "wx5fe6bb43205e9e0",
            "wx5fe6bb43205e9e070",
            "WX5fe6bb43205e9e07",
            "wx5FE6bb43205e9e07",
            "gh5fe6bb43205e9e07",
            " wx5fe6bb43205e9e07",
            "wx5fe6bb43205e9e07\n",
            "wx5fe6bb43205é9e07",
        ];
        for bad in bad {
            let message = bad.parse::<Appid>().unwrap_err().to_string();
            assert!(
                message.contains("16 lower-case letters or digits"),
                "{message}"
            );
        }
    }

    #[test]
    fn env_id_takes_letters_digits_and_hyphens() {
        for good in ["a", "test-env-6gni9ity244a6ea3", "Prod-1"] {
            assert_eq!(good.parse::<EnvId>().unwrap().to_string(), good);
        }
        for bad in ["", "a b", "a_b", "a/b", "env\n", "é"] {
            assert!(bad.parse::<EnvId>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn function_name_begins_with_a_letter() {
        let longest = "a".repeat(60);
        for good in ["cloudbase_auth", "a", "F-1_b", &longest] {
            assert_eq!(good.parse::<FunctionName>().unwrap().as_str(), good);
        }
        let longer = "a".repeat(61);
        for bad in ["", "_a", "1a", "a/b", "a b", "a,b", "é", &longer] {
            assert!(bad.parse::<FunctionName>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn ids_go_through_serde_as_text_and_are_checked_on_the_way_in() {
        let appid: Appid = serde_json::from_str("\"wx5fe6bb43205e9e07\"").unwrap();
        assert_eq!(
            serde_json::to_string(&appid).unwrap(),
            "\"wx5fe6bb43205e9e07\""
        );
        assert!(serde_json::from_str::<Appid>("\"nonsense\"").is_err());
        assert!(serde_json::from_str::<EnvId>("\"\"").is_err());
    }

    #[test]
    fn source_type_knows_its_documented_values() {
        let documented: Vec<i64> = (-1..4)
            .filter(|&number| SourceType::new(number).is_documented())
            .collect();
        assert_eq!(documented, [0, 1]);
    }
}
