//! The `provider` block as a struct.

use secrecy::SecretString;
use serde::Deserialize;

use crate::framework::Attr;

/// The `provider` block. During a plan any value may be unknown.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    pub(super) component_access_token: Attr<SecretString>,
    pub(super) authorizer_access_token: Attr<SecretString>,
    pub(super) token_file: Attr<String>,
    pub(super) token_command: Attr<Vec<Attr<String>>>,
    pub(super) component: Attr<Component>,
    pub(super) authorizer: Attr<Authorizer>,
    pub(super) endpoint: Attr<String>,
    pub(super) request_timeout: Attr<String>,
    pub(super) max_retries: Attr<i64>,
    pub(super) requests_per_second: Attr<f64>,
    pub(super) batch_size: Attr<i64>,
    pub(super) batch_across_environments: Attr<bool>,
    pub(super) max_confirmation_requests: Attr<i64>,
}

impl Config {
    /// A block with nothing but a `token_command`: the program and its arguments, or none at all.
    pub fn of_token_command(argv: Vec<String>) -> Self {
        let token_command = if argv.is_empty() {
            Attr::Null
        } else {
            Attr::Known(argv.into_iter().map(Attr::Known).collect())
        };
        Self {
            token_command,
            ..Self::default()
        }
    }
}

/// What a component access token is minted with. What is left out comes from the environment.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Component {
    pub(super) appid: Attr<String>,
    pub(super) appsecret: Attr<SecretString>,
    pub(super) verify_ticket: Attr<SecretString>,
}

impl Component {
    /// Whether at most the appid is there.
    pub(super) fn has_no_secrets(&self) -> bool {
        matches!(
            (&self.appsecret, &self.verify_ticket),
            (Attr::Null, Attr::Null)
        )
    }
}

/// What an authorizer access token is minted with. What is left out comes from the environment.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Authorizer {
    pub(super) appid: Attr<String>,
    pub(super) refresh_token: Attr<SecretString>,
}
