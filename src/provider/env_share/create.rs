//! Creating a `cloudbase_env_share`.

use std::collections::BTreeMap;

use super::marks::Marks;
use super::model::{Config, Share, State};
use super::sharing::{Shared, Sharing, not_known};
use crate::framework::resource::Applied;
use crate::framework::{Context, Severity};
use crate::provider::ledger::ObjectId;
use crate::provider::{Session, api_errors, deadline};

/// Shares the environment with all planned mini programs.
///
/// If some are refused this is no error: an error would taint the resource, and replacing it would
/// ask every administrator again. If all are refused nothing is there.
pub(super) async fn create(context: &Context<Session>, planned: Config) -> Applied<State> {
    let Some(wanted) = planned.wanted() else {
        return Applied::failed(not_known());
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
    let Shared { outcomes, warnings } = match sharing.turn(wanted.appids.iter()).await {
        Ok(_turn) => sharing.share(&object, &wanted.appids).await,
        Err(error) => Shared::failed(&wanted.appids, &error),
    };
    let mut shares = BTreeMap::new();
    let mut failures = Vec::new();
    for (appid, outcome) in outcomes {
        let share = match outcome {
            Ok(share) => share,
            Err(error) => {
                let share = Share::not_shared(&error);
                failures.push((appid.clone(), error));
                share
            }
        };
        shares.insert(appid, share);
    }
    let asked = format!("share environment {} with", wanted.env);
    if failures.len() == shares.len() {
        return Applied::failed(api_errors::of_appids(Severity::Error, &asked, &failures));
    }
    let refusals = api_errors::of_appids(Severity::Warning, &asked, &failures)
        .into_iter()
        .map(|mut warning| {
            warning.detail.push_str(
                "\nWhat was not refused is shared, and nothing is tainted: the next plan adds what \
                 is missing, in place.",
            );
            warning
        });
    Applied::state(State { shares, ..wanted })
        .private(Marks::of(object).write())
        .with(refusals)
        .with(warnings)
}
