//! What does not go together in one run, as diagnostics: what would happen, and the ways out.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Config, State};
use crate::framework::{AttributePath, Diagnostic, Severity};
use crate::provider::ledger::{Conflict, Conflicts, Ledger, Pair};
use crate::wechat::{Appid, EnvId};

/// What is said of one kind of conflict. The words name no side, so that they are the same whichever
/// instance Terraform plans second.
struct Words {
    severity: Severity,
    summary: &'static str,
    what: &'static str,
    ways_out: &'static str,
}

fn words(conflict: Conflict) -> Words {
    let severity = match conflict {
        Conflict::KeptTwice => Severity::Warning,
        _ => Severity::Error,
    };
    let (summary, what, ways_out) = match conflict {
        Conflict::Ended => (
            "one resource instance would end shares that another one lists",
            "One instance of cloudbase_env_share removes these mini programs while another lists \
             them. Terraform may apply the two in either order: the mini programs would lose the \
             environment, or their administrators would be asked to confirm again.",
            "- A resource, a `for_each` key or a module was renamed: add a `moved` block.\n\
             - An element was removed from a `count` list, or two were swapped: switch to `for_each` \
             with `moved` blocks, move to a new name, or use `terraform state mv`.\n\
             - Regrouped or split: set `deletion_policy = \"abandon\"` on the instance that removes \
             them. If that instance is destroyed, apply the policy first. Bound mini programs are \
             then taken over without asking anybody.\n\
             - Merged: the same, or `removed { lifecycle { destroy = false } }` (Terraform 1.7, OpenTofu 1.10).\n\
             - Not confirmed yet: wait for the confirmation, or use `moved` or `terraform state mv`.\n\
             - A deposed object was left by a failed apply: once its shares are confirmed, `terraform \
             state rm` the resource, then import it.\n\
             - To destroy everything after a rename that was never applied: `terraform destroy \
             -refresh=false`.",
        ),
        Conflict::TakenTwice => (
            "more than one resource instance would share an environment with the same mini programs",
            "One instance of cloudbase_env_share adds these mini programs while another lists them, \
             too. Their administrators would be asked more than once, and removing one instance \
             would end the other's shares.",
            "- List each mini program of an environment in one instance only.\n\
             - A resource was renamed: add a `moved` block instead of a new resource.\n\
             - To destroy everything before such a change was ever applied: `terraform destroy \
             -refresh=false`.",
        ),
        Conflict::AbandonedPending => (
            "one resource instance would abandon unconfirmed shares that another one takes over",
            "One instance of cloudbase_env_share removes these mini programs with \
             `deletion_policy = \"abandon\"` while another adds them. They are not confirmed yet, and \
             the API does not show unconfirmed shares, so their administrators would be asked again.",
            "- Wait for the confirmation, then apply the change.\n\
             - A resource was renamed: use a `moved` block or `terraform state mv`, which keep the \
             confirmation URL.\n\
             - To destroy everything before such a change was ever applied: `terraform destroy \
             -refresh=false`.",
        ),
        Conflict::KeptTwice => (
            "more than one resource instance has the same shares",
            "These mini programs are in the state of more than one instance of cloudbase_env_share. \
             Nothing is sent because of that, but the instance that removes them first would end the \
             other's shares.",
            "- Set `deletion_policy = \"abandon\"` on one of the two and apply; then remove them from \
             its `appids`, or remove the resource.\n\
             - Or remove one of the two from state with `removed { lifecycle { destroy = false } }` \
             (Terraform 1.7, OpenTofu 1.10).",
        ),
    };
    Words {
        severity,
        summary,
        what,
        ways_out,
    }
}

/// A diagnostic for each kind of conflict. The ways out are told once in a plan: Terraform folds equal
/// warnings, but never errors.
pub(super) fn diagnostics(conflicts: &Conflicts, ledger: &Ledger) -> Vec<Diagnostic> {
    conflicts
        .iter()
        .map(|(conflict, pairs)| {
            let words = words(*conflict);
            let listed = listed(pairs);
            let detail = if ledger.is_told(*conflict) && words.severity == Severity::Error {
                format!(
                    "{listed}\nSee the other error with this title for how to resolve it."
                )
            } else {
                format!(
                    "{listed}\n{}\nTo resolve this:\n{}\nThe guide \"Changing a configuration without \
                     asking anybody\" has an example of each.",
                    words.what, words.ways_out
                )
            };
            let diagnostic = match words.severity {
                Severity::Error => Diagnostic::error(words.summary, detail),
                Severity::Warning => Diagnostic::warning(words.summary, detail),
            };
            diagnostic.at(AttributePath::root("appids"))
        })
        .collect()
}

/// The pairs, a line for each environment.
fn listed(pairs: &BTreeSet<Pair>) -> String {
    let mut by_env: BTreeMap<&EnvId, Vec<&Appid>> = BTreeMap::new();
    for pair in pairs {
        by_env.entry(&pair.env).or_default().push(&pair.appid);
    }
    let lines = by_env.into_iter().map(|(env, appids)| {
        let appids: Vec<_> = appids.into_iter().map(Appid::as_str).collect();
        format!("Environment {env}: {}", appids.join(", "))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The warning that `env` or `source_type` of an object that is there is not known yet.
pub(super) fn not_known_yet(prior: &State, planned: &Config) -> Option<Diagnostic> {
    let argument = match (planned.env.is_unknown(), planned.source_type.is_unknown()) {
        (false, false) => return None,
        (true, _) => "env",
        (false, true) => "source_type",
    };
    let detail = format!(
        "The shares of environment {} are planned as if `{argument}` stayed the same. If it turns out \
         to be the same, nothing is sent for it. If it turns out different, the apply stops before \
         anything is sent for this resource, and the next plan shows the replacement.",
        prior.env
    );
    let summary = format!("`{argument}` of an existing share is not known until apply");
    Some(Diagnostic::warning(summary, detail).at(AttributePath::root(argument)))
}

/// The error that `env` or `source_type` was not known in the plan and turned out different.
pub(super) fn turned_out_different(prior: &State, planned: &Config) -> Diagnostic {
    let (argument, now) = match planned.env.known() {
        Some(env) if *env != prior.env => ("env", format!("is now {env} instead of {}", prior.env)),
        _ => (
            "source_type",
            format!("is now another one than that of environment {}", prior.env),
        ),
    };
    let detail = format!(
        "`{argument}` was unknown during the plan, and {now}. The resource has to be replaced, which \
         the plan did not show, so nothing was sent for it. Plan again to see the replacement, then \
         apply."
    );
    Diagnostic::error(
        format!("`{argument}` of an existing share turned out different"),
        detail,
    )
    .at(AttributePath::root(argument))
}
