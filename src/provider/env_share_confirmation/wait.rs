//! Waiting for people.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use super::model::State;
use crate::framework::resource::Applied;
use crate::framework::{AttributePath, Context, Diagnostic};
use crate::provider::asked::Asked;
use crate::provider::outcomes::Outcomes;
use crate::provider::{Session, deadline};
use crate::wechat::{Appid, Class, Error, Freshness, Stop};

/// The first pause between two looks; each further one is half as long again.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause. An administrator takes minutes; looking more often would cost calls.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// How long each look may take, however little of the wait is left: the last one is answered, too.
const LOOK: Duration = Duration::from_secs(60);

/// How long the first look may go without a token.
const FIRST_LOOK: Duration = Duration::from_secs(60);

/// How long a refused token may go without a newer one in its file or from its program.
const NEW_TOKEN: Duration = Duration::from_secs(5 * 60);

/// Looks until every mini program is bound, or time is up, at least once. What is bound is not asked
/// about again.
pub(super) async fn until_confirmed(context: &Context<Session>, state: State) -> Applied<State> {
    let wait = deadline::operation(context, state.create_timeout());
    let mut last_look: Option<Instant> = None;
    let mut missing = state.appids.clone();
    let mut said = BTreeMap::new();
    let mut pause = FIRST_PAUSE;
    loop {
        let client = &context.session.client;
        let look = deadline::by_size(context, LOOK, missing.len());
        let found = client
            .query(&look, &missing, state.source_type, Freshness::Fresh)
            .await;
        let missing_before = missing.len();
        let Outcomes {
            done,
            refused: mut passing,
            mut failed,
        } = found.into_iter().collect();
        if !done.is_empty() {
            last_look = Some(Instant::now());
        }
        for (appid, envs) in done {
            said.remove(&appid);
            if envs.contains(state.env.as_str()) {
                missing.remove(&appid);
            }
        }
        // What may pass is no reason to stop waiting; it is reported if time runs out. That time is up is
        // what the error says anyway.
        let waited = wait.elapsed();
        passing.extend(failed.take(|_, error| may_pass(error, last_look, waited)));
        passing.take(|_, error| error.class() == Class::DeadlineExceeded);
        said.extend(
            passing
                .into_iter()
                .map(|(appid, error)| (appid, error.happened().to_owned())),
        );
        if missing.len() < missing_before {
            tracing::info!(
                env = state.env.as_str(),
                "confirmed {} of {}",
                state.appids.len() - missing.len(),
                state.appids.len()
            );
        }
        if missing.is_empty() {
            return Applied::state(state);
        }
        if !failed.is_empty() {
            let asked = format!("wait until environment {} is shared with", state.env);
            return Applied::failed(failed.errors(&Asked::read(asked)));
        }
        let pause_now = pause.min(wait.remaining().saturating_sub(Duration::from_millis(1)));
        let slept = if pause_now.is_zero() {
            Err(Stop::Deadline)
        } else {
            wait.sleep(pause_now).await
        };
        if let Err(stop) = slept {
            return Applied::failed(unconfirmed(context, &state, &missing, &said, stop));
        }
        pause = (pause + pause / 2).min(LONGEST_PAUSE);
    }
}

/// Whether a failed look is no reason to stop waiting. `last_look`: when one has worked.
fn may_pass(error: &Error, last_look: Option<Instant>, waited: Duration) -> bool {
    match error.class() {
        Class::DeadlineExceeded | Class::Cancelled => true,
        // A token file that is being written, or a network that is down for a while. Where no look
        // works at all, the source itself is at fault.
        Class::TokenSource => last_look.is_some() || waited < FIRST_LOOK,
        Class::Token => last_look.is_some_and(|at| at.elapsed() < NEW_TOKEN),
        // The client has tried again by itself; a wait of half an hour can outlast even more.
        class => class.is_retryable(),
    }
}

fn unconfirmed(
    context: &Context<Session>,
    state: &State,
    missing: &BTreeSet<Appid>,
    said: &BTreeMap<Appid, String>,
    stop: Stop,
) -> Diagnostic {
    let (why, next) = match stop {
        Stop::Deadline => (
            "not confirmed in time",
            "Ask the administrators to confirm, then apply again: this only resumes the wait and \
             asks nobody again. Increase `timeouts.create` to wait longer.",
        ),
        Stop::Cancelled => (
            "the wait was stopped",
            "Apply again: this only resumes the wait and asks nobody again.",
        ),
    };
    let lines = missing.iter().map(|appid| {
        let url = context.session.confirm_urls.find(&state.env, appid);
        let url = url.unwrap_or_else(|| {
            "its URL, or why it was refused, is in `shares` of the cloudbase_env_share (`terraform \
             state show`)"
                .to_owned()
        });
        let trouble = said
            .get(appid)
            .map(|said| format!(" ({said})"))
            .unwrap_or_default();
        format!("  {appid}: {url}{trouble}")
    });
    let lines: Vec<_> = lines.collect();
    let detail = format!(
        "{} of {} mini programs have not confirmed the share:\n{}\n{next}",
        missing.len(),
        state.appids.len(),
        lines.join("\n"),
    );
    Diagnostic::error(format!("environment {}: {why}", state.env), detail)
        .at(AttributePath::root("appids"))
}
