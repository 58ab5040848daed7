//! The third-party platform: its credentials and the merchants that authorised it.

use serde::{Deserialize, Serialize};

use super::tokens::{random_appid, random_text};

/// Credentials that `api_component_token` takes. Invented at every start unless seeded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Component {
    /// `component_appid`.
    pub appid: String,
    /// `component_appsecret`.
    pub appsecret: String,
    /// `component_verify_ticket`.
    pub verify_ticket: String,
}

impl Component {
    pub(super) fn random() -> Self {
        Self {
            appid: random_appid(),
            appsecret: format!("{:032x}", fastrand::u128(..)),
            verify_ticket: format!("ticket@@@{}", random_text(86)),
        }
    }
}

/// A merchant that authorised the platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authorizer {
    /// The merchant's mini program.
    pub appid: String,
    /// Absent when the authorisation code was never exchanged, as the real list can show.
    #[serde(default)]
    pub refresh_token: Option<String>,
    /// Unix seconds.
    #[serde(default = "auth_time")]
    pub auth_time: i64,
    /// Ids of the permission sets granted; 18 and 49 are the ones cloud development needs.
    #[serde(default = "permission_sets")]
    pub permission_sets: Vec<i64>,
    /// The legal subject, e.g. a company; not known when absent.
    #[serde(default)]
    pub principal_name: Option<String>,
    /// The mini program's name, as its users know it; the API makes do with the appid when absent.
    #[serde(default)]
    pub nick_name: Option<String>,
}

impl Authorizer {
    /// A merchant that granted what cloud development needs, with an invented refresh token.
    pub fn new(appid: impl Into<String>) -> Self {
        Self {
            appid: appid.into(),
            refresh_token: Some(format!("refreshtoken@@@{}", random_text(43))),
            auth_time: auth_time(),
            permission_sets: permission_sets(),
            principal_name: None,
            nick_name: None,
        }
    }

    pub(super) fn random() -> Self {
        Self::new(random_appid())
    }
}

fn auth_time() -> i64 {
    1_700_000_000
}

fn permission_sets() -> Vec<i64> {
    vec![18, 49]
}

/// The platform as the token endpoints see it.
#[derive(Debug)]
pub(super) struct Platform {
    pub(super) component: Component,
    pub(super) authorizers: Vec<Authorizer>,
    /// The merchant whose token `Sandbox::authorizer_token` hands out: the first seeded one.
    pub(super) first_authorizer: String,
}

impl Platform {
    pub(super) fn new(component: Component, authorizers: Vec<Authorizer>) -> Self {
        let first_authorizer = authorizers
            .first()
            .map_or_else(random_appid, |first| first.appid.clone());
        Self {
            component,
            authorizers,
            first_authorizer,
        }
    }

    pub(super) fn authorizer(&self, appid: &str) -> Option<&Authorizer> {
        self.authorizers
            .iter()
            .find(|authorizer| authorizer.appid == appid)
    }

    /// Adds a merchant, or replaces the one with the same appid.
    pub(super) fn put_authorizer(&mut self, authorizer: Authorizer) {
        match self
            .authorizers
            .iter_mut()
            .find(|other| other.appid == authorizer.appid)
        {
            Some(other) => *other = authorizer,
            None => self.authorizers.push(authorizer),
        }
    }
}
