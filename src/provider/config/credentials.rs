//! Where the two access tokens come from, in order of precedence: attribute, variable,
//! `token_file`, `token_command`, minting.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::Config;
use super::env_vars::{self as env, EnvVars};
use super::invalid::invalid;
use super::minting::{minted_authorizer, minted_component};
use crate::framework::{Attr, Diagnostics};
use crate::wechat::{Credentials, TokenSource};

/// What Terraform and this process have between them: with it `token_command` could take part in that, or be taken for a
/// plugin itself.
const OF_THE_HOST: &[&str] = &["TF_PLUGIN_", "PLUGIN_"];

/// How long `token_command` may run.
const COMMAND_TIME: Duration = Duration::from_secs(30);

/// The sources of both tokens, each list with the first to ask first.
pub(super) fn credentials(
    config: &Config,
    env_vars: &EnvVars,
    wrong: &mut Diagnostics,
) -> Credentials {
    let shared: Vec<TokenSource> = file(config, env_vars)
        .into_iter()
        .chain(command(config))
        .collect();
    let mut component = token(
        "component_access_token",
        &config.component_access_token,
        env::COMPONENT_ACCESS_TOKEN,
        env_vars,
        wrong,
    );
    component.extend(shared.iter().cloned());
    let elsewhere = !component.is_empty();
    component.extend(minted_component(config, env_vars, elsewhere, wrong));
    let mut authorizer = token(
        "authorizer_access_token",
        &config.authorizer_access_token,
        env::AUTHORIZER_ACCESS_TOKEN,
        env_vars,
        wrong,
    );
    authorizer.extend(shared);
    authorizer.extend(minted_authorizer(config, env_vars, wrong));
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
    env_vars: &EnvVars,
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
    if let Some(token) = env_vars.get(variable) {
        sources.push(TokenSource::Value {
            token: SecretString::from(token),
            origin: format!("the environment variable {variable}"),
        });
    }
    sources
}

fn file(config: &Config, env_vars: &EnvVars) -> Option<TokenSource> {
    let origin = "the provider attribute `token_file`".to_owned();
    match &config.token_file {
        Attr::Known(path) => Some(TokenSource::File {
            path: PathBuf::from(path),
            origin,
        }),
        Attr::Unknown => Some(TokenSource::Unknown { origin }),
        Attr::Null => env_vars.get(env::TOKEN_FILE).map(|path| TokenSource::File {
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
            withheld: OF_THE_HOST,
            origin,
        },
        None => TokenSource::Unknown { origin },
    })
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
        let env_vars = EnvVars::new(move |name| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        });
        let mut wrong = Diagnostics::new();
        let credentials = credentials(config, &env_vars, &mut wrong);
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
    fn the_platforms_appid_alone_goes_beside_a_token_from_elsewhere() {
        let appid_alone = |appid| Config {
            component: Attr::Known(Component {
                appid,
                ..Component::default()
            }),
            ..Config::default()
        };
        let known = || Attr::Known(PLATFORM.to_owned());
        let with_token = |token| Config {
            component_access_token: token,
            ..appid_alone(known())
        };
        let with_command = |appid| Config {
            token_command: Attr::Known(vec![Attr::Known("print-tokens".to_owned())]),
            ..appid_alone(appid)
        };
        let token = &[(env::COMPONENT_ACCESS_TOKEN, "t")][..];
        let file = &[(env::TOKEN_FILE, "/tokens.json")][..];
        for (config, variables, kind) in [
            (with_token(Attr::Known("t".into())), &[][..], "value"),
            (with_token(Attr::Unknown), &[], "unknown"),
            (appid_alone(known()), token, "value"),
            (appid_alone(Attr::Unknown), token, "value"),
            (appid_alone(known()), file, "file"),
            (with_command(known()), &[], "command"),
            (with_command(Attr::Unknown), &[], "command"),
        ] {
            let (credentials, wrong) = read(&config, variables);
            assert!(wrong.is_empty(), "{wrong:?}");
            assert_eq!(kinds(&credentials.component), [kind], "nothing is minted");
        }
        // With the rest in variables it is minted where the token is not to be had.
        let rest = [
            (env::COMPONENT_ACCESS_TOKEN, "t"),
            (env::COMPONENT_APPSECRET, "s"),
            (env::COMPONENT_VERIFY_TICKET, "v"),
        ];
        let (credentials, _) = read(&appid_alone(known()), rest.to_vec().leak());
        assert_eq!(kinds(&credentials.component), ["value", "mint component"]);

        let without_ticket = Component {
            verify_ticket: Attr::Null,
            ..component()
        };
        let half = Config {
            component: Attr::Known(without_ticket),
            ..Config::default()
        };
        let nothing = Config {
            component: Attr::Known(Component::default()),
            ..Config::default()
        };
        for (config, variables) in [
            (appid_alone(known()), &[][..]),
            (half, token),
            (nothing, token),
        ] {
            let (_, wrong) = read(&config, variables);
            let [only] = wrong.iter().collect::<Vec<_>>()[..] else {
                panic!("{wrong:?}")
            };
            assert!(only.detail.contains("`verify_ticket`"), "{only:?}");
        }
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
