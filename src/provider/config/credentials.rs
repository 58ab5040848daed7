//! Where the two access tokens come from, in order of precedence: attribute, variable,
//! `token_file`, `token_command`, minting.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::Config;
use super::environment::{self as env, Environment};
use super::rivals::refuse_rivals;
use super::settings::invalid;
use crate::framework::{Attr, Diagnostics};
use crate::wechat::{Appid, Credentials, TokenSource};

/// How long `token_command` may run.
const COMMAND_TIME: Duration = Duration::from_secs(30);

/// The sources of both tokens, each list with the first to ask first.
pub(super) fn credentials(
    config: &Config,
    environment: &Environment,
    wrong: &mut Diagnostics,
) -> Credentials {
    refuse_rivals(config, wrong);
    let shared: Vec<TokenSource> = file(config, environment)
        .into_iter()
        .chain(command(config))
        .collect();
    let mut component = token(
        "component_access_token",
        &config.component_access_token,
        env::COMPONENT_ACCESS_TOKEN,
        environment,
        wrong,
    );
    component.extend(shared.iter().cloned());
    component.extend(minted_component(config, environment, wrong));
    let mut authorizer = token(
        "authorizer_access_token",
        &config.authorizer_access_token,
        env::AUTHORIZER_ACCESS_TOKEN,
        environment,
        wrong,
    );
    authorizer.extend(shared);
    authorizer.extend(minted_authorizer(config, environment, wrong));
    Credentials {
        component,
        authorizer,
    }
}

/// The attribute and the variable of one token.
fn token(
    attribute: &'static str,
    value: &Attr<SecretString>,
    variable: &'static str,
    environment: &Environment,
    wrong: &mut Diagnostics,
) -> Vec<TokenSource> {
    let mut sources = Vec::new();
    let origin = format!("the provider attribute `{attribute}`");
    match value {
        Attr::Known(token) if token.expose_secret().trim().is_empty() => wrong.push(invalid(
            attribute,
            &format!(
                "`{attribute}` is empty. Give it the token, or leave it out and set the \
                 environment variable {variable}."
            ),
        )),
        Attr::Known(token) => sources.push(TokenSource::Value {
            token: token.clone(),
            origin,
        }),
        Attr::Unknown => sources.push(TokenSource::Unknown { origin }),
        Attr::Null => {}
    }
    if let Some(token) = environment.get(variable) {
        sources.push(TokenSource::Value {
            token: SecretString::from(token),
            origin: format!("the environment variable {variable}"),
        });
    }
    sources
}

fn file(config: &Config, environment: &Environment) -> Option<TokenSource> {
    let origin = "the provider attribute `token_file`".to_owned();
    match &config.token_file {
        Attr::Known(path) => Some(TokenSource::File {
            path: PathBuf::from(path),
            origin,
        }),
        Attr::Unknown => Some(TokenSource::Unknown { origin }),
        Attr::Null => environment
            .get(env::TOKEN_FILE)
            .map(|path| TokenSource::File {
                path: PathBuf::from(path),
                origin: format!("the environment variable {}", env::TOKEN_FILE),
            }),
    }
}

fn command(config: &Config) -> Option<TokenSource> {
    let origin = "the provider attribute `token_command`".to_owned();
    let argv = match &config.token_command {
        Attr::Known(argv) => argv.iter().map(|word| word.known().cloned()).collect(),
        Attr::Unknown => None,
        Attr::Null => return None,
    };
    Some(match argv {
        Some(argv) => TokenSource::Command {
            argv,
            timeout: COMMAND_TIME,
            origin,
        },
        None => TokenSource::Unknown { origin },
    })
}

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
    environment: &Environment,
) -> Field<T> {
    match value {
        Some(Attr::Known(value)) => Field::Known(value.clone()),
        Some(Attr::Unknown) => Field::Unknown,
        Some(Attr::Null) | None => environment
            .get(variable)
            .map_or(Field::Missing, |value| Field::Known(value.into())),
    }
}

fn minted_component(
    config: &Config,
    environment: &Environment,
    wrong: &mut Diagnostics,
) -> Option<TokenSource> {
    let block = config.component.known();
    let origin = "minting with the provider attribute `component`".to_owned();
    if config.component.is_unknown() {
        return Some(TokenSource::Unknown { origin });
    }
    let appid = field(block.map(|b| &b.appid), env::COMPONENT_APPID, environment);
    let appsecret = field(
        block.map(|b| &b.appsecret),
        env::COMPONENT_APPSECRET,
        environment,
    );
    let verify_ticket = field(
        block.map(|b| &b.verify_ticket),
        env::COMPONENT_VERIFY_TICKET,
        environment,
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
                     {}, {} and {}.",
                    env::COMPONENT_APPID,
                    env::COMPONENT_APPSECRET,
                    env::COMPONENT_VERIFY_TICKET
                ),
            ));
            None
        }
    }
}

