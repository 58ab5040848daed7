//! The action `cloudbase_resend_confirmations`: asks administrators again who have not confirmed.

use std::collections::BTreeSet;

use async_trait::async_trait;
use serde::Deserialize;

use crate::framework::action::{Action, Progress};
use crate::framework::schema::Schema;
use crate::framework::{Attr, AttributePath, Context, Diagnostic, Diagnostics};
use crate::provider::asked::Asked;
use crate::provider::ledger::{Pair, Taken};
use crate::provider::outcomes::Outcomes;
use crate::provider::{Session, api_errors, attributes, deadline};
use crate::wechat::{Appid, EnvId, Freshness, ShareOutcome, SourceType};

/// The action type.
pub(in crate::provider) struct ResendConfirmations;

/// Whom to ask again.
#[derive(Debug, Deserialize)]
pub(in crate::provider) struct Config {
    env: Attr<EnvId>,
    appids: Attr<Vec<Attr<Appid>>>,
    source_type: Attr<SourceType>,
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
             and shows the fresh confirmation URL of each. Those that are bound are left alone. \
             State keeps the earlier URLs; to have fresh ones there, change `confirmation_trigger` \
             of the `cloudbase_env_share` instead.",
            vec![
                attributes::env(),
                attributes::appids(
                    "Appids of the mini programs, at least one.",
                    "List at least one appid.",
                ),
                attributes::source_type(),
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
        let appids: BTreeSet<Appid> = appids.into_iter().filter_map(Attr::into_known).collect();
        let source_type = config.source_type.into_known();
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
            let sent = client.share(&operation, &env, &pending, source_type).await;
            let (shared, refused) = Outcomes::from_iter(sent).into_parts();
            failures.extend(refused);
            for (appid, outcome) in shared {
                let line = match outcome {
                    ShareOutcome::AwaitingConfirmation { url } => {
                        ledger.took(pair(&appid), None, Taken::Pending(Some(url.clone())));
                        context.session.confirm_urls.remember(&env, &appid, &url);
                        format!("{appid}: {url}")
                    }
                    ShareOutcome::AlreadyBound => format!("{appid}: is bound"),
                    ShareOutcome::NoUrl | ShareOutcome::UnusableUrl => {
                        ledger.took(pair(&appid), None, Taken::Pending(None));
                        format!("{appid}: was asked again, without a URL")
                    }
                };
                progress.say(line).await;
            }
        }
        failures.errors(&Asked::share(format!("share environment {env} again with")))
    }
}
