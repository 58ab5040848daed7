//! Yes and no as the API sends them.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::Integer;

/// True or false, also as a string or as 1 and 0; nothing where it is missing, null or anything else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::wechat) struct Flag(Option<bool>);

impl Flag {
    pub(in crate::wechat) const fn get(self) -> Option<bool> {
        self.0
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // As text, as an integer is read.
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Ok(Self(match raw.get().trim_matches('"') {
            "true" => Some(true),
            "false" => Some(false),
            _ => match Integer::of(&raw).get() {
                Some(1) => Some(true),
                Some(0) => Some(false),
                _ => None,
            },
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_digits_and_nothing_else() {
        for (json, expected) in [
            ("true", Some(true)),
            ("false", Some(false)),
            (r#""true""#, Some(true)),
            (r#""false""#, Some(false)),
            ("1", Some(true)),
            ("0", Some(false)),
            (r#""1""#, Some(true)),
            (r#""0""#, Some(false)),
            ("null", None),
            ("2", None),
            (r#""yes""#, None),
            ("{}", None),
            ("[true]", None),
        ] {
            let flag: Flag = serde_json::from_str(json).unwrap();
            assert_eq!(flag.get(), expected, "{json}");
        }
    }
}
