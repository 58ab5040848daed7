//! Creating a `cloudbase_env_share`.

use super::marks::Marks;
use super::model::{Config, Share, State};
use super::sharing::{Shared, Sharing};
use crate::framework::Context;
use crate::framework::resource::Applied;
use crate::provider::asked::Asked;
use crate::provider::ledger::ObjectId;
use crate::provider::{Session, deadline};

/// Shares the environment with all planned mini programs.
///
/// If some fail this is no error: an error would taint the resource, and replacing it would ask every
/// administrator again. If all fail it is an error and nothing is in state, also where a request may have
/// taken effect: a success would hide that the API is out of order, and a tainted object would end what is
/// confirmed by then. The next create looks first.
pub(super) async fn create(context: &Context<Session>, planned: Config) -> Applied<State> {
    let wanted = match planned.wanted() {
        Ok(wanted) => wanted,
        Err(error) => return Applied::failed(error),
    };
    let limits = (&wanted.timeouts, "create");
    let operation = deadline::configured(context, limits, deadline::WRITE, wanted.appids.len());
    let sharing = Sharing {
        session: &context.session,
        operation: &operation,
        env: &wanted.env,
        source_type: wanted.source_type,
    };
    let object = ObjectId::new();
    let turn = sharing.turn(wanted.appids.iter()).await;
    let attempt = sharing.share_in(&turn, &object, &wanted.appids).await;
    drop(turn);
    let Shared { outcomes, warnings } = match attempt {
        Ok(done) => done,
        Err(over_limit) => return Applied::failed(over_limit),
    };
    let (mut shares, failures) = outcomes.into_parts();
    let asked = Asked::share(format!("share environment {} with", wanted.env)).within("create");
    if shares.is_empty() {
        return Applied::failed(failures.errors(&asked));
    }
    let not_shared = failures
        .iter()
        .map(|(appid, error)| (appid.clone(), Share::not_shared(error)));
    shares.extend(not_shared);
    let refusals = failures.warnings(&asked).into_iter().map(|mut warning| {
        warning.detail.push_str(
            "\nThe resource is not tainted. The next apply tries again what failed, in place.",
        );
        warning
    });
    Applied::state(State { shares, ..wanted })
        .private(Marks::of(object).write())
        .with(refusals)
        .with(warnings)
}
