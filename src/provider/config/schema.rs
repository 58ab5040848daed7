//! The schema of the `provider` block.

use super::env_vars as env;
use crate::framework::Type;
use crate::framework::schema::{Attribute, Nesting, Relation, Schema};
use crate::provider::validators;

/// The schema of the `provider` block.
pub fn schema() -> Schema {
    Schema::new(
        "Shares each merchant's WeChat CloudBase environment with the merchant's mini programs, \
         through the API of a third-party platform.",
        vec![
            Attribute::string(
                "component_access_token",
                format!(
                    "Access token of the third-party platform (`component_access_token`), for \
                     sharing, unsharing, querying and converting. Environment variable: `{}`.",
                    env::COMPONENT_ACCESS_TOKEN
                ),
            )
            .sensitive()
            .relation(other_source(&[
                "token_file",
                "token_command",
                SECRET,
                TICKET,
            ])),
            Attribute::string(
                "authorizer_access_token",
                format!(
                    "Access token on behalf of one merchant (`authorizer_access_token`), for \
                     environment information and converting. Environment variable: `{}`.",
                    env::AUTHORIZER_ACCESS_TOKEN
                ),
            )
            .sensitive()
            .relation(other_source(&["token_file", "token_command", "authorizer"])),
            Attribute::string(
                "token_file",
                format!(
                    "Path of a file with the JSON `{{\"component_access_token\": …, \
                     \"authorizer_access_token\": …}}`; either may be left out. It is read again \
                     when a token is refused. One that every user of the machine may read is a \
                     warning. Environment variable: `{}`.",
                    env::TOKEN_FILE
                ),
            )
            .relation(other_source(&[
                "token_command",
                SECRET,
                TICKET,
                "authorizer",
            ])),
            Attribute::new(
                "token_command",
                Type::list(Type::String),
                "Program and arguments, run without a shell, that print the same JSON. It is run \
                 when a token is first needed, and again when one is refused. It must finish within \
                 30 seconds.",
            )
            .validate(validators::not_empty(
                "Name the program, or leave the argument out.",
            ))
            .relation(other_source(&[SECRET, TICKET, "authorizer"])),
            component(),
            authorizer(),
            Attribute::string(
                "endpoint",
                format!(
                    "Address of the API. Defaults to `https://api.weixin.qq.com`. Plain `http` is \
                     allowed for loopback hosts only, such as the sandbox. Environment variable: \
                     `{}`.",
                    env::ENDPOINT
                ),
            ),
            Attribute::string(
                "request_timeout",
                "Timeout of each HTTP attempt, as a duration such as `30s` (default) or `1m30s`.",
            ),
            Attribute::integer(
                "max_retries",
                "Maximum number of retries after a transient failure. Defaults to 4.",
            ),
            Attribute::number(
                "requests_per_second",
                "Maximum number of API calls per second across all operations; fractions such as \
                 0.5 are allowed. Unlimited by default.",
            ),
            Attribute::integer(
                "batch_size",
                "Maximum number of appids in one batch call, from 1 to 1000. Defaults to 50.",
            ),
            Attribute::bool(
                "batch_across_environments",
                "Whether one share or unshare call may include mini programs of several \
                 environments. Defaults to true. If false, each call is for one environment.",
            ),
            Attribute::integer(
                "max_confirmation_requests",
                "Maximum number of administrators that one run may ask to confirm, over all resources and actions of \
                 this provider configuration. A plan that would ask more is an error before anything is sent, and so \
                 is an apply. 0 means that nobody may be asked. Unlimited by default.",
            ),
        ],
    )
}

const SECRET: &str = "component.appsecret";
const TICKET: &str = "component.verify_ticket";

