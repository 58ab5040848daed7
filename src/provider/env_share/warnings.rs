//! What sharing and unsharing say that is no error.

use std::collections::BTreeSet;

use crate::framework::{AttributePath, Diagnostic};
use crate::provider::advice;
use crate::provider::asked::Asked;
use crate::wechat::{Appid, EnvId, Error};

/// Why it is not known what became of a share that was accepted.
#[derive(Debug)]
pub(super) enum Unclear {
    NoUrl,
    UnusableUrl,
    /// A row may be about it, with its words.
    Stray(Error),
}

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
            "another resource instance shares with the same mini programs",
            format!(
                "{}\nNo administrator was asked twice; both instances have the same confirmation \
                 URLs. List each mini program in one instance only. Otherwise removing one instance \
                 ends the other's share.",
                about(env, appids)
            ),
        )
    })
}

/// Who was asked again after the share had ended in the same run.
pub(super) fn asked_after_the_end(env: &EnvId, appids: &BTreeSet<Appid>) -> Option<Diagnostic> {
    (!appids.is_empty()).then(|| {
        warning(
            "shares were ended and requested again in this run",
            format!(
                "{}\nThe mini programs have no access to the environment until their administrators \
                 confirm. This is expected when a resource is replaced. Otherwise, they moved from \
                 one resource instance to another in a way the plan could not detect.",
                about(env, appids)
            ),
        )
    })
}

/// What an instance gives up and another has taken: it was not ended.
pub(super) fn taken_meanwhile(env: &EnvId, appids: &BTreeSet<Appid>) -> Option<Diagnostic> {
    (!appids.is_empty()).then(|| {
        warning(
            "shares were kept because another resource instance took them over",
            format!(
                "{}\nThese mini programs were taken over in this run by another instance of \
                 cloudbase_env_share, or by the replacement under `create_before_destroy`. They stay \
                 shared and are removed from this instance's state.",
                about(env, appids)
            ),
        )
    })
}

/// A share that is pending without a confirmation URL; `words` is what the API said instead, if
/// anything.
pub(super) fn without_url(env: &EnvId, appid: &Appid, unclear: &Unclear) -> Diagnostic {
    let (why, detail) = match unclear {
        Unclear::NoUrl => (String::new(), String::new()),
        Unclear::UnusableUrl => (
            ": what it sent instead is not a web address".to_owned(),
            String::new(),
        ),
        Unclear::Stray(error) => (
            format!(": {}", error.happened()),
            advice::rid(error)
                .map(|rid| format!("{rid}\n"))
                .unwrap_or_default(),
        ),
    };
    warning(
        format!(
            "the API returned no confirmation URL for sharing environment {env} with mini program \
             {appid}{why}"
        ),
        format!(
            "{detail}The share is `pending` in state. Ask the administrator to confirm in the mini \
             program's console, or change `confirmation_trigger` to send the request again. If it \
             was refused, fix the cause or remove the appid from `appids`."
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
             confirms it later, the share takes effect without Terraform's knowledge. Ask them not to \
             confirm.\n{}",
            advice::detail(error, &Asked::unshare("withdraw the request"))
        ),
    )
}

/// A share that has ended, as the query shows; the answer did not say so.
pub(super) fn ended_unanswered(env: &EnvId, appid: &Appid, error: &Error) -> Diagnostic {
    let rid = advice::rid(error).map_or_else(String::new, |rid| format!("\n{rid}"));
    warning(
        format!(
            "the API did not confirm that environment {} is no longer shared with mini program \
             {appid}: {}",
            env,
            error.happened()
        ),
        format!(
            "A query shows that the mini program no longer has the environment, so nothing is left \
             to do.{rid}"
        ),
    )
}
