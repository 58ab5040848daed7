//! What is said of whitelists.

use std::collections::BTreeSet;

use super::model::State;
use crate::framework::{AttributePath, Diagnostic};
use crate::ordered::Ordered as _;
use crate::provider::api_errors;
use crate::provider::asked::Asked;
use crate::provider::claims::Conflict;
use crate::wechat::{Class, CloudAccess, EnvId, Error, WhitelistError};

/// The warning that the account's WeChat tokens are switched off, if they are. One title for all
/// environments, so that Terraform shows one of them in full.
pub(super) fn switched_off(env: &EnvId, enabled: Option<bool>) -> Option<Diagnostic> {
    (enabled == Some(false)).then(|| {
        Diagnostic::warning(
            "WeChat tokens are switched off for the whole account",
            format!(
                "The API says so of environment {env}, but it is a setting of the account: none of its \
                 environments can use a WeChat token, whatever its whitelist says. This provider never \
                 changes it. That of a third-party platform is switched on in the open platform's console, \
                 in its details, under cloud development, WeChat token (微信令牌)."
            ),
        )
        .at(AttributePath::root("env"))
    })
}

/// The warning that a create removes what is there already, if it does.
pub(super) fn removes(
    env: &EnvId,
    found: &BTreeSet<String>,
    wanted: &BTreeSet<String>,
    is_done: bool,
) -> Option<Diagnostic> {
    let lost = found.difference(wanted).cloned().into_set();
    if lost.is_empty() {
        return None;
    }
    let (summary, tense) = if is_done {
        (
            format!("open APIs were removed from the whitelist of environment {env}"),
            "was on the whitelist, and is not in `api_whitelist`",
        )
    } else {
        (
            format!("open APIs will be removed from the whitelist of environment {env}"),
            "is on the whitelist already, and is not in `api_whitelist`",
        )
    };
    let detail = format!(
        "This {tense}:\n{}\nCode in the environment that calls it gets an error from then on. To keep \
         something, add it to `api_whitelist`. Destroying the resource puts the old whitelist back.",
        listed(&lost)
    );
    Some(Diagnostic::warning(summary, detail).at(AttributePath::root("api_whitelist")))
}

/// The warning of what becomes of the whitelist when the resource is destroyed.
pub(super) fn destroyed(state: &State, found: Option<&BTreeSet<String>>) -> Diagnostic {
    let env = &state.env;
    let Some(found) = found else {
        return Diagnostic::warning(
            format!("the whitelist of environment {env} stays as it is"),
            "The resource was imported, so that it is not known what the whitelist was before. \
             Destroying it only removes it from state.",
        );
    };
    let summary = format!("the whitelist of environment {env} becomes what it was before");
    let mut detail = format!(
        "When the resource was created, the whitelist had:\n{}",
        listed(found)
    );
    let lost = state.api_whitelist.difference(found).cloned().into_set();
    if lost.is_empty() {
        detail.push_str("\nNothing is removed from it.");
    } else {
        detail.push_str("\nThis is removed from it, so that calls of it get an error:\n");
        detail.push_str(&listed(&lost));
    }
    Diagnostic::warning(summary, detail)
}

/// Another instance has written the whitelist in this run, so that it is left alone.
pub(super) fn left_to_another(env: &EnvId, found: &BTreeSet<String>) -> Diagnostic {
    Diagnostic::warning(
        format!("the whitelist of environment {env} was not put back"),
        format!(
            "Another `cloudbase_open_api_access` has written it in this run, so that this one was only \
             removed from state. When this one was created, the whitelist had:\n{}",
            listed(found)
        ),
    )
}

/// The error that two instances of one plan do not go together.
pub(super) fn conflict(env: &EnvId, conflict: Conflict) -> Diagnostic {
    let (summary, detail) = match conflict {
        Conflict::ManagedTwice => (
            format!("environment {env} is in two resources of type `cloudbase_open_api_access`"),
            "Each writes the whole whitelist, so that each apply would undo the other's work. List all \
             paths in one of them, and take the other one out of state with a `removed` block that has \
             `destroy = false`, or with `terraform state rm`.",
        ),
        Conflict::EndedWhileManaged => (
            format!(
                "the whitelist of environment {env} would be put back while another resource manages it"
            ),
            "One `cloudbase_open_api_access` of this plan is destroyed, which puts back the whitelist \
             that it found, and another one is for the same environment. If it is the same resource under \
             a new name, add a `moved` block. Otherwise take the old one out of state with a `removed` \
             block that has `destroy = false`, or with `terraform state rm`.",
        ),
    };
    Diagnostic::error(summary, detail).at(AttributePath::root("env"))
}

/// The error that another instance has written the whitelist in this run.
pub(super) fn written_by_another(env: &EnvId) -> Diagnostic {
    Diagnostic::error(
        format!("environment {env} is in two resources of type `cloudbase_open_api_access`"),
        "Another one has written its whitelist in this run, and nothing was sent for this one: it would \
         undo that. List all paths in one of them, and remove the other.",
    )
    .at(AttributePath::root("env"))
}

