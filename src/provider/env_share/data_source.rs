//! The data source `cloudbase_env_shares`: which environments mini programs have.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::framework::data_source::Found;
use crate::framework::schema::{Attribute, Schema};
use crate::framework::{Context, DataSource, Severity, Type};
use crate::provider::{Session, api_errors, attributes, deadline};
use crate::wechat::{Appid, Class, Freshness, SourceType};

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
                    "The same, turned round: appids by environment.",
                )
                .computed(),
                Attribute::new(
                    "errors",
                    Type::map(Type::String),
                    "What the API said of the mini programs that it refused, by appid.",
                )
                .computed(),
            ],
        )
    }

    async fn read(&self, context: Context<Session>, config: State) -> Found<State> {
        let operation = deadline::operation(&context, deadline::READ);
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
        let mut shares = BTreeMap::new();
        let mut appids_by_env: BTreeMap<String, BTreeSet<Appid>> = BTreeMap::new();
        let mut errors = BTreeMap::new();
        let mut failures = Vec::new();
        for (appid, envs) in found {
            match envs {
                Ok(envs) => {
                    for env in &envs {
                        appids_by_env
                            .entry(env.clone())
                            .or_default()
                            .insert(appid.clone());
                    }
                    shares.insert(appid, envs);
                }
                Err(error) if error.class() == Class::Item => {
                    let said = error.errmsg().unwrap_or_else(|| error.happened());
                    errors.insert(appid, said.to_owned());
                }
                Err(error) => failures.push((appid, error)),
            }
        }
        if !failures.is_empty() {
            let asked = "read what is shared with";
            return Found::failed(api_errors::of_appids(Severity::Error, asked, &failures));
        }
        Found::state(State {
            shares: Some(shares),
            appids_by_env: Some(appids_by_env),
            errors: Some(errors),
            ..config
        })
    }
}
