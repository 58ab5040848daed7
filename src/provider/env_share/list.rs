//! The list resource `cloudbase_env_share`: which environments mini programs have, for
//! `terraform query`.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use serde::Deserialize;

use super::data_source::by_env;
use super::model::{Share, State};
use super::resource::EnvShare;
use crate::framework::list::{Enough, ListRequest, ListResource, Listed, Results};
use crate::framework::schema::{Attribute, Schema};
use crate::framework::{Attr, Context, Diagnostics};
use crate::ordered::Ordered as _;
use crate::provider::asked::Asked;
use crate::provider::outcomes::Outcomes;
use crate::provider::{Session, attributes, deadline, validators};
use crate::wechat::{Appid, EnvId, Freshness, SourceType};

/// The list resource type.
pub(in crate::provider) struct EnvShareList;

/// What to look for.
#[derive(Debug, Deserialize)]
pub(in crate::provider) struct Config {
    appids: Attr<Vec<Attr<Appid>>>,
    source_type: Attr<SourceType>,
    env: Attr<EnvId>,
}

#[async_trait]
impl ListResource for EnvShareList {
    type Config = Config;
    type Resource = EnvShare;

    fn schema(&self) -> Schema {
        Schema::new(
            "Finds the environments that are shared with mini programs: one result for each \
             environment, with those of the mini programs that have it.",
            vec![
                attributes::appids(
                    "Appids of the mini programs to ask about, at least one: the API cannot be \
                     asked by environment.",
                    "List at least one appid.",
                ),
                attributes::source_type(),
                Attribute::string("env", "Only this environment.").validate(validators::env_id()),
            ],
        )
    }

    /// An environment's mini programs are complete only when the last batch has been read, so that
    /// results come after it.
    async fn list(
        &self,
        context: Context<Session>,
        request: ListRequest<Config>,
        results: Results<State>,
    ) {
        let Config {
            appids,
            source_type,
            env,
        } = request.config;
        let appids = appids
            .into_known()
            .into_iter()
            .flatten()
            .filter_map(Attr::into_known)
            .into_set();
        // An import by identity knows no 0, so that the generated configuration has none either.
        let source_type = SourceType::left_out(source_type.into_known());
        let operation = deadline::by_size(&context, deadline::READ, appids.len());
        let client = &context.session.client;
        let found = client
            .query(&operation, &appids, source_type, Freshness::Cached)
            .await;

        let Outcomes {
            done,
            refused,
            failed,
        } = found.into_iter().collect();
        let asked = Asked::read("read what is shared with");
        let mut said = failed.errors(&asked);
        said.extend(refused.warnings(&asked));
        let mut by_env = by_env(&done);
        let wanted = |found: &String| env.known().is_none_or(|env| env.as_str() == found.as_str());
        by_env.retain(|env, _| wanted(env));
        // Whoever asked has enough: nothing is left to do.
        let (Ok(()) | Err(Enough)) = hand_over(&results, by_env, source_type, said).await;
    }
}

async fn hand_over(
    results: &Results<State>,
    by_env: BTreeMap<String, BTreeSet<Appid>>,
    source_type: Option<SourceType>,
    said: Diagnostics,
) -> Result<(), Enough> {
    // Without what could not be read, the mini programs of an environment would not be complete.
    let incomplete = said.has_error();
    if !said.is_empty() {
        results.say(said).await?;
    }
    if incomplete {
        return Ok(());
    }
    for (env, appids) in by_env {
        // An id that is not one cannot be managed.
        let Ok(env) = env.parse::<EnvId>() else {
            tracing::warn!(?env, "left out an environment whose id is malformed");
            continue;
        };
        let count = appids.len();
        let programs = if count == 1 {
            "mini program"
        } else {
            "mini programs"
        };
        let shares = appids.into_iter().map(|appid| (appid, Share::bound()));
        let listed = Listed {
            display_name: format!("{env}, shared with {count} {programs}"),
            state: State::found(env, source_type, shares.into_map()),
            diagnostics: Diagnostics::new(),
        };
        results.found(listed).await?;
    }
    Ok(())
}
