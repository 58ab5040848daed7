//! The action `cloudbase_resend_confirmations`: asks administrators again who have not confirmed.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::Deserialize;

use super::counted::Counted;
use crate::framework::action::{Action, Progress};
use crate::framework::schema::{Attribute, Schema};
use crate::framework::{Attr, AttributePath, Context, Diagnostic, Diagnostics, Type};
use crate::ordered::Ordered as _;
use crate::provider::asked::Asked;
use crate::provider::ledger::{Pair, Taken};
use crate::provider::moment::Moment;
use crate::provider::outcomes::Outcomes;
use crate::provider::{Session, api_errors, attributes, deadline, validators};
use crate::wechat::{Appid, EnvId, Freshness, ShareOutcome, SourceType};

/// The action type.
pub(in crate::provider) struct ResendConfirmations;

/// Whom to ask again.
#[derive(Debug, Deserialize)]
pub(in crate::provider) struct Config {
    env: Attr<EnvId>,
    appids: Attr<Vec<Attr<Appid>>>,
    source_type: Attr<SourceType>,
    /// By appid; what is there for others does not matter.
    requested_at: Attr<BTreeMap<String, Attr<String>>>,
}

#[async_trait]
impl Action for ResendConfirmations {
    type Config = Config;
    type Session = Session;

    fn type_name(&self) -> &'static str {
        "cloudbase_resend_confirmations"
    }

    fn schema(&self) -> Schema {
        Schema::new(
            "Shares an environment again with those of the mini programs that have not confirmed, \
             and shows for each how old the request before was, and the fresh confirmation URL. Those \
             that are bound are left alone. \
             State keeps the earlier URLs; to have fresh ones there, change `confirmation_trigger` \
             of the `cloudbase_env_share` instead.",
            vec![
                attributes::env(),
                attributes::appids(
                    "Appids of the mini programs, at least one.",
                    "List at least one appid.",
                ),
                attributes::source_type(),
                Attribute::new(
                    "requested_at",
                    Type::map(Type::String),
                    "When the requests before were sent, by appid, to say how old they are: `{ for appid, share in \
                     cloudbase_env_share.NAME.shares : appid => share.requested_at }`. Nulls and other mini programs \
                     are passed over. Without it, only what the provider comes across in the same run is known.",
                )
                .null_elements()
                .validate_each(validators::moment()),
            ],
        )
    }

    async fn invoke(
        &self,
        context: Context<Session>,
        config: Config,
        progress: Progress,
    ) -> Diagnostics {
        let (Some(env), Some(appids)) = (config.env.into_known(), config.appids.into_known())
        else {
            let next = "Name the environment and the mini programs.";
            return Diagnostic::error("`env` or `appids` is not known", next).into();
        };
        let appids = appids.into_iter().filter_map(Attr::into_known).into_set();
        let source_type = config.source_type.into_known();
        let told = moments(config.requested_at);
        let operation = deadline::by_size(&context, deadline::WRITE, appids.len());
        let client = &context.session.client;

        let pair = |appid: &Appid| Pair::new(&env, source_type, appid);
        let ledger = &context.session.ledger;
        let turn = ledger.turn(&operation, Pair::each(&env, source_type, &appids));
        let _turn = match turn.await {
            Ok(turn) => turn,
            Err(error) => {
                let asked =
                    Asked::share(format!("share environment {env} again with mini programs"));
                let path = AttributePath::root("appids");
                return api_errors::error(&asked, &error, path).into();
            }
        };
        let mut appids = appids;
        // Whoever was asked in this run, by a resource that triggers the action, is not asked again.
        for appid in std::mem::take(&mut appids) {
            if let Some(asked) = ledger.asked_in_this_run(&pair(&appid)) {
                let url = asked.url().unwrap_or("without a URL");
                progress
                    .say(format!("{appid}: was asked in this run: {url}"))
                    .await;
            } else {
                appids.insert(appid);
            }
        }
        let found = client
            .query(&operation, &appids, source_type, Freshness::Fresh)
            .await;
        let Outcomes {
            done,
            refused,
            failed: mut failures,
        } = found.into_iter().collect();
        // The API may refuse to say anything of one without any share.
        let mut pending = refused.appids();
        for (appid, envs) in done {
            if envs.contains(env.as_str()) {
                let line = format!("{appid}: is bound, nobody is asked");
                progress.say(line).await;
            } else {
                pending.insert(appid);
            }
        }
        if !pending.is_empty() {
            let counted = match Counted::before(&context.session, &env, &pending) {
                Ok(counted) => counted,
                Err(over_limit) => return over_limit.into(),
            };
            let sent = client.share(&operation, &env, &pending, source_type).await;
            let now = Moment::now();
            let (shared, refused) = Outcomes::from_iter(sent).into_parts();
            let maybe_asked = refused
                .iter()
                .filter(|(_, error)| error.may_have_been_applied());
            let mut asked = maybe_asked.count();
            failures.extend(refused);
            for (appid, outcome) in shared {
                let pair = pair(&appid);
                let url = match outcome {
                    ShareOutcome::AwaitingConfirmation { url } => Some(url),
                    ShareOutcome::AlreadyBound => {
                        progress.say(format!("{appid}: is bound")).await;
                        continue;
                    }
                    ShareOutcome::NoUrl | ShareOutcome::UnusableUrl => None,
                };
                asked += 1;
                let times = &context.session.request_times;
                let before = told.get(appid.as_str()).copied().max(times.find(&pair));
                let line = asked_again(&env, &appid, before, now, url.as_deref());
                if let Some(url) = &url {
                    context.session.confirm_urls.remember(&env, &appid, url);
                }
                times.note(pair.clone(), now);
                ledger.took(pair, None, Taken::Pending(url));
                progress.say(line).await;
            }
            counted.only(asked);
        }
        failures.errors(&Asked::share(format!("share environment {env} again with")))
    }
}

/// The times that are known. The schema's check has refused what is none, where it was known by then.
fn moments(times: Attr<BTreeMap<String, Attr<String>>>) -> BTreeMap<String, Moment> {
    let times = times.into_known().into_iter().flatten();
    let known = times.filter_map(|(appid, time)| Some((appid, time.known()?.parse().ok()?)));
    known.collect()
}

/// What is said of one that was asked again: of what, after how long, and where it is confirmed.
fn asked_again(
    env: &EnvId,
    appid: &Appid,
    before: Option<Moment>,
    now: Moment,
    url: Option<&str>,
) -> String {
    let before = match before {
        Some(before) => format!("the request before was sent {} ({before})", before.ago(now)),
        None => "when the request before was sent is not known".to_owned(),
    };
    let url = url.unwrap_or("without a URL");
    format!("{appid}: asked to confirm environment {env}; {before}: {url}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_age_of_the_request_before_is_said_or_that_it_is_not_known() {
        let (env, appid) = ("e".parse().unwrap(), "wx5fe6bb43205e9e07".parse().unwrap());
        let now = "2026-11-29T08:00:00Z".parse().unwrap();
        let before = "2026-11-20T07:00:00Z".parse().ok();
        assert_eq!(
            asked_again(&env, &appid, before, now, Some("https://u")),
            "wx5fe6bb43205e9e07: asked to confirm environment e; the request before was sent 9 days ago \
             (2026-11-20T07:00:00Z): https://u"
        );
        assert_eq!(
            asked_again(&env, &appid, None, now, None),
            "wx5fe6bb43205e9e07: asked to confirm environment e; when the request before was sent is not \
             known: without a URL"
        );
    }
}
