//! What helps against a failure of the API in a Terraform configuration: the client explains it in the API's terms, and
//! knows no provider block, no attribute and no apply.

use std::borrow::Cow;

use super::asked::{Asked, Kind};
use crate::wechat::{Class, Error, Setting, TokenKind};

/// What `error` means and what to do next, as the detail of a diagnostic whose summary has its reason.
pub(super) fn detail(error: &Error, asked: &Asked) -> String {
    let mut detail = detail_without_rid(error, asked);
    if let Some(rid) = rid(error) {
        detail.push('\n');
        detail.push_str(&rid);
    }
    detail
}

/// By what WeChat's support finds the call, if the API said so.
pub(super) fn rid(error: &Error) -> Option<String> {
    error.rid().map(|rid| format!("rid: {rid}"))
}

/// As [`detail`], without what is different in each call.
pub(super) fn detail_without_rid(error: &Error, asked: &Asked) -> String {
    let open = error
        .may_have_been_applied()
        .then_some(match asked.kind {
            Kind::Share => {
                "The next apply checks first whether the share is in effect. A share that is not confirmed yet does \
                 not show up, so its administrator will be asked again."
            }
            Kind::Unshare => "The next apply checks first whether the share has ended.",
            Kind::Convert => {
                "Whether an environment is converted cannot be looked up: check it in the console before you apply \
                 again."
            }
            Kind::Whitelist => "The next plan shows what the whitelist has.",
            Kind::Upload => "The next apply looks for the function first, and then sends the code once more.",
            Kind::DeleteFunction => "The next apply checks first whether the function is still there.",
            Kind::Quota | Kind::Read => "",
        })
        .filter(|open| !open.is_empty());
    let next = next(error, asked);
    error.detail_with(open.into_iter().chain(next.as_deref()))
}

fn next(error: &Error, asked: &Asked) -> Option<Cow<'static, str>> {
    let words = match (error.setting(), error.class()) {
        (Some(Setting::RequestRate), _) => REQUEST_RATE,
        (Some(Setting::RequestTimeout), _) => {
            "Increase `request_timeout` in the provider block to wait longer."
        }
        (Some(Setting::Roots), _) => {
            "Set SSL_CERT_FILE to a PEM file of all root certificates to trust, or SSL_CERT_DIR to folders of such \
             files; in place of the platform's and the built-in ones, these alone count."
        }
        (Some(Setting::PlatformAppid), _) => {
            "Set `appid` in the provider's `component`, or CLOUDBASE_COMPONENT_APPID."
        }
        (Some(Setting::Token(kind)), _) => return Some(sources_of(kind).into()),
        (None, Class::TokenUnknown) => {
            "It depends on something that has not been created or read yet.\n\
             Apply that first, or supply a token that is known during the plan."
        }
        (None, Class::DeadlineExceeded) => return Some(more_time(asked.timeout?).into()),
        _ => of_code(error.errcode()?)
            .filter(|_| !is_of_either_token(error) || takes_either_token(asked.kind))?,
    };
    Some(words.into())
}

/// How an operation is allowed more time. Core hands the configuration to creates and updates only.
fn more_time(timeout: &str) -> String {
    match timeout {
        "delete" => "Increase `timeouts.delete` to allow more time, and apply that before you destroy: a destroy goes \
                     by the value in state."
            .to_owned(),
        "read" => "Increase `timeouts.read` to allow more time, and apply that with `-refresh=false`: a refresh goes \
                   by the value in state."
            .to_owned(),
        timeout => format!("Increase `timeouts.{timeout}` to allow more time."),
    }
}

/// Whether it takes the token that an attribute names.
fn takes_either_token(kind: Kind) -> bool {
    matches!(kind, Kind::Convert | Kind::Quota | Kind::Whitelist)
}

fn is_of_either_token(error: &Error) -> bool {
    matches!(error.errcode(), Some(48001 | 61014 | 61015))
}

const REQUEST_RATE: &str = "Set `requests_per_second` in the provider block to limit the rate.";

/// What helps against an error code, beside what the client says of it; most codes have nothing to do with the
/// configuration.
pub fn of_code(errcode: i64) -> Option<&'static str> {
    Some(match errcode {
        40066 => {
            "That address is `endpoint` in the provider block, or CLOUDBASE_ENDPOINT. Set it without a path, unless a \
             gateway in front of the API needs one."
        }
        45011 | -501_004 => REQUEST_RATE,
        40013 | 40125 | 41002 | 41004 | 61011 | 61024 => {
            "They are set in `component` in the provider block."
        }
        48001 | 61014 | 61015 => {
            "A conversion, a whitelist of open APIs and a quota take the one that their attribute `token` names."
        }
        61023 => {
            "Without `refresh_token` in the provider's `authorizer` it is taken from that list."
        }
        _ => return None,
    })
}

