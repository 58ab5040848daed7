//! Bringing code to environments: look, upload, and wait until the functions are active.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::look::{Found, look};
use super::model::{Function, State};
use super::{source, warnings};
use crate::framework::{Diagnostic, Diagnostics};
use crate::ordered::Ordered as _;
use crate::provider::Session;
use crate::provider::outcomes::{Failures, Outcomes};
use crate::wechat::{CodeHash, EnvId, FoundFunction, Operation};

/// The first pause between two looks; each further one is half as long again.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);
/// After this many looks, what looks as it did before the upload is taken to be what came of it.
const LOOKS_FOR_A_CHANGE: u32 = 3;

/// What came of it.
#[derive(Debug)]
pub(super) struct Deployed {
    /// Where the code was taken.
    pub(super) functions: BTreeMap<EnvId, Function>,
    /// Where it was not, or came to nothing.
    pub(super) failures: Failures<EnvId>,
    /// Of `functions`, those that were there before.
    pub(super) replaced: BTreeSet<EnvId>,
    /// What the code was.
    pub(super) hash: CodeHash,
    /// What the user should know.
    pub(super) warnings: Diagnostics,
}

/// Uploads the code of `wanted` to each of `envs`: as a new function, or as new code where there is one.
///
/// An error is about the file, and nothing was sent then.
pub(super) async fn deploy(
    session: &Session,
    operation: &Operation,
    wanted: &State,
    envs: &BTreeSet<EnvId>,
) -> Result<Deployed, Diagnostic> {
    let Some(path) = wanted.source.as_deref() else {
        return Err(source::missing(envs));
    };
    // Only one file is held at a time.
    let turn = match session.client.upload_turn(operation).await {
        Ok(turn) => turn,
        Err(error) => {
            let failed = envs.iter().map(|env| (env.clone(), error.clone()));
            let (hash, _) = source::hash(path).await?;
            return Ok(Deployed {
                functions: BTreeMap::new(),
                failures: failed.collect(),
                replaced: BTreeSet::new(),
                hash,
                warnings: Diagnostics::new(),
            });
        }
    };
    let code = source::read(path, wanted.source_hash.as_ref()).await?;
    let found = look(session, operation, &wanted.name, envs).await;
    let (targets, mut failures) = Outcomes::from_iter(found).into_parts();
    let before = targets.clone();
    let outcomes = turn
        .upload(operation, &wanted.name, &code, &wanted.network(), targets)
        .await;
    let hash = code.hash().clone();
    drop((turn, code));
    let (taken, refused) = Outcomes::from_iter(outcomes).into_parts();
    failures.extend(refused);

    let open = taken.into_keys().collect();
    let seen = wait(session, operation, wanted, &before, open).await;
    let mut functions = BTreeMap::new();
    let mut unsettled = BTreeMap::new();
    for (env, found) in seen {
        let found = match found {
            Ok(Some(found)) if found.has_failed() => {
                failures.insert(env, found.failure());
                continue;
            }
            Ok(found) => found,
            Err(error) => {
                unsettled.insert(env.clone(), error.happened().to_owned());
                functions.insert(env, Function::UNKNOWN);
                continue;
            }
        };
        if !found.as_ref().is_some_and(is_settled) {
            let status = found.as_ref().and_then(|found| found.status.clone());
            unsettled.insert(
                env.clone(),
                status.unwrap_or_else(|| "not listed".to_owned()),
            );
        }
        functions.insert(env, found.map_or(Function::UNKNOWN, Function::from));
    }
    let was_there = |env: &&EnvId| before.get(*env).is_some_and(Option::is_some);
    let replaced = functions.keys().filter(was_there).cloned().into_set();
    let warnings = warnings::not_active_yet(&wanted.name, &unsettled);
    Ok(Deployed {
        functions,
        failures,
        replaced,
        hash,
        warnings: warnings.into_iter().collect(),
    })
}

/// Whether there is nothing to wait for. Where the API says nothing of the status, a wait would say no more.
fn is_settled(found: &FoundFunction) -> bool {
    found.is_active() || found.has_failed() || !found.is_told()
}

/// Whether it looks as it did before the upload, so that it may be the status of the code before.
fn is_as_before(before: Option<&FoundFunction>, now: &FoundFunction) -> bool {
    before.is_some_and(|before| (&before.status, &before.mod_time) == (&now.status, &now.mod_time))
}

/// Looks at the functions until each is active or has failed, or time is up, at least once. What is settled is not looked
/// at again; what looks as it did `before` is, a few times. A look that fails is no reason to stop, unless it can't be any better the next time.
async fn wait(
    session: &Session,
    operation: &Operation,
    wanted: &State,
    before: &BTreeMap<EnvId, Option<FoundFunction>>,
    mut open: BTreeSet<EnvId>,
) -> Found {
    let mut last = Found::new();
    let mut pause = FIRST_PAUSE;
    let mut looks = 0;
    while !open.is_empty() {
        let found = look(session, operation, &wanted.name, &open).await;
        looks += 1;
        for (env, found) in found {
            let before = before.get(&env).and_then(Option::as_ref);
            let may_be_old =
                |found: &FoundFunction| looks < LOOKS_FOR_A_CHANGE && is_as_before(before, found);
            let is_over = match &found {
                Ok(found) => found
                    .as_ref()
                    .is_some_and(|found| is_settled(found) && !may_be_old(found)),
                Err(error) => !error.class().is_retryable(),
            };
            if is_over {
                open.remove(&env);
            }
            // What was seen before says more than that time is up.
            if found.is_ok() || !last.contains_key(&env) {
                last.insert(env, found);
            }
        }
        if open.is_empty() || operation.sleep(pause).await.is_err() {
            break;
        }
        pause = (pause + pause / 2).min(LONGEST_PAUSE);
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_as_before_the_upload_may_be_the_code_before() {
        let found = |status: &str, time: Option<&str>| FoundFunction {
            status: Some(status.to_owned()),
            mod_time: time.map(str::to_owned),
            ..FoundFunction::default()
        };
        let before = found("Active", Some("1"));
        assert!(is_as_before(Some(&before), &before));
        assert!(!is_as_before(Some(&before), &found("Active", Some("2"))));
        assert!(!is_as_before(Some(&before), &found("Updating", Some("1"))));
        assert!(!is_as_before(None, &before));
    }
}
