//! Looking at the function of each environment.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::StreamExt as _;
use futures_util::stream;

use crate::provider::Session;
use crate::wechat::{EnvId, Error, FoundFunction, FunctionName, Operation};

/// How many calls are under way at a time.
const AT_ONCE: usize = 4;

/// What was found in each environment, or why nobody could look.
pub(super) type Found = BTreeMap<EnvId, Result<Option<FoundFunction>, Error>>;

/// Looks for the function `name` in each of `envs`.
pub(super) async fn look(
    session: &Session,
    operation: &Operation,
    name: &FunctionName,
    envs: &BTreeSet<EnvId>,
) -> Found {
    let looks = envs.iter().cloned().map(|env| {
        let (client, operation, name) = (session.client.clone(), operation.clone(), name.clone());
        async move {
            let found = client.function(&operation, &env, &name).await;
            (env, found)
        }
    });
    some_at_a_time(looks.collect()).await
}

/// Runs calls, each about one environment, some at a time.
pub(super) async fn some_at_a_time<T, C>(calls: Vec<C>) -> BTreeMap<EnvId, T>
where
    C: Future<Output = (EnvId, T)>,
{
    stream::iter(calls)
        .buffer_unordered(AT_ONCE)
        .collect()
        .await
}