/// Every way to supply a token.
fn sources_of(kind: TokenKind) -> String {
    let (attribute, variable, minting) = match kind {
        TokenKind::Component => (
            "component_access_token",
            "CLOUDBASE_COMPONENT_ACCESS_TOKEN",
            "the provider attribute `component` (appid, appsecret, verify_ticket), or CLOUDBASE_COMPONENT_APPID, \
             CLOUDBASE_COMPONENT_APPSECRET and CLOUDBASE_COMPONENT_VERIFY_TICKET: the provider then fetches a token \
             of its own, which makes earlier ones end within minutes",
        ),
        TokenKind::Authorizer => (
            "authorizer_access_token",
            "CLOUDBASE_AUTHORIZER_ACCESS_TOKEN",
            "the provider attribute `authorizer` (appid, refresh_token), or CLOUDBASE_AUTHORIZER_APPID and \
             CLOUDBASE_AUTHORIZER_REFRESH_TOKEN: the provider then fetches one with the component access token",
        ),
    };
    format!(
        "Supply it in one of these ways:\n\
         \x20 - the provider attribute `{attribute}`\n\
         \x20 - the environment variable {variable}\n\
         \x20 - the provider attribute `token_file`, or CLOUDBASE_TOKEN_FILE: a file with the JSON \
         {{\"component_access_token\": …, \"authorizer_access_token\": …}}\n\
         \x20 - the provider attribute `token_command`: a program that prints the same JSON\n\
         \x20 - {minting}"
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::wechat::{Client, ClientSettings, Credentials, Operation, TokenSource, error_codes};

    #[test]
    fn codes_that_are_advised_on_are_codes_of_the_client() {
        let known: BTreeSet<i64> = error_codes::all().map(|(code, _)| code).collect();
        let advised = (-700_000..100_000).filter(|&code| of_code(code).is_some());
        for code in advised {
            assert!(known.contains(&code), "{code}");
        }
    }

    fn client(authorizer: Vec<TokenSource>) -> Client {
        Client::new(ClientSettings {
            credentials: Credentials {
                authorizer,
                ..Credentials::default()
            },
            ..ClientSettings::default()
        })
    }

    fn operation() -> Operation {
        Operation::new(Duration::from_secs(5), CancellationToken::new())
    }

    #[tokio::test]
    async fn a_missing_token_is_told_with_every_way_to_supply_it() {
        let ways = |kind| match kind {
            TokenKind::Component => [
                "`component_access_token`",
                "CLOUDBASE_COMPONENT_ACCESS_TOKEN",
                "`component`",
                "CLOUDBASE_COMPONENT_VERIFY_TICKET",
            ],
            TokenKind::Authorizer => [
                "`authorizer_access_token`",
                "CLOUDBASE_AUTHORIZER_ACCESS_TOKEN",
                "`authorizer`",
                "CLOUDBASE_AUTHORIZER_REFRESH_TOKEN",
            ],
        };
        let env = "test-env".parse().unwrap();
        for kind in [TokenKind::Component, TokenKind::Authorizer] {
            let error = client(Vec::new())
                .convert(&operation(), &env, kind)
                .await
                .unwrap_err();
            let detail = detail(&error, &Asked::read("read it"));
            let shared = ["`token_file`", "CLOUDBASE_TOKEN_FILE", "`token_command`"];
            for way in ways(kind).into_iter().chain(shared) {
                assert!(detail.contains(way), "{way} is missing from {detail}");
            }
        }
    }

    #[tokio::test]
    async fn an_unknown_token_is_told_with_the_way_out() {
        let origin = "the test".to_owned();
        let error = client(vec![TokenSource::Unknown { origin }])
            .env_info(&operation(), None)
            .await
            .unwrap_err();
        let detail = detail(&error, &Asked::read("read it"));
        assert!(detail.ends_with("known during the plan."), "{detail}");
    }

    #[tokio::test]
    async fn a_missing_appid_of_the_platform_is_told_with_its_attribute() {
        let error = client(Vec::new())
            .authorizers(&operation(), None)
            .await
            .unwrap_err();
        let detail = detail(&error, &Asked::read("read it"));
        assert!(detail.contains("CLOUDBASE_COMPONENT_APPID"), "{detail}");
    }

    #[test]
    fn more_time_is_given_where_the_operation_takes_it_from() {
        for (timeout, words) in [
            ("create", "Increase `timeouts.create`"),
            ("delete", "apply that before you destroy"),
            ("read", "`-refresh=false`"),
        ] {
            assert!(more_time(timeout).contains(words), "{timeout}");
        }
    }
}