/// The warning that the environment of an object that is there is not known yet.
pub(super) fn env_not_known_yet(prior: &State) -> Diagnostic {
    Diagnostic::warning(
        "`env` of an existing whitelist is not known until apply",
        format!(
            "It is planned as if it stayed {}. If it turns out different, the apply stops before anything \
             is sent for this resource, and the next plan shows the replacement.",
            prior.env
        ),
    )
    .at(AttributePath::root("env"))
}

/// The error that it turned out to be another one.
pub(super) fn env_turned_out_different(prior: &State, env: &EnvId) -> Diagnostic {
    Diagnostic::error(
        format!("`env` of an existing whitelist turned out to be {env}"),
        format!(
            "It was unknown during the plan, and in state it is {}. The resource has to be replaced, which \
             the plan did not show, so nothing was sent for it. Plan again to see the replacement, then \
             apply.",
            prior.env
        ),
    )
    .at(AttributePath::root("env"))
}

/// Why a whitelist could not be read.
pub(super) fn not_read(env: &EnvId, error: &Error) -> Diagnostic {
    may_be_gone(not_looked_at(env, error), error)
}

/// The same, for a data source, which is in no state.
pub(super) fn not_looked_at(env: &EnvId, error: &Error) -> Diagnostic {
    let asked = Asked::whitelist(format!("read the whitelist of environment {env}"));
    api_errors::error(&asked, error, AttributePath::root("env"))
}

/// Why a whitelist could not be changed at create. Whether it was may not be known: then what it had is in no state, and
/// nothing else knows it.
pub(super) fn not_created(env: &EnvId, error: &WhitelistError) -> Diagnostic {
    let mut diagnostic = not_changed(env, error);
    if let WhitelistError::NotKnown { before, .. } = error {
        let words = format!(
            "Before that, the whitelist had:\n{}\nThat is not in state. If the write took effect, the next create \
             finds the new whitelist, and destroying the resource does not put this one back: keep it.\n",
            listed(before)
        );
        above_rid(&mut diagnostic, &words);
    }
    diagnostic
}

/// Why a whitelist could not be changed.
pub(super) fn not_changed(env: &EnvId, error: &WhitelistError) -> Diagnostic {
    match error {
        WhitelistError::Failed(error) | WhitelistError::NotKnown { error, .. } => {
            let asked = Asked::whitelist(format!("change the whitelist of environment {env}"));
            let path = AttributePath::root("api_whitelist");
            api_errors::error(&asked, error, path)
        }
        WhitelistError::Changed { found, expected } => changed(env, found, expected.as_ref()),
    }
}

/// The same, of one that is to be put back.
pub(super) fn not_put_back(env: &EnvId, error: &WhitelistError) -> Diagnostic {
    match error {
        WhitelistError::Failed(why) => may_be_gone(not_changed(env, error), why),
        WhitelistError::Changed { .. } | WhitelistError::NotKnown { .. } => not_changed(env, error),
    }
}

fn changed(env: &EnvId, found: &CloudAccess, expected: Option<&BTreeSet<String>>) -> Diagnostic {
    let (what, path, both) = match expected {
        Some(expected) => (
            "it has changed meanwhile",
            "api_whitelist",
            format!(
                "It was expected to have:\n{}\nIt has now:\n{}",
                listed(expected),
                listed(&found.api_whitelist)
            ),
        ),
        None => (
            "the account's WeChat tokens were switched meanwhile",
            "enabled",
            format!(
                "`enabled`, which a write has to send along, is not what it was expected to be: it is now \
                 {}.",
                match found.open {
                    Some(true) => "true",
                    Some(false) => "false",
                    None => "not in the API's answer",
                }
            ),
        ),
    };
    Diagnostic::error(
        format!("could not change the whitelist of environment {env}: {what}"),
        format!(
            "{both}\nSomebody else may have done that, and it was left as it is. Plan again to see what \
             would change, then apply."
        ),
    )
    .at(AttributePath::root(path))
}

/// What is refused may be so since the environment is gone, which no documented code says.
fn may_be_gone(mut diagnostic: Diagnostic, error: &Error) -> Diagnostic {
    let is_refusal = matches!(error.class(), Class::Caller | Class::Unknown);
    if is_refusal && error.errcode().is_some() {
        let advice = "If the environment does not exist any more, remove the resource from state with \
                      `terraform state rm`, or with a `removed` block that has `destroy = false`.\n";
        above_rid(&mut diagnostic, advice);
    }
    diagnostic
}

/// Adds `words`, a line, and leaves the rid on the last one.
fn above_rid(diagnostic: &mut Diagnostic, words: &str) {
    let detail = &mut diagnostic.detail;
    if let Some(at) = detail.rfind("rid: ") {
        detail.insert_str(at, words);
        return;
    }
    if !detail.ends_with('\n') {
        detail.push('\n');
    }
    detail.push_str(words.trim_end());
}

/// One entry a line.
fn listed(entries: &BTreeSet<String>) -> String {
    if entries.is_empty() {
        return "  nothing".to_owned();
    }
    let lines: Vec<_> = entries
        .iter()
        .map(|entry| format!("  {}", crate::wechat::visible(entry)))
        .collect();
    lines.join("\n")
}
