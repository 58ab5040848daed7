//! Which function of which environment, and whether another instance has it.

use std::collections::BTreeSet;

use super::model::State;
use super::warnings;
use crate::framework::{Diagnostic, Diagnostics};
use crate::ordered::Ordered as _;
use crate::provider::Session;
use crate::provider::claims::{Conflict, Role};
use crate::provider::ledger::ObjectId;
use crate::wechat::{EnvId, FunctionName};

/// A function of an environment.
pub(in crate::provider) type Place = (FunctionName, EnvId);

/// Notes that a plan of `instance` does this with a function in `envs`. What does not go together with other instances is
/// an error, one for each kind of conflict.
pub(super) fn plan(
    session: &Session,
    instance: &ObjectId,
    (name, role): (&FunctionName, Role),
    envs: &BTreeSet<EnvId>,
) -> Diagnostics {
    let (mut twice, mut ended) = (BTreeSet::new(), BTreeSet::new());
    for env in envs {
        let place = (name.clone(), env.clone());
        match session.functions.plan(&place, instance, role) {
            None => {}
            Some(Conflict::ManagedTwice) => _ = twice.insert(env.clone()),
            Some(Conflict::EndedWhileManaged) => _ = ended.insert(env.clone()),
        }
    }
    let mut said = Diagnostics::new();
    said.extend(warnings::managed_twice(name, &twice));
    said.extend(warnings::deleted_while_managed(name, &ended));
    said
}

/// Notes that `object` is about to upload what is in `wanted`. If another one has done so in this process, that is an error,
/// and nothing may be sent.
pub(super) fn take(session: &Session, object: &ObjectId, wanted: &State) -> Result<(), Diagnostic> {
    let is_of_another = |env: &&EnvId| {
        let place = (wanted.name.clone(), (*env).clone());
        !session.functions.take(&place, object)
    };
    let of_another = wanted.envs.iter().filter(is_of_another).cloned().into_set();
    match warnings::uploaded_by_another(&wanted.name, &of_another) {
        Some(error) => {
            release(session, object, wanted);
            Err(error)
        }
        None => Ok(()),
    }
}

/// Notes that `object` has none of them after all.
pub(super) fn release(session: &Session, object: &ObjectId, wanted: &State) {
    for env in &wanted.envs {
        let place = (wanted.name.clone(), env.clone());
        session.functions.end(&place, Some(object));
    }
}

/// Those of `envs` whose function may be deleted for `object`, and the others: another one has uploaded there in this
/// process.
pub(super) fn give_up(
    session: &Session,
    object: Option<&ObjectId>,
    name: &FunctionName,
    envs: &BTreeSet<EnvId>,
) -> (BTreeSet<EnvId>, BTreeSet<EnvId>) {
    envs.iter().cloned().partition(|env| {
        let place = (name.clone(), env.clone());
        session.functions.end(&place, object)
    })
}
