//! Destroying a `cloudbase_env_share`.

use super::change::Change;
use super::marks::Marks;
use super::model::State;
use super::sharing::{Sharing, Unshared};
use crate::framework::Context;
use crate::framework::resource::{Applied, StateRequest};
use crate::provider::asked::Asked;
use crate::provider::{Session, deadline};

/// Ends the sharing with every mini program of the state, unless they are to be abandoned. With an
/// error, the state keeps exactly the pairs that remain.
pub(super) async fn delete(
    context: &Context<Session>,
    request: StateRequest<State>,
) -> Applied<State> {
    let StateRequest { state, private } = request;
    let limits = (&state.timeouts, "delete");
    let operation = deadline::configured(context, limits, deadline::WRITE, state.appids.len());
    let sharing = Sharing {
        session: &context.session,
        operation: &operation,
        env: &state.env,
        source_type: state.source_type,
    };
    let change = Change::destroy(&state);
    let removed = change.removed();
    let own = Marks::read(&private).own();
    let turn = sharing.turn(removed.iter()).await;
    if state.abandons() {
        return Applied::gone();
    }
    let unshared = match turn {
        Ok(_turn) => {
            sharing
                .unshare(&own, &removed, &change.removed_pending)
                .await
        }
        Err(error) => Unshared::none(&removed, &error),
    };
    if unshared.remaining.is_empty() {
        return Applied::gone().with(unshared.warnings);
    }
    let asked = Asked::unshare(format!("stop sharing environment {} with", state.env));
    let asked = asked.within("delete");
    let mut now = state;
    now.appids.retain(|appid| unshared.remains(appid));
    now.shares.retain(|appid, _| unshared.remains(appid));
    Applied::state(now)
        .with(unshared.remaining.errors(&asked))
        .with(unshared.warnings)
}
