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
    let unshared = sharing.unshare(&state.appids, &state.pending()).await;
    let warnings = unshared.warnings(&state.env);
    if unshared.remaining.is_empty() {
        return Applied::gone().with(warnings);
    }
    let mut now = state;
    now.appids.retain(|appid| unshared.remains(appid));
    now.shares.retain(|appid, _| unshared.remains(appid));
    let asked = format!("end the sharing of environment {} to", now.env);
    Applied::state(now)
        .with(refusal::diagnostics(
            Severity::Error,
            &asked,
            &unshared.remaining,
        ))
        .with(warnings)
}
