//! What is said that is no error.

use std::collections::{BTreeMap, BTreeSet};

use crate::framework::{AttributePath, Diagnostic};
use crate::wechat::{EnvId, FunctionName};

/// What the function is for, of which nothing is known under another name.
const CUT_OFF: &str = "Mini programs that share an environment can call nothing of it without the function `cloudbase_auth`.";

fn listed(envs: &BTreeSet<EnvId>) -> String {
    let names: Vec<_> = envs.iter().map(EnvId::as_str).collect();
    names.join(", ")
}

fn at_envs(diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.at(AttributePath::root("envs"))
}

/// The file may be refused.
pub(super) fn may_be_too_large(path: &str, bytes: u64) -> Diagnostic {
    Diagnostic::warning(
        format!("{path:?} may be too large"),
        format!(
            "It has {bytes} bytes. The API takes 20 MiB, and its documents leave open whether that is the size of the zip \
             file, or of its base64, which is a third longer."
        ),
    )
}

/// Functions are deleted.
pub(super) fn deletes(name: &FunctionName, envs: &BTreeSet<EnvId>) -> Option<Diagnostic> {
    let cut_off = if *name == FunctionName::cloudbase_auth() {
        format!("{CUT_OFF} All of them are cut off by this.\n")
    } else {
        String::new()
    };
    (!envs.is_empty()).then(|| {
        at_envs(Diagnostic::warning(
            format!("function {name} will be deleted"),
            format!(
                "Environments: {}.\n{cut_off}To leave it where it is, set `deletion_policy = \"keep\"` and apply that first.",
                listed(envs)
            ),
        ))
    })
}

/// Why functions that are not wanted any more are still there, for the end of an error about an upload.
pub(super) fn not_deleted_yet(envs: &BTreeSet<EnvId>) -> Option<String> {
    (!envs.is_empty()).then(|| {
        format!(
            "\nNothing was deleted since not every upload worked. In state and in use is still the function of: {}. The \
             next apply deletes it, once all uploads have worked.",
            listed(envs)
        )
    })
}

/// Functions that the configuration does not manage yet get its code.
pub(super) fn code_will_be_replaced(
    name: &FunctionName,
    envs: &BTreeSet<EnvId>,
) -> Option<Diagnostic> {
    (!envs.is_empty()).then(|| {
        at_envs(Diagnostic::warning(
            format!("function {name} is there already, and its code will be replaced"),
            format!(
                "Environments: {}.\nThe apply uploads the code of `source` in place of what the function has. Nobody can \
                 read that back: keep a copy of it, if it may be needed.",
                listed(envs)
            ),
        ))
    })
}

/// What the apply found, which the plan may not have known.
pub(super) fn code_was_replaced(name: &FunctionName, envs: &BTreeSet<EnvId>) -> Option<Diagnostic> {
    (!envs.is_empty()).then(|| {
        at_envs(Diagnostic::warning(
            format!("function {name} was there already, and its code was replaced"),
            format!("Environments: {}.", listed(envs)),
        ))
    })
}

/// Functions stay.
pub(super) fn stays(name: &FunctionName, envs: &BTreeSet<EnvId>) -> Option<Diagnostic> {
    (!envs.is_empty()).then(|| {
        at_envs(Diagnostic::warning(
            format!("function {name} stays where it is"),
            format!(
                "Environments: {}.\nIt is only removed from state, since `deletion_policy` is `keep`.",
                listed(envs)
            ),
        ))
    })
}

/// Another network changes nothing.
pub(super) fn network_is_not_sent(attribute: &str) -> Diagnostic {
    Diagnostic::warning(
        format!("changing `{attribute}` does not change functions that are there"),
        "The API takes it only when a function is made. It is sent to environments that do not have the function yet.",
    )
    .at(AttributePath::root(attribute))
}

