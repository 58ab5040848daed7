//! Creating a `cloudbase_auth_function`.

use super::deploy::{Deployed, deploy};
use super::marks::Marks;
use super::model::{Config, Function, State};
use super::{place, warnings};
use crate::framework::Context;
use crate::framework::resource::Applied;
use crate::provider::asked::Asked;
use crate::provider::ledger::ObjectId;
use crate::provider::{Session, deadline};

/// Uploads the function to all planned environments.
///
/// If some fail this is no error: an error would taint the resource, and replacing it may delete functions that are in use.
/// If all fail it is an error and nothing is in state; the next create looks first.
pub(super) async fn create(context: &Context<Session>, planned: Config) -> Applied<State> {
    let wanted = match planned.wanted() {
        Ok(wanted) => wanted,
        Err(error) => return Applied::failed(error),
    };
    let object = ObjectId::new();
    if let Err(error) = place::take(&context.session, &object, &wanted) {
        return Applied::failed(error);
    }
    let limits = (&wanted.timeouts, "create");
    let operation = deadline::of_envs(context, limits, deadline::WRITE, wanted.envs.len());
    let deployed = deploy(&context.session, &operation, &wanted, &wanted.envs).await;
    let Deployed {
        mut functions,
        failures,
        replaced,
        hash,
        warnings,
    } = match deployed {
        Ok(deployed) => deployed,
        Err(error) => {
            place::release(&context.session, &object, &wanted);
            return Applied::failed(error);
        }
    };
    let asked = Asked::upload(format!("upload function {} to", wanted.name)).within("create");
    if functions.is_empty() {
        place::release(&context.session, &object, &wanted);
        return Applied::failed(failures.errors(&asked)).with(warnings);
    }
    let failed = failures
        .iter()
        .map(|(env, error)| (env.clone(), Function::failed(error)));
    functions.extend(failed);
    let refusals = failures.warnings(&asked).into_iter().map(|mut warning| {
        warning.detail.push_str(
            "\nThe resource is not tainted. The next apply tries again what failed, in place.",
        );
        warning
    });
    let replaced = warnings::code_was_replaced(&wanted.name, &replaced);
    let state = State {
        source_hash: Some(hash),
        ..wanted
    };
    Applied::state(state.with(functions))
        .private(Marks::of(object).write())
        .with(refusals)
        .with(replaced)
        .with(warnings)
}