/// Two sources of one token in the block leave open which one is meant. The appid of `component` alone
/// is no source.
fn other_source(others: &[&'static str]) -> Relation {
    Relation::conflicts_with(others).because(
        "Both supply the same access token. Keep one of them in the provider block. Environment \
         variables are asked only where the block says nothing of their kind.",
    )
}

fn component() -> Attribute {
    Attribute::nested(
        "component",
        Nesting::Single,
        vec![
            Attribute::string(
                "appid",
                format!(
                    "Appid of the third-party platform. Environment variable: `{}`.",
                    env::COMPONENT_APPID
                ),
            ),
            Attribute::string(
                "appsecret",
                format!(
                    "AppSecret of the third-party platform. Environment variable: `{}`.",
                    env::COMPONENT_APPSECRET
                ),
            )
            .sensitive(),
            Attribute::string(
                "verify_ticket",
                format!(
                    "The latest `component_verify_ticket` that WeChat has pushed to the platform. \
                     Environment variable: `{}`.",
                    env::COMPONENT_VERIFY_TICKET
                ),
            )
            .sensitive(),
        ],
        "Fetches a component access token: once per process, and again if it is refused. **A token \
         that a production service of the same platform holds expires five minutes after a new one \
         is fetched.** Use this only where nothing else uses the platform. With a token from another \
         source, set `appid` alone to name the platform; then nothing is fetched.",
    )
}

fn authorizer() -> Attribute {
    Attribute::nested(
        "authorizer",
        Nesting::Single,
        vec![
            Attribute::string(
                "appid",
                format!(
                    "Appid of the merchant's account. Environment variable: `{}`.",
                    env::AUTHORIZER_APPID
                ),
            ),
            Attribute::string(
                "refresh_token",
                format!(
                    "The account's `authorizer_refresh_token`. Without it, it is looked up in the \
                     platform's list of authorizers. Environment variable: `{}`.",
                    env::AUTHORIZER_REFRESH_TOKEN
                ),
            )
            .sensitive(),
        ],
        format!(
            "Fetches an authorizer access token with the component access token. It also needs the \
             platform's own appid: from `component`, or `{}`.",
            env::COMPONENT_APPID
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::Value;

    /// What is wrong with a block that has these arguments.
    fn wrong<const N: usize>(arguments: [(&str, Value); N]) -> Vec<String> {
        let config = Value::object(arguments).conform(&schema().ty()).unwrap();
        let wrong = schema().validate(&config).into_iter();
        wrong.map(|diagnostic| diagnostic.summary).collect()
    }

    #[test]
    fn two_sources_of_one_token_in_the_block_are_refused_by_name() {
        let text = || Value::string("t");
        let argv = || Value::List(vec![text()]);
        let minting = || Value::object([("appid", text()), ("verify_ticket", text())]);
        for (arguments, expected) in [
            (
                [
                    ("component_access_token", text()),
                    ("token_command", argv()),
                ],
                "`component_access_token` conflicts with `token_command`",
            ),
            (
                [("authorizer_access_token", text()), ("token_file", text())],
                "`authorizer_access_token` conflicts with `token_file`",
            ),
            (
                [("token_file", text()), ("component", minting())],
                "`token_file` conflicts with `component.verify_ticket`",
            ),
            (
                [("token_command", argv()), ("authorizer", Value::object([]))],
                "`token_command` conflicts with `authorizer`",
            ),
        ] {
            assert_eq!(wrong(arguments), [expected]);
        }
    }

    #[test]
    fn what_supplies_no_token_or_another_one_does_not_conflict() {
        let text = || Value::string("t");
        let tokens = ["component_access_token", "authorizer_access_token"];
        assert_eq!(wrong(tokens.map(|token| (token, text()))), [""; 0]);
        let platform = Value::object([("appid", text())]);
        assert_eq!(
            wrong([("token_file", text()), ("component", platform)]),
            [""; 0]
        );
        let unknown = [
            ("component_access_token", Value::Unknown),
            ("token_command", Value::Unknown),
            ("token_file", text()),
        ];
        assert_eq!(wrong(unknown), [""; 0], "it may turn out to be null");
    }
}