/// What an import could not read.
pub(super) fn code_is_not_known(name: &FunctionName, envs: &BTreeSet<EnvId>) -> Option<Diagnostic> {
    (!envs.is_empty()).then(|| {
        Diagnostic::warning(
            format!("function {name} gets the code of `source`"),
            format!(
                "Environments: {}.\nThe function was imported. The API does not tell which code it has, so the apply \
                 uploads the code once, in place of what is there.",
                listed(envs)
            ),
        )
        .at(AttributePath::root("source"))
    })
}

/// The time was not enough.
pub(super) fn not_active_yet(
    name: &FunctionName,
    envs: &BTreeMap<EnvId, String>,
) -> Option<Diagnostic> {
    let lines: Vec<_> = envs
        .iter()
        .map(|(env, status)| format!("  {env}: {status}"))
        .collect();
    (!lines.is_empty()).then(|| {
        at_envs(Diagnostic::warning(
            format!("function {name} was uploaded and is not known to be active"),
            format!(
                "{}\nThe code was taken. The next refresh shows what became of it; increase `timeouts` to wait longer.",
                lines.join("\n")
            ),
        ))
    })
}

/// Two resources upload the same function.
pub(super) fn managed_twice(name: &FunctionName, envs: &BTreeSet<EnvId>) -> Option<Diagnostic> {
    (!envs.is_empty()).then(|| {
        at_envs(Diagnostic::error(
            format!("function {name} of the same environment is in two resources"),
            format!(
                "Environments: {}.\nEach would upload its own code in place of the other\'s. List each environment in one \
                 `cloudbase_auth_function` of this name.",
                listed(envs)
            ),
        ))
    })
}

/// One resource deletes what another one has.
pub(super) fn deleted_while_managed(
    name: &FunctionName,
    envs: &BTreeSet<EnvId>,
) -> Option<Diagnostic> {
    (!envs.is_empty()).then(|| {
        at_envs(Diagnostic::error(
            format!("function {name} would be deleted while another resource manages it"),
            format!(
                "Environments: {}.\nOne `cloudbase_auth_function` of this plan deletes the function there, and another one \
                 has or gets it. If it is the same resource under a new name, add a `moved` block. Otherwise set \
                 `deletion_policy = \"keep\"` where it is given up, and apply that first.",
                listed(envs)
            ),
        ))
    })
}

/// Another resource has uploaded it in this run.
pub(super) fn uploaded_by_another(
    name: &FunctionName,
    envs: &BTreeSet<EnvId>,
) -> Option<Diagnostic> {
    (!envs.is_empty()).then(|| {
        at_envs(Diagnostic::error(
            format!("function {name} of the same environment is in two resources"),
            format!(
                "Environments: {}.\nAnother one has uploaded its code in this run, and nothing was sent for this one. List \
                 each environment in one `cloudbase_auth_function` of this name.",
                listed(envs)
            ),
        ))
    })
}

/// Another resource has uploaded what was to be deleted.
pub(super) fn left_to_another(name: &FunctionName, envs: &BTreeSet<EnvId>) -> Option<Diagnostic> {
    (!envs.is_empty()).then(|| {
        at_envs(Diagnostic::warning(
            format!("function {name} was kept because another resource has uploaded it"),
            format!(
                "Environments: {}.\nAnother `cloudbase_auth_function` uploaded it there in this run, which the plan could \
                 not know. It was only removed from the state of this one.",
                listed(envs)
            ),
        ))
    })
}

/// What is there is not known to be this resource's.
pub(super) fn not_deleted(name: &FunctionName, envs: &BTreeSet<EnvId>) -> Option<Diagnostic> {
    (!envs.is_empty()).then(|| {
        at_envs(Diagnostic::warning(
            format!("function {name} is not deleted where it did not take the code"),
            format!(
                "Environments: {}.\nThe API refused the code of this resource there. If there is a function, it has the code \
                 that it had, which may be somebody else\'s. It is only removed from state.",
                listed(envs)
            ),
        ))
    })
}
