//! Importing functions that exist already.

use std::collections::BTreeMap;

use super::id::FunctionId;
use super::look::look;
use super::model::{DeletionPolicy, Function, State};
use crate::framework::{Context, Diagnostic, Diagnostics, Incoming};
use crate::provider::asked::Asked;
use crate::provider::outcomes::Outcomes;
use crate::provider::{Session, deadline};

/// Reads an import id.
pub(super) fn parse(id: &str) -> Result<FunctionId, Diagnostics> {
    id.parse()
        .map_err(|error| Diagnostic::error("invalid import id", format!("{error}.")).into())
}

/// Finds the functions that `id` names. One that is not there is an error that names its environment.
pub(super) async fn import(
    context: &Context<Session>,
    id: FunctionId,
) -> Result<Incoming<State>, Diagnostics> {
    let FunctionId { name, envs } = id;
    let operation = deadline::of_envs(context, (&None, "read"), deadline::READ, envs.len());
    let found = look(&context.session, &operation, &name, &envs).await;
    let (found, failures) = Outcomes::from_iter(found).into_parts();
    let mut diagnostics = Diagnostics::new();
    let mut functions = BTreeMap::new();
    for (env, found) in found {
        match found {
            Some(found) => _ = functions.insert(env, Function::from(found)),
            None => diagnostics.push(Diagnostic::error(
                format!("environment {env} has no function {name}"),
                "Check the environment id and the name, or leave the environment out of the id and list it in `envs`: \
                 the apply uploads the function there.",
            )),
        }
    }
    let asked = Asked::read(format!("find out whether function {name} is in"));
    diagnostics.extend(failures.errors(&asked));
    if diagnostics.has_error() {
        return Err(diagnostics);
    }
    let state = State {
        name,
        envs,
        source: None,
        source_hash: None,
        vpc_id: None,
        subnet_id: None,
        deletion_policy: DeletionPolicy::Keep,
        timeouts: None,
        functions,
    };
    Ok(state.into())
}
