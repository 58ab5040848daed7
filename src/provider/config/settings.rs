//! From the `provider` block and the environment to the settings of the API client.

use super::Config;
use super::credentials::credentials;
use super::env_vars::{ENDPOINT, EnvVars};
use super::invalid::invalid;
use super::minting::component_appid;
use super::network;
use crate::framework::{Attr, Diagnostic, Diagnostics, GoDuration};
use crate::wechat::{
    BaseUrl, BatchSize, ClientSettings, Credentials, InvalidBaseUrl, RequestRate, TokenSource,
};

/// Whom the API's operator sees calling.
const USER_AGENT: &str = concat!("terraform-provider-cloudbase/", env!("CARGO_PKG_VERSION"));

/// The settings that `config` comes to, or everything that is wrong with it.
///
/// A value that is unknown during a plan counts as the default; an unknown token is an error only
/// once an operation needs it.
pub fn settings(config: &Config, env_vars: &EnvVars) -> Result<ClientSettings, Diagnostics> {
    let mut wrong = Diagnostics::new();
    let mut settings = ClientSettings {
        user_agent: USER_AGENT.to_owned(),
        ..ClientSettings::default()
    };

    if let Some(endpoint) = endpoint(config, env_vars, &mut wrong) {
        settings.endpoint = endpoint;
    }
    settings.roots = network::roots(env_vars);
    settings.uses_proxies =
        !settings.endpoint.is_loopback() && !network::is_without_proxy(env_vars);
    if settings.uses_proxies {
        network::check_proxy(env_vars, &mut wrong);
    }
    if let Some(text) = config.request_timeout.known() {
        match text.parse::<GoDuration>() {
            Ok(timeout) if timeout.get().is_zero() => wrong.push(invalid(
                "request_timeout",
                "`request_timeout` is zero: no request could ever be answered in time. Write a \
                 duration such as `30s`.",
            )),
            Ok(timeout) => settings.request_timeout = timeout.get(),
            Err(error) => wrong.push(invalid("request_timeout", &error.to_string())),
        }
    }
    if let Some(number) = config.max_retries.known() {
        match u32::try_from(*number) {
            Ok(number) => settings.max_retries = number,
            Err(_) => wrong.push(invalid(
                "max_retries",
                &format!("{number} is not a number of retries: write a whole number, 0 or more."),
            )),
        }
    }
    if let Some(number) = config.batch_size.known() {
        match BatchSize::try_from(*number) {
            Ok(size) => settings.batch_size = size,
            Err(error) => wrong.push(invalid("batch_size", &error.to_string())),
        }
    }
    if let Some(across) = config.batch_across_environments.known() {
        settings.batch_across_environments = *across;
    }
    if let Some(number) = config.requests_per_second.known() {
        match RequestRate::try_from(*number) {
            Ok(rate) => settings.requests_per_second = Some(rate),
            Err(error) => wrong.push(invalid("requests_per_second", &error.to_string())),
        }
    }
    settings.credentials = credentials(config, env_vars, &mut wrong);
    if config.endpoint.is_unknown() {
        settings.credentials = unknown_with_the_endpoint();
    }
    if !wrong.has_error() {
        settings.component_appid = component_appid(config, env_vars, &mut wrong);
    }
    if wrong.has_error() {
        Err(wrong)
    } else {
        Ok(settings)
    }
}

/// While the endpoint is not known there is nobody to send a token to: not to the default one,
/// which may be another's.
fn unknown_with_the_endpoint() -> Credentials {
    let unknown = || TokenSource::Unknown {
        origin: "the provider block, whose `endpoint` is not known yet,".to_owned(),
    };
    Credentials {
        component: vec![unknown()],
        authorizer: vec![unknown()],
    }
}

