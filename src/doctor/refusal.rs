//! A call that failed: what is missing, and where it is granted.

use super::finding::Finding;
use crate::wechat::assumptions::{ENVELOPE, ERROR_CODES, PATHS};
use crate::wechat::documented::Documented;
use crate::wechat::{Class, Error, Setting, TokenKind};

/// The API knows no such call.
const NO_SUCH_PATH: i64 = 40066;

/// As [`of_call`], where other calls have worked: then the address of the API is right.
pub(super) fn of_call_among_others(call: &Documented, error: &Error) -> Finding {
    if error.errcode() == Some(NO_SUCH_PATH) {
        let words = format!("the API has no such call: {}", error.happened());
        return Finding::differs(&PATHS, words).in_public("the API has no such call");
    }
    of_call(call, error)
}

/// What is to be said of a call that `error` was the end of.
pub(super) fn of_call(call: &Documented, error: &Error) -> Finding {
    // Nothing was sent: what stopped an earlier call would stop this one.
    if error.attempts() == 0 && matches!(error.class(), Class::Token | Class::Exhausted) {
        return Finding::skipped(format!("the {} was refused above", call.token));
    }
    match error.class() {
        Class::Unknown => {
            let code = code(error);
            Finding::differs(&ERROR_CODES, told("an undocumented refusal", error))
                .in_public(format!("errcode {code}, which is not in the table"))
        }
        Class::Malformed => Finding::differs(&ENVELOPE, told("not an answer as documented", error))
            .in_public("not an answer as documented"),
        Class::Caller | Class::Token | Class::Exhausted | Class::Item => {
            let lacks = lacks(call, error);
            Finding::missing(told(&lacks, error))
                .in_public(format!("{lacks}, errcode {}", code(error)))
        }
        _ => no_answer(error),
    }
}

/// What is to be said of a token that can't be had.
pub(super) fn of_token(kind: TokenKind, error: &Error) -> Finding {
    match (error.class(), error.errcode()) {
        (Class::NoToken, _) => {
            Finding::missing(told("no source has one", error)).in_public("no source has one")
        }
        (Class::Unreachable | Class::Transient | Class::Throttled | Class::Http, _) => {
            no_answer(error)
        }
        (_, Some(errcode)) => Finding::missing(told("it was not given out", error))
            .in_public(format!("the {kind} was not given out, errcode {errcode}")),
        (_, None) => {
            Finding::missing(told("its source failed", error)).in_public("its source failed")
        }
    }
}

fn no_answer(error: &Error) -> Finding {
    let code = error.errcode().map(|code| format!(", errcode {code}"));
    Finding::failed(told("no answer to go by", error)).in_public(format!(
        "no answer to go by ({:?}{})",
        error.class(),
        code.unwrap_or_default()
    ))
}

/// What a refused call lacks, by the code.
fn lacks(call: &Documented, error: &Error) -> String {
    let set = call.permission_set;
    match error.errcode() {
        Some(61007) => match set {
            Some(set) => format!("permission set {set}"),
            None => "a permission set; the documents name none for this call".to_owned(),
        },
        Some(48001) => match set {
            Some(set) => {
                format!("the right token, permission set {set}, or batch cloud development")
            }
            None => "the right token, or batch cloud development".to_owned(),
        },
        Some(NO_SUCH_PATH) => "the right address of the API".to_owned(),
        Some(61003) => "the account's authorisation".to_owned(),
        Some(40090 | 40164 | 45035 | 61004) => {
            "this machine's address in the IP whitelist".to_owned()
        }
        Some(85088) => "cloud development".to_owned(),
        Some(45009) => "calls left for today".to_owned(),
        Some(40001 | 40014 | 42001) => format!("a valid {}", call.token),
        Some(61014 | 61015) => "a token of the right kind".to_owned(),
        _ if error.is_about_the_environment() => {
            "the environment: it is not this account's, or was not converted".to_owned()
        }
        _ => "what the call needs".to_owned(),
    }
}

/// One line: what it comes to, what the API said, what it means and what to do.
fn told(comes_to: &str, error: &Error) -> String {
    let more = hint(error);
    let detail = error.detail_with(more).replace('\n', " ");
    let rid = error.rid().map(|rid| format!(" (rid {rid})"));
    let happened = error.happened();
    format!(
        "{comes_to}: {happened}{}. {detail}",
        rid.unwrap_or_default()
    )
    .trim_end()
    .to_owned()
}

/// What helps here, where nothing but the environment can be changed.
fn hint(error: &Error) -> Option<&'static str> {
    Some(match error.setting() {
        Some(Setting::Token(TokenKind::Component)) => {
            "Set CLOUDBASE_COMPONENT_ACCESS_TOKEN, name a file in CLOUDBASE_TOKEN_FILE, or a program with --token-command."
        }
        Some(Setting::Token(TokenKind::Authorizer)) => {
            "Set CLOUDBASE_AUTHORIZER_ACCESS_TOKEN, name a file in CLOUDBASE_TOKEN_FILE, or a program with --token-command."
        }
        Some(Setting::PlatformAppid) => "Set CLOUDBASE_COMPONENT_APPID.",
        Some(Setting::Roots) => {
            "Set SSL_CERT_FILE to a PEM file of all root certificates to trust, or SSL_CERT_DIR to folders of such files."
        }
        Some(Setting::RequestTimeout | Setting::RequestRate) | None
            if error.is_about_the_environment() =>
        {
            "An environment of the Tencent Cloud console has to be converted first, with cloudbase_env_conversion."
        }
        Some(Setting::RequestTimeout | Setting::RequestRate) | None => return None,
    })
}

fn code(error: &Error) -> i64 {
    error.errcode().unwrap_or_default()
}