fn minted_authorizer(
    config: &Config,
    environment: &Environment,
    wrong: &mut Diagnostics,
) -> Option<TokenSource> {
    let block = config.authorizer.known();
    let origin = "minting with the provider attribute `authorizer`".to_owned();
    if config.authorizer.is_unknown() {
        return Some(TokenSource::Unknown { origin });
    }
    let appid = field(block.map(|b| &b.appid), env::AUTHORIZER_APPID, environment);
    let refresh_token = field(
        block.map(|b| &b.refresh_token),
        env::AUTHORIZER_REFRESH_TOKEN,
        environment,
    );
    let platform = field(
        config.component.known().map(|component| &component.appid),
        env::COMPONENT_APPID,
        environment,
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
    environment: &Environment,
    wrong: &mut Diagnostics,
) -> Option<Appid> {
    let block = config.component.known();
    match field(block.map(|b| &b.appid), env::COMPONENT_APPID, environment) {
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

#[cfg(test)]
mod tests {
    use super::super::model::{Authorizer, Component};
    use super::*;

    const PLATFORM: &str = "wx5fe6bb43205e9e07";
    const MERCHANT: &str = "wx075cf85bf347b6df";

    fn read(
        config: &Config,
        variables: &'static [(&'static str, &'static str)],
    ) -> (Credentials, Diagnostics) {
        let environment = Environment::new(move |name| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        });
        let mut wrong = Diagnostics::new();
        let credentials = credentials(config, &environment, &mut wrong);
        (credentials, wrong)
    }

    /// The kinds of the sources, in order.
    fn kinds(sources: &[TokenSource]) -> Vec<&'static str> {
        sources
            .iter()
            .map(|source| match source {
                TokenSource::Value { .. } => "value",
                TokenSource::Unknown { .. } => "unknown",
                TokenSource::File { .. } => "file",
                TokenSource::Command { .. } => "command",
                TokenSource::MintComponent { .. } => "mint component",
                TokenSource::MintAuthorizer { .. } => "mint authorizer",
            })
            .collect()
    }

    fn component() -> Component {
        Component {
            appid: Attr::Known(PLATFORM.to_owned()),
            appsecret: Attr::Known("secret".into()),
            verify_ticket: Attr::Known("ticket".into()),
        }
    }

    #[test]
    fn sources_are_asked_in_order_of_precedence() {
        let config = Config {
            token_command: Attr::Known(vec![Attr::Known("print-tokens".to_owned())]),
            ..Config::default()
        };
        let (credentials, wrong) = read(
            &config,
            &[
                (env::COMPONENT_ACCESS_TOKEN, "t"),
                (env::TOKEN_FILE, "/tokens.json"),
                (env::COMPONENT_APPID, PLATFORM),
                (env::COMPONENT_APPSECRET, "s"),
                (env::COMPONENT_VERIFY_TICKET, "v"),
                (env::AUTHORIZER_APPID, MERCHANT),
            ],
        );
        assert!(wrong.is_empty(), "{wrong:?}");
        assert_eq!(
            kinds(&credentials.component),
            ["value", "file", "command", "mint component"]
        );
        assert_eq!(
            kinds(&credentials.authorizer),
            ["file", "command", "mint authorizer"]
        );
    }

    #[test]
    fn two_sources_in_the_block_are_refused_by_name() {
        let config = Config {
            component_access_token: Attr::Known("t".into()),
            token_command: Attr::Known(vec![]),
            ..Config::default()
        };
        let (_, wrong) = read(&config, &[]);
        let [only] = wrong.iter().collect::<Vec<_>>()[..] else {
            panic!("{wrong:?}")
        };
        assert!(
            only.summary
                .contains("`component_access_token` and `token_command`")
        );
        // One for each token do not rival.
        let config = Config {
            component_access_token: Attr::Known("t".into()),
            authorizer_access_token: Attr::Known("t".into()),
            ..Config::default()
        };
        assert!(read(&config, &[]).1.is_empty());
    }

    #[test]
    fn minting_needs_all_its_parts() {
        let missing = Component {
            appsecret: Attr::Null,
            ..component()
        };
        let config = Config {
            component: Attr::Known(missing),
            ..Config::default()
        };
        assert!(read(&config, &[]).1.has_error());
        assert!(
            read(&config, &[(env::COMPONENT_APPSECRET, "s")])
                .1
                .is_empty()
        );

        let authorizer = Authorizer {
            appid: Attr::Known(MERCHANT.to_owned()),
            refresh_token: Attr::Null,
        };
        let config = Config {
            authorizer: Attr::Known(authorizer),
            ..Config::default()
        };
        assert!(
            read(&config, &[]).1.has_error(),
            "the platform's appid is missing"
        );
        assert!(
            read(&config, &[(env::COMPONENT_APPID, PLATFORM)])
                .1
                .is_empty()
        );
    }

    #[test]
    fn what_is_unknown_does_not_rival() {
        let config = Config {
            component_access_token: Attr::Unknown,
            token_command: Attr::Unknown,
            token_file: Attr::Known("/tokens.json".to_owned()),
            ..Config::default()
        };
        let (_, wrong) = read(&config, &[]);
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn unknown_parts_make_an_unknown_token() {
        let config = Config {
            component: Attr::Known(Component {
                verify_ticket: Attr::Unknown,
                ..component()
            }),
            token_file: Attr::Null,
            ..Config::default()
        };
        let (credentials, wrong) = read(&config, &[]);
        assert!(wrong.is_empty(), "{wrong:?}");
        assert_eq!(kinds(&credentials.component), ["unknown"]);
    }
}