fn endpoint(config: &Config, env_vars: &EnvVars, wrong: &mut Diagnostics) -> Option<BaseUrl> {
    let (text, origin) = match &config.endpoint {
        Attr::Known(text) => (text.clone(), None),
        Attr::Unknown => return None,
        Attr::Null => (env_vars.get(ENDPOINT)?, Some(ENDPOINT)),
    };
    match text.parse() {
        Ok(endpoint) => Some(endpoint),
        Err(error) => {
            let error: InvalidBaseUrl = error;
            wrong.push(match origin {
                None => invalid("endpoint", &error.to_string()),
                Some(variable) => Diagnostic::error(
                    format!("invalid environment variable {variable}"),
                    error.to_string(),
                ),
            });
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::env_vars::{
        AUTHORIZER_ACCESS_TOKEN, COMPONENT_ACCESS_TOKEN, COMPONENT_APPID,
    };
    use super::*;

    fn env_vars(variables: &'static [(&'static str, &'static str)]) -> EnvVars {
        EnvVars::new(move |name| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn an_empty_block_is_the_defaults() {
        let settings = settings(&Config::default(), &env_vars(&[])).unwrap();
        assert_eq!(settings.request_timeout, Duration::from_secs(30));
        assert_eq!(settings.max_retries, 4);
        assert_eq!(settings.batch_size.get(), 50);
        assert!(settings.batch_across_environments);
        assert_eq!(settings.endpoint, BaseUrl::default());
        assert_eq!(settings.user_agent, USER_AGENT);
        assert!(settings.credentials.component.is_empty());
    }

    #[test]
    fn roots_and_proxies_come_from_the_environment() {
        const MALFORMED: (&str, &str) = ("HTTPS_PROXY", "http://");
        let of = |variables| settings(&Config::default(), &env_vars(variables));
        let named = of(&[("SSL_CERT_FILE", "/ca.pem"), ("NO_PROXY", "*")]).unwrap();
        assert_ne!(named.roots, ClientSettings::default().roots);
        assert!(!named.uses_proxies);
        let wrong = of(&[MALFORMED]).unwrap_err();
        assert!(format!("{wrong:?}").contains("HTTPS_PROXY"), "{wrong:?}");
        // Neither of these is asked for through a proxy.
        assert!(of(&[MALFORMED, ("NO_PROXY", "*")]).is_ok());
        assert!(of(&[MALFORMED, (ENDPOINT, "http://127.0.0.1:2")]).is_ok());
    }

    #[test]
    fn the_attribute_goes_before_its_variable() {
        let config = Config {
            component_access_token: Attr::Known("from-attribute".into()),
            endpoint: Attr::Known("http://127.0.0.1:1".to_owned()),
            ..Config::default()
        };
        let env_vars = env_vars(&[
            (COMPONENT_ACCESS_TOKEN, "from-variable"),
            (AUTHORIZER_ACCESS_TOKEN, "from-variable"),
            (ENDPOINT, "http://127.0.0.1:2"),
        ]);
        let settings = settings(&config, &env_vars).unwrap();
        assert_eq!(settings.endpoint, "http://127.0.0.1:1".parse().unwrap());
        let [
            TokenSource::Value { origin: first, .. },
            TokenSource::Value { origin: second, .. },
        ] = settings.credentials.component.as_slice()
        else {
            panic!("two sources of the component token");
        };
        assert!(first.contains("attribute") && second.contains(COMPONENT_ACCESS_TOKEN));
        assert_eq!(settings.credentials.authorizer.len(), 1);
    }

    #[test]
    fn each_bad_argument_is_an_error_at_its_path() {
        let config = Config {
            component_access_token: Attr::Known(" ".into()),
            endpoint: Attr::Known("http://example.com".to_owned()),
            request_timeout: Attr::Known("30".to_owned()),
            max_retries: Attr::Known(-1),
            batch_size: Attr::Known(0),
            ..Config::default()
        };
        let wrong = settings(&config, &env_vars(&[])).unwrap_err();
        let places: Vec<_> = wrong
            .iter()
            .map(|d| d.attribute.as_ref().map(ToString::to_string))
            .collect();
        for place in [
            "component_access_token",
            "endpoint",
            "request_timeout",
            "max_retries",
            "batch_size",
        ] {
            assert!(
                places.contains(&Some(place.to_owned())),
                "{place} not in {places:?}"
            );
        }
    }

    #[test]
    fn unknown_values_are_no_error() {
        let config = Config {
            component_access_token: Attr::Unknown,
            ..Config::default()
        };
        let settings = settings(&config, &env_vars(&[])).unwrap();
        assert!(matches!(
            settings.credentials.component.as_slice(),
            [TokenSource::Unknown { .. }]
        ));
    }

    #[test]
    fn one_environment_a_call_is_only_where_it_is_asked_for() {
        for (across, expected) in [
            (Attr::Known(false), false),
            (Attr::Known(true), true),
            (Attr::Unknown, true),
        ] {
            let config = Config {
                batch_across_environments: across,
                ..Config::default()
            };
            let settings = settings(&config, &env_vars(&[])).unwrap();
            assert_eq!(settings.batch_across_environments, expected);
        }
    }

    #[test]
    fn the_platforms_appid_is_known_without_minting() {
        let env_vars = env_vars(&[
            (COMPONENT_ACCESS_TOKEN, "a-token"),
            (COMPONENT_APPID, "wx5fe6bb43205e9e07"),
        ]);
        let settings = settings(&Config::default(), &env_vars).unwrap();
        let appid = settings.component_appid.unwrap();
        assert_eq!(appid.as_str(), "wx5fe6bb43205e9e07");
        assert_eq!(settings.credentials.component.len(), 1, "nothing is minted");
    }

    #[test]
    fn no_token_goes_to_the_default_endpoint_while_the_configured_one_is_unknown() {
        let config = Config {
            component_access_token: Attr::Known("a-token".into()),
            endpoint: Attr::Unknown,
            ..Config::default()
        };
        let env_vars = env_vars(&[(AUTHORIZER_ACCESS_TOKEN, "from-variable")]);
        let credentials = settings(&config, &env_vars).unwrap().credentials;
        for sources in [credentials.component, credentials.authorizer] {
            assert!(matches!(sources.as_slice(), [TokenSource::Unknown { .. }]));
        }
    }
}
