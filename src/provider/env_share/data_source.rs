//! The data source `cloudbase_env_shares`: which environments mini programs have.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::framework::data_source::Found;
use crate::framework::schema::{Attribute, Schema};
use crate::framework::{Context, DataSource, Type};
use crate::ordered::Ordered as _;
use crate::provider::asked::Asked;
use crate::provider::outcomes::Outcomes;
use crate::provider::{Session, attributes, deadline};
use crate::wechat::{Appid, Freshness, SourceType};

/// The data source type.
pub(in crate::provider) struct EnvShares;

/// The arguments and what was found.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::provider) struct State {
    appids: BTreeSet<Appid>,
    source_type: Option<SourceType>,
    shares: Option<BTreeMap<Appid, BTreeSet<String>>>,
    appids_by_env: Option<BTreeMap<String, BTreeSet<Appid>>>,
    errors: Option<BTreeMap<Appid, String>>,
}

#[async_trait]
impl DataSource for EnvShares {
    type Session = Session;
    type State = State;

    fn type_name(&self) -> &'static str {
        "cloudbase_env_shares"
    }

    fn schema(&self) -> Schema {
        let sets = || Type::map(Type::set(Type::String));
        Schema::new(
            "Which cloud environments are shared with mini programs. Only shares in effect are \
             listed, not those that an administrator has yet to confirm.",
            vec![
                attributes::appids(
                    "Appids of the mini programs, at least one.",
                    "List at least one appid.",
                ),
                attributes::source_type(),
                Attribute::new(
                    "shares",
                    sets(),
                    "Environments by appid. A mini program without any has an empty set; one that \
                     the API refused is missing, and in `errors` instead.",
                )
                .computed(),
                Attribute::new(
                    "appids_by_env",
                    sets(),
                    "The same the other way round: appids by environment.",
                )
                .computed(),
                Attribute::new(
                    "errors",
                    Type::map(Type::String),
                    "Why the API refused mini programs, by appid.",
                )
                .computed(),
            ],
        )
    }

    async fn read(&self, context: Context<Session>, config: State) -> Found<State> {
        let operation = deadline::by_size(&context, deadline::READ, config.appids.len());
        let found = context
            .session
            .client
            .query(
                &operation,
                &config.appids,
                config.source_type,
                Freshness::Cached,
            )
            .await;
        let Outcomes {
            done,
            refused,
            failed,
        } = found.into_iter().collect();
        if !failed.is_empty() {
            return Found::failed(failed.errors(&Asked::read("read what is shared with")));
        }
        let errors = refused
            .into_iter()
            .map(|(appid, error)| (appid, error.reason().to_owned()));
        Found::state(State {
            appids_by_env: Some(by_env(&done)),
            shares: Some(done),
            errors: Some(errors.into_map()),
            ..config
        })
    }
}

/// The mini programs that have each environment.
pub(super) fn by_env(
    envs: &BTreeMap<Appid, BTreeSet<String>>,
) -> BTreeMap<String, BTreeSet<Appid>> {
    let mut by_env: BTreeMap<String, BTreeSet<Appid>> = BTreeMap::new();
    for (appid, envs) in envs {
        for env in envs {
            by_env.entry(env.clone()).or_default().insert(appid.clone());
        }
    }
    by_env
}
