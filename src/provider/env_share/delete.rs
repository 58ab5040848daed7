//! Destroying a `cloudbase_env_share`.

use super::model::State;
use super::sharing::Sharing;
use crate::framework::resource::Applied;
use crate::framework::{Context, Severity};
use crate::provider::{Session, deadline, refusal};

/// Ends the sharing to every mini program of the state. With an error, the state keeps exactly
/// the pairs that remain.
pub(super) async fn delete(context: &Context<Session>, state: State) -> Applied<State> {
    let operation = deadline::operation(context, deadline::WRITE);
    let sharing = Sharing {
        session: &context.session,
        operation: &operation,
        env: &state.env,
        source_type: state.source_type,
    };
    let remaining = sharing.unshare(&state.appids).await;
    if remaining.is_empty() {
        return Applied::gone();
    }
    let mut now = state;
    now.appids.retain(|appid| remaining.contains_key(appid));
    now.shares.retain(|appid, _| remaining.contains_key(appid));
    let asked = format!("end the sharing of environment {} to", now.env);
    let failures: Vec<_> = remaining.into_iter().collect();
    Applied::state(now).with(refusal::diagnostics(Severity::Error, &asked, &failures))
}
