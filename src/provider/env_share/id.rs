//! The id of a set of shares: what imports take, and what the functions make and read.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::wechat::{Appid, EnvId, SourceType};

/// `ENV/APPID[,APPID…]`, or `SOURCE_TYPE/ENV/APPID[,APPID…]`.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::provider) struct ShareId {
    pub(in crate::provider) source_type: Option<SourceType>,
    pub(in crate::provider) env: EnvId,
    pub(in crate::provider) appids: BTreeSet<Appid>,
}

/// Text that is not a share id, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{reason}. The form is `ENV/APPID[,APPID…]`, or `SOURCE_TYPE/ENV/APPID[,APPID…]` for an \
     environment with a source type, for example \
     `test-env-6gni9ity244a6ea3/wx5fe6bb43205e9e07,wx075cf85bf347b6df`"
)]
pub(in crate::provider) struct InvalidShareId {
    reason: String,
}

/// With the appids in order.
impl fmt::Display for ShareId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(source_type) = self.source_type {
            write!(f, "{source_type}/")?;
        }
        let appids: Vec<_> = self.appids.iter().map(Appid::as_str).collect();
        write!(f, "{}/{}", self.env, appids.join(","))
    }
}

impl FromStr for ShareId {
    type Err = InvalidShareId;

    fn from_str(text: &str) -> Result<Self, InvalidShareId> {
        let invalid = |reason: String| InvalidShareId { reason };
        let parts: Vec<_> = text.split('/').collect();
        let (source_type, env, appids) = match parts.as_slice() {
            [env, appids] => (None, *env, *appids),
            [source_type, env, appids] => (Some(*source_type), *env, *appids),
            parts => {
                let count = parts.len() - 1;
                return Err(invalid(format!(
                    "the id `{text}` has {count} slashes, not one or two"
                )));
            }
        };
        let source_type = source_type
            .map(|number| {
                let whole = number.parse().map(SourceType::new);
                whole.map_err(|_| invalid(format!("`{number}` is not a source type number")))
            })
            .transpose()?;
        let env = env
            .parse::<EnvId>()
            .map_err(|error| invalid(error.to_string()))?;
        let appids = appids
            .split(',')
            .map(|appid| {
                appid
                    .trim()
                    .parse()
                    .map_err(|error| invalid(format!("{error}")))
            })
            .collect::<Result<BTreeSet<Appid>, _>>()?;
        Ok(Self {
            source_type,
            env,
            appids,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "wx5fe6bb43205e9e07";
    const B: &str = "wx075cf85bf347b6df";

    #[test]
    fn what_is_written_is_read() {
        for text in [format!("test-env/{B},{A}"), format!("1/test-env/{A}")] {
            assert_eq!(text.parse::<ShareId>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn both_forms_are_read() {
        let id: ShareId = format!("test-env/{A}, {B}").parse().unwrap();
        assert_eq!(
            (id.source_type, id.env.as_str(), id.appids.len()),
            (None, "test-env", 2)
        );
        let id: ShareId = format!("1/test-env/{A}").parse().unwrap();
        assert_eq!(
            (id.source_type, id.appids.len()),
            (Some(SourceType::new(1)), 1)
        );
    }

    #[test]
    fn what_is_malformed_is_refused_with_the_form() {
        let malformed = [
            "",
            "test-env",
            "test-env/",
            "/wx",
            "one/test-env/wx5fe6bb43205e9e07",
        ];
        let too_long = format!("1/2/3/{A}");
        for text in malformed.into_iter().chain([too_long.as_str()]) {
            let error = text.parse::<ShareId>().unwrap_err().to_string();
            assert!(error.contains("ENV/APPID[,APPID…]"), "{text}: {error}");
        }
    }
}
