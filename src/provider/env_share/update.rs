//! Changing a `cloudbase_env_share` in place.

use std::collections::BTreeSet;

use super::model::{Config, State, Status};
use super::sharing::{Sharing, not_known};
use crate::framework::resource::Applied;
use crate::framework::{AttributePath, Context, Diagnostic, Severity};
use crate::provider::{Session, deadline, refusal};
use crate::wechat::{Appid, EnvId};

/// Shares what was added, and what is pending if the trigger changed; then unshares what was
/// removed. With an error, the state says what is really there.
pub(super) async fn update(
    context: &Context<Session>,
    prior: State,
    planned: Config,
) -> Applied<State> {
    let Some(wanted) = planned.wanted() else {
        return Applied::failed(not_known());
    };
    let operation = deadline::operation(context, deadline::WRITE);
    let sharing = Sharing {
        session: &context.session,
        operation: &operation,
        env: &wanted.env,
        source_type: wanted.source_type,
    };

    let trigger_changed = wanted.confirmation_trigger != prior.confirmation_trigger;
    let is_resent = |appid: &Appid| {
        let share = prior.shares.get(appid);
        share.is_some_and(|share| share.is_resent(trigger_changed))
    };
    let to_share: BTreeSet<Appid> = wanted
        .appids
        .iter()
        .filter(|appid| !prior.appids.contains(*appid) || is_resent(appid))
        .cloned()
        .collect();
    let to_unshare: BTreeSet<Appid> = prior.appids.difference(&wanted.appids).cloned().collect();

    let mut now = State {
        confirmation_trigger: wanted.confirmation_trigger.clone(),
        ..prior.clone()
    };
    let mut refused = Vec::new();
    let mut asked = Vec::new();
    for (appid, outcome) in sharing.share(&to_share).await {
        match outcome {
            Ok(share) => {
                if share.status == Status::Pending {
                    asked.push((appid.clone(), share.confirm_url.clone()));
                }
                now.appids.insert(appid.clone());
                now.shares.insert(appid, share);
            }
            Err(error) => {
                // One that was to be sent again is pending as before; its error has the next plan
                // send it again, and no other.
                if let Some(share) = now.shares.get_mut(&appid) {
                    share.error = Some(error.happened().to_owned());
                }
                refused.push((appid, error));
            }
        }
    }
    let unshared = sharing.unshare(&to_unshare, &prior.pending()).await;
    for appid in to_unshare {
        if !unshared.remains(&appid) {
            now.appids.remove(&appid);
            now.shares.remove(&appid);
        }
    }

    let share = format!("share environment {} to", wanted.env);
    let unshare = format!("end the sharing of environment {} to", wanted.env);
    let mut errors = refusal::diagnostics(Severity::Error, &share, &refused);
    errors.extend(refusal::diagnostics(
        Severity::Error,
        &unshare,
        &unshared.remaining,
    ));
    let beside = errors
        .has_error()
        .then(|| asked_beside_an_error(&wanted.env, &asked));
    Applied::state(now)
        .with(errors)
        .with(beside.flatten())
        .with(unshared.warnings(&wanted.env))
}

/// Terraform prints no outputs after an error, so that this is where the URLs are seen.
fn asked_beside_an_error(env: &EnvId, asked: &[(Appid, Option<String>)]) -> Option<Diagnostic> {
    if asked.is_empty() {
        return None;
    }
    let lines: Vec<_> = asked
        .iter()
        .map(|(appid, url)| format!("  {appid}: {}", url.as_deref().unwrap_or("without a URL")))
        .collect();
    Some(
        Diagnostic::warning(
            format!("environment {env} was shared to others, which have to confirm"),
            format!(
                "{}\nThey are in state, but Terraform does not print outputs after an error: \
                 `terraform apply -refresh-only` brings those up to date.",
                lines.join("\n")
            ),
        )
        .at(AttributePath::root("appids")),
    )
}
