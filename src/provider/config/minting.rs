//! Tokens that the provider mints itself: from `component` and `authorizer`, or their variables.

use super::Config;
use super::env_vars::{self as env, EnvVars};
use super::invalid::invalid;
use super::model::Component;
use crate::framework::{Attr, Diagnostics};
use crate::wechat::{Appid, TokenSource};

/// One field of a nested attribute, or its variable.
#[derive(Debug)]
enum Field<T> {
    Known(T),
    Missing,
    Unknown,
}

fn field<T: Clone + From<String>>(
    value: Option<&Attr<T>>,
    variable: &'static str,
    env_vars: &EnvVars,
) -> Field<T> {
    match value {
        Some(Attr::Known(value)) => Field::Known(value.clone()),
        Some(Attr::Unknown) => Field::Unknown,
        Some(Attr::Null) | None => env_vars
            .get(variable)
            .map_or(Field::Missing, |value| Field::Known(value.into())),
    }
}

/// The component access token that `component` mints. Where it comes from `elsewhere` as well, the
/// appid alone may be there, to say which platform it is.
pub(super) fn minted_component(
    config: &Config,
    env_vars: &EnvVars,
    elsewhere: bool,
    wrong: &mut Diagnostics,
) -> Option<TokenSource> {
    let block = config.component.known();
    let origin = "minting with the provider attribute `component`".to_owned();
    if config.component.is_unknown() {
        return Some(TokenSource::Unknown { origin });
    }
    let appid = field(block.map(|b| &b.appid), env::COMPONENT_APPID, env_vars);
    let appsecret = field(
        block.map(|b| &b.appsecret),
        env::COMPONENT_APPSECRET,
        env_vars,
    );
    let verify_ticket = field(
        block.map(|b| &b.verify_ticket),
        env::COMPONENT_VERIFY_TICKET,
        env_vars,
    );
    match (appid, appsecret, verify_ticket) {
        (Field::Known(appid), Field::Known(appsecret), Field::Known(verify_ticket)) => {
            let appid = parse_appid(&appid, "component", env::COMPONENT_APPID, wrong)?;
            let origin = if block.is_some() {
                origin
            } else {
                format!(
                    "minting with the environment variable {}",
                    env::COMPONENT_APPSECRET
                )
            };
            Some(TokenSource::MintComponent {
                appid,
                appsecret,
                verify_ticket,
                origin,
            })
        }
        (Field::Known(_) | Field::Unknown, Field::Missing, _)
        | (Field::Known(_) | Field::Unknown, _, Field::Missing)
            if elsewhere && block.is_some_and(Component::has_no_secrets) =>
        {
            None
        }
        (Field::Unknown, ..) | (_, Field::Unknown, _) | (.., Field::Unknown) => {
            Some(TokenSource::Unknown { origin })
        }
        // The appid alone may be meant for minting an authorizer token.
        _ if block.is_none() => None,
        _ => {
            wrong.push(invalid(
                "component",
                &format!(
                    "Minting needs `appid`, `appsecret` and `verify_ticket`: in the block, or in \
                     {}, {} and {}. `appid` alone is enough only where the component access token \
                     comes from elsewhere.",
                    env::COMPONENT_APPID,
                    env::COMPONENT_APPSECRET,
                    env::COMPONENT_VERIFY_TICKET
                ),
            ));
            None
        }
    }
}

/// The authorizer access token that `authorizer` mints.
pub(super) fn minted_authorizer(
    config: &Config,
    env_vars: &EnvVars,
    wrong: &mut Diagnostics,
) -> Option<TokenSource> {
    let block = config.authorizer.known();
    let origin = "minting with the provider attribute `authorizer`".to_owned();
    if config.authorizer.is_unknown() {
        return Some(TokenSource::Unknown { origin });
    }
    let appid = field(block.map(|b| &b.appid), env::AUTHORIZER_APPID, env_vars);
    let refresh_token = field(
        block.map(|b| &b.refresh_token),
        env::AUTHORIZER_REFRESH_TOKEN,
        env_vars,
    );
    let platform = field(
        config.component.known().map(|component| &component.appid),
        env::COMPONENT_APPID,
        env_vars,
    );
    let appid = match (appid, &refresh_token, &platform) {
        (Field::Unknown, ..) | (_, Field::Unknown, _) | (.., Field::Unknown) => {
            return Some(TokenSource::Unknown { origin });
        }
        (Field::Known(appid), ..) => appid,
        (Field::Missing, ..) => {
            if block.is_some() {
                wrong.push(invalid(
                    "authorizer",
                    &format!(
                        "Minting needs the `appid` of the merchant's account: in the block, or in \
                         {}.",
                        env::AUTHORIZER_APPID
                    ),
                ));
            }
            return None;
        }
    };
    let authorizer_appid = parse_appid(&appid, "authorizer", env::AUTHORIZER_APPID, wrong)?;
    let component_appid = match platform {
        Field::Known(appid) => Some(parse_appid(
            &appid,
            "component",
            env::COMPONENT_APPID,
            wrong,
        )?),
        Field::Missing | Field::Unknown => {
            wrong.push(invalid(
                "authorizer",
                &format!(
                    "Minting an authorizer access token needs the appid of the third-party \
                     platform, too: set `component.appid` or {}.",
                    env::COMPONENT_APPID
                ),
            ));
            return None;
        }
    };
    let refresh_token = match refresh_token {
        Field::Known(token) => Some(token),
        Field::Missing | Field::Unknown => None,
    };
    let origin = if block.is_some() {
        origin
    } else {
        format!(
            "minting with the environment variable {}",
            env::AUTHORIZER_APPID
        )
    };
    Some(TokenSource::MintAuthorizer {
        component_appid,
        authorizer_appid,
        refresh_token,
        origin,
    })
}

/// The appid of the third-party platform, whether or not anything is minted with it.
pub(super) fn component_appid(
    config: &Config,
    env_vars: &EnvVars,
    wrong: &mut Diagnostics,
) -> Option<Appid> {
    let block = config.component.known();
    match field(block.map(|b| &b.appid), env::COMPONENT_APPID, env_vars) {
        Field::Known(appid) => parse_appid(&appid, "component", env::COMPONENT_APPID, wrong),
        Field::Missing | Field::Unknown => None,
    }
}

fn parse_appid(
    text: &str,
    attribute: &str,
    variable: &str,
    wrong: &mut Diagnostics,
) -> Option<Appid> {
    match text.parse() {
        Ok(appid) => Some(appid),
        Err(error) => {
            let detail = format!("`{attribute}.appid` or {variable}: {error}.");
            wrong.push(invalid(attribute, &detail));
            None
        }
    }
}
