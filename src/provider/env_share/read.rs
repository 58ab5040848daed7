//! Refreshing a `cloudbase_env_share`.

use super::model::{Share, State, Status};
use crate::framework::resource::Applied;
use crate::framework::{Context, Diagnostic, Severity};
use crate::provider::{Session, deadline, refusal};
use crate::wechat::{Class, Freshness};

/// Asks which of the state's mini programs have the environment.
///
/// Listed is bound. Not listed stays pending if it was, and nothing is sent; otherwise it leaves
/// the state, so that the next plan adds it again.
pub(super) async fn read(context: &Context<Session>, state: State) -> Applied<State> {
    let operation = deadline::operation(context, deadline::READ);
    let found = context
        .session
        .client
        .query(
            &operation,
            &state.appids,
            state.source_type,
            Freshness::Cached,
        )
        .await;

    let mut now = state.clone();
    let mut refused = Vec::new();
    let mut failed = Vec::new();
    let mut token_unknown = false;
    for (appid, envs) in found {
        let share = match envs {
            Ok(envs) if envs.contains(state.env.as_str()) => Some(Share::bound()),
            Ok(_) => {
                let prior = state.shares.get(&appid);
                prior
                    .filter(|share| share.status == Status::Pending)
                    .cloned()
            }
            Err(error) => {
                match error.class() {
                    Class::TokenUnknown => token_unknown = true,
                    Class::Item => refused.push((appid.clone(), error)),
                    _ => failed.push((appid.clone(), error)),
                }
                continue;
            }
        };
        if let Some(share) = share {
            now.shares.insert(appid, share);
        } else {
            now.shares.remove(&appid);
            now.appids.remove(&appid);
        }
    }

    let asked = format!("read whether environment {} is shared to", state.env);
    if !failed.is_empty() {
        return Applied::failed(refusal::diagnostics(Severity::Error, &asked, &failed));
    }
    let mut applied = if now.appids.is_empty() {
        Applied::gone()
    } else {
        Applied::state(now)
    };
    if token_unknown {
        applied = applied.with([not_refreshed(&state)]);
    }
    applied.with(refusal::diagnostics(Severity::Warning, &asked, &refused))
}

fn not_refreshed(state: &State) -> Diagnostic {
    Diagnostic::warning(
        format!("the shares of environment {} were not refreshed", state.env),
        "The access token in the provider block is not known until apply, so the plan goes by \
         what the state has.",
    )
}
