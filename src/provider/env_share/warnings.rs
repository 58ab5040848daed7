//! What sharing and unsharing say that is no error.

use std::collections::BTreeSet;

use crate::framework::{AttributePath, Diagnostic};
use crate::provider::advice;
use crate::provider::asked::Asked;
use crate::wechat::{Appid, EnvId, Error};

fn warning(summary: impl Into<String>, detail: String) -> Diagnostic {
    Diagnostic::warning(summary, detail).at(AttributePath::root("appids"))
}

fn about(env: &EnvId, appids: &BTreeSet<Appid>) -> String {
    let names: Vec<_> = appids.iter().map(Appid::as_str).collect();
    format!("Environment {}: {}", env, names.join(", "))
}

/// Another instance lists the same mini programs, which no plan could know. They were asked once.
pub(super) fn taken_twice(env: &EnvId, appids: &BTreeSet<Appid>) -> Option<Diagnostic> {
    (!appids.is_empty()).then(|| {
        warning(
            "another resource instance has taken the same mini programs in this run",
            format!(
                "{}\nNobody was asked a second time: the two have the same confirmation URLs. List \
                 each mini program in one instance only, or the one that is removed first ends \
                 the sharing of the other.",
                about(env, appids)
            ),
        )
    })
}

/// Who was asked again after the share had ended in the same run.
pub(super) fn asked_after_the_end(env: &EnvId, appids: &BTreeSet<Appid>) -> Option<Diagnostic> {
    (!appids.is_empty()).then(|| {
        warning(
            "shares have ended in this run, and were asked for again",
            format!(
                "{}\nThe mini programs do without the environment until their administrators \
                 confirm. That is what the replacement of a resource does. If it was no \
                 replacement, they have moved from one resource instance to another in a way \
                 that the plan could not see.",
                about(env, appids)
            ),
        )
    })
}

/// What an instance gives up and another has taken: it was not ended.
pub(super) fn taken_meanwhile(env: &EnvId, appids: &BTreeSet<Appid>) -> Option<Diagnostic> {
    (!appids.is_empty()).then(|| {
        warning(
            "shares were not ended, since they have been taken in this run",
            format!(
                "{}\nAnother instance of cloudbase_env_share has taken these mini programs in this \
                 run, or the new object of a replacement that creates before it destroys. They stay \
                 shared, and leave the state of the one that gives them up.",
                about(env, appids)
            ),
        )
    })
}

/// A share that is pending without a confirmation URL; `words` is what the API said instead, if
/// anything.
pub(super) fn without_url(env: &EnvId, appid: &Appid, words: Option<&Error>) -> Diagnostic {
    let (why, detail) = match words {
        None => ("the API said no confirmation URL".to_owned(), String::new()),
        Some(error) => (
            error.happened().to_owned(),
            advice::rid(error)
                .map(|rid| format!("{rid}\n"))
                .unwrap_or_default(),
        ),
    };
    warning(
        format!(
            "environment {env} is shared with mini program {appid} without a confirmation URL: {why}"
        ),
        format!(
            "{detail}It is `pending` in state. Ask its administrator to confirm in the mini \
             program's console, or change `confirmation_trigger` to have it asked for again. If it \
             was refused, correct it or remove it from `appids`."
        ),
    )
}

/// A request that the API refused to withdraw.
pub(super) fn maybe_open(env: &EnvId, appid: &Appid, error: &Error) -> Diagnostic {
    warning(
        format!(
            "the request to share environment {} with mini program {appid} may still be open: {}",
            env,
            error.happened()
        ),
        format!(
            "It was not confirmed, and the API refused to withdraw it. If the administrator \
             confirms it later, the share takes effect, and Terraform does not know of it: ask \
             them not to.\n{}",
            advice::detail(error, &Asked::unshare("withdraw the request"))
        ),
    )
}

/// A share that has ended, as the query shows; the answer did not say so.
pub(super) fn ended_unanswered(env: &EnvId, appid: &Appid, error: &Error) -> Diagnostic {
    warning(
        format!(
            "the API gave no answer about ending the sharing of environment {} with mini program \
             {appid}: {}",
            env,
            error.happened()
        ),
        format!(
            "It was looked up: the mini program does not have the environment any more.{}",
            advice::rid(error)
                .map(|rid| format!("\n{rid}"))
                .unwrap_or_default()
        ),
    )
}
