//! The schema of the `provider` block.

use super::environment as env;
use crate::framework::Type;
use crate::framework::schema::{Attribute, Nesting, Schema};
use crate::provider::validators;

/// The schema of the `provider` block.
pub fn schema() -> Schema {
    Schema::new(
        "Shares WeChat CloudBase environments with the mini programs of many merchants, through \
         the API of a third-party platform.\n\n\
         Each of the two access tokens is taken from the first of these that has it: its \
         attribute, its environment variable, `token_file`, `token_command`, minting with \
         `component` or `authorizer`. A token is asked for when an operation first needs it.",
        vec![
            Attribute::string(
                "component_access_token",
                format!(
                    "Access token of the third-party platform (`component_access_token`), for \
                     sharing, unsharing, querying and converting. Environment variable: `{}`.",
                    env::COMPONENT_ACCESS_TOKEN
                ),
            )
            .sensitive(),
            Attribute::string(
                "authorizer_access_token",
                format!(
                    "Access token on behalf of one merchant (`authorizer_access_token`), for \
                     environment information and converting. Environment variable: `{}`.",
                    env::AUTHORIZER_ACCESS_TOKEN
                ),
            )
            .sensitive(),
            Attribute::string(
                "token_file",
                format!(
                    "Path of a file with the JSON `{{\"component_access_token\": …, \
                     \"authorizer_access_token\": …}}`; either may be left out. It is read again \
                     when a token is refused. Environment variable: `{}`.",
                    env::TOKEN_FILE
                ),
            ),
            Attribute::new(
                "token_command",
                Type::list(Type::String),
                "Program and arguments, run without a shell, that print the same JSON. It is run \
                 when a token is first needed, and again when one is refused; it has 30 seconds.",
            )
            .validate(validators::not_empty(
                "Name the program, or leave the argument out.",
            )),
            component(),
            authorizer(),
            Attribute::string(
                "endpoint",
                format!(
                    "Address of the API, by default `https://api.weixin.qq.com`. Plain `http` is \
                     for a loopback host only, such as the sandbox. Environment variable: `{}`.",
                    env::ENDPOINT
                ),
            ),
            Attribute::string(
                "request_timeout",
                "How long one HTTP attempt may take, as a duration such as `30s` (the default) \
                 or `1m30s`.",
            ),
            Attribute::integer(
                "max_retries",
                "How often a call that failed in passing is repeated after its first attempt, by \
                 default 4.",
            ),
            Attribute::number(
                "requests_per_second",
                "Ceiling on calls a second, over all operations of the process; may be a fraction, \
                 such as 0.5. Without it there is none.",
            ),
            Attribute::integer(
                "batch_size",
                "How many appids one batch call names at most, from 1 to 1000, by default 50.",
            ),
            Attribute::bool(
                "batch_across_environments",
                "Whether one share or unshare call may carry mini programs of several environments, \
                 by default true. False sends one environment a call.",
            ),
        ],
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
        "Mints a component access token, at most once a process, and once more if it is refused. \
         **A new token leaves the one that a production service of the same platform holds five \
         minutes to live.** Use it only where nothing else uses the platform. Beside a token from \
         elsewhere, `appid` alone says which platform it is; then nothing is minted.",
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
            "Mints an authorizer access token with the component access token. It also needs the \
             platform's own appid: from `component`, or `{}`.",
            env::COMPONENT_APPID
        ),
    )
}
