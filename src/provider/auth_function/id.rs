//! The id of a function in some environments, which imports take.

use std::collections::BTreeSet;
use std::str::FromStr;

use crate::wechat::{EnvId, FunctionName, InvalidEnvId, InvalidFunctionName};

/// `ENV[,ENV…]` for the function `cloudbase_auth`, or `NAME/ENV[,ENV…]`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FunctionId {
    pub(super) name: FunctionName,
    pub(super) envs: BTreeSet<EnvId>,
}

/// Text that is not such an id, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{reason}. The form is `ENV[,ENV…]`, or `NAME/ENV[,ENV…]` for a function with another name than `cloudbase_auth`, for \
     example `tea-house-7gfwxe92efb3aa38,book-shop-1g5fhz2k9c0d7e61`"
)]
pub(super) struct InvalidFunctionId {
    reason: String,
}

impl FromStr for FunctionId {
    type Err = InvalidFunctionId;

    fn from_str(text: &str) -> Result<Self, InvalidFunctionId> {
        let invalid = |reason: String| InvalidFunctionId { reason };
        let (name, envs) = match text.split_once('/') {
            Some((name, envs)) => (Some(name), envs),
            None => (None, text),
        };
        let name = match name {
            Some(name) => name
                .parse()
                .map_err(|error: InvalidFunctionName| invalid(error.to_string()))?,
            None => FunctionName::cloudbase_auth(),
        };
        let envs = envs
            .split(',')
            .map(|env| env.trim().parse())
            .collect::<Result<_, _>>()
            .map_err(|error: InvalidEnvId| invalid(error.to_string()))?;
        Ok(Self { name, envs })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let id: FunctionId = "env-b, env-a".parse().unwrap();
        assert_eq!((id.name.as_str(), id.envs.len()), ("cloudbase_auth", 2));
        let id: FunctionId = "other/env-a".parse().unwrap();
        assert_eq!(id.name.as_str(), "other");
    }

    #[test]
    fn what_is_malformed_is_refused_with_the_form() {
        for text in ["", "a,", "/a", "f/", "f/a/b", "1f/a", "not an id"] {
            let error = text.parse::<FunctionId>().unwrap_err().to_string();
            assert!(error.contains("NAME/ENV[,ENV…]"), "{text}: {error}");
        }
    }
}
