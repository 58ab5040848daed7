//! The client: what all calls share.

use std::{sync::Arc, time::Duration};

use tokio::sync::Mutex;

use super::{
    ClientSettings, RequestRate,
    auth::{RunMemory, TokenStore},
    batch::{Batcher, Linger},
    endpoints::{
        batch_write::Writes,
        function_upload::Uploads,
        mixing::{Mixing, Off},
        query::Query,
        read_cache::ReadCache,
        share::Share,
        unshare::Unshare,
    },
    http::Wire,
};

/// A client of the API, for one run. Clones share everything: connections, tokens, batches, and what the run has learned:
/// once a daily cap is used up or a token is refused, calls that would meet the same end fail without being sent.
///
/// Its calls are in the files of their endpoints.
#[derive(Clone, Debug)]
pub struct Client(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    settings: ClientSettings,
    wire: Wire,
    tokens: TokenStore,
    memory: RunMemory,
    read_cache: ReadCache,
    queries: Batcher<Query>,
    shares: Batcher<Writes<Share>>,
    unshares: Batcher<Writes<Unshare>>,
    mixed_shares: Mixing,
    mixed_unshares: Mixing,
    whitelist_turn: Mutex<()>,
    uploads: Uploads,
}

impl Client {
    /// A client that has done nothing yet: connections, TLS roots and tokens are made when a call first needs them.
    pub fn new(settings: ClientSettings) -> Self {
        let (size, linger) = (settings.batch_size.get(), Linger::default());
        let off = Off::new(!settings.batch_across_environments);
        Self(Arc::new(Parts {
            wire: Wire::new(&settings),
            tokens: TokenStore::default(),
            memory: RunMemory::default(),
            read_cache: ReadCache::default(),
            queries: Batcher::new(size, linger.clone()),
            shares: Batcher::new(size, linger.clone()),
            unshares: Batcher::new(size, linger),
            mixed_shares: Mixing::new(off.clone()),
            mixed_unshares: Mixing::new(off),
            whitelist_turn: Mutex::default(),
            uploads: Uploads::default(),
            settings,
        }))
    }

    /// The least time that calls about so many appids take, one call for each batch; nothing unless
    /// [`ClientSettings::requests_per_second`] is set.
    pub fn least_time(&self, appids: usize) -> Duration {
        let settings = self.settings();
        let batches = appids.div_ceil(settings.batch_size.get());
        let batches = u32::try_from(batches).unwrap_or(u32::MAX);
        let interval = settings.requests_per_second.map(RequestRate::interval);
        interval.unwrap_or_default().saturating_mul(batches)
    }

    /// The least time that so many calls take, each by itself; nothing unless
    /// [`ClientSettings::requests_per_second`] is set.
    pub fn least_time_of_calls(&self, calls: usize) -> Duration {
        let interval = self
            .settings()
            .requests_per_second
            .map(RequestRate::interval);
        let calls = u32::try_from(calls).unwrap_or(u32::MAX);
        interval.unwrap_or_default().saturating_mul(calls)
    }

    pub(super) fn settings(&self) -> &ClientSettings {
        &self.0.settings
    }

    pub(super) fn wire(&self) -> &Wire {
        &self.0.wire
    }

    pub(super) fn tokens(&self) -> &TokenStore {
        &self.0.tokens
    }

    /// What need not be sent any more.
    pub(super) fn memory(&self) -> &RunMemory {
        &self.0.memory
    }

    pub(super) fn read_cache(&self) -> &ReadCache {
        &self.0.read_cache
    }

    pub(super) fn queries(&self) -> &Batcher<Query> {
        &self.0.queries
    }

    pub(super) fn shares(&self) -> &Batcher<Writes<Share>> {
        &self.0.shares
    }

    pub(super) fn unshares(&self) -> &Batcher<Writes<Unshare>> {
        &self.0.unshares
    }

    /// Whose turn it is to upload.
    pub(super) fn uploads(&self) -> &Uploads {
        &self.0.uploads
    }

    pub(super) fn mixed_shares(&self) -> &Mixing {
        &self.0.mixed_shares
    }

    pub(super) fn mixed_unshares(&self) -> &Mixing {
        &self.0.mixed_unshares
    }

    /// Whose turn it is to change a whitelist.
    pub(super) fn whitelist_turn(&self) -> &Mutex<()> {
        &self.0.whitelist_turn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_time_is_that_of_a_call_for_each_batch() {
        let client = |rate: Option<f64>| {
            Client::new(ClientSettings {
                requests_per_second: rate.map(|rate| RequestRate::try_from(rate).unwrap()),
                ..ClientSettings::default()
            })
        };
        let least = |rate, appids| client(rate).least_time(appids);
        assert_eq!(least(None, 10_000), Duration::ZERO);
        assert_eq!(least(Some(0.5), 0), Duration::ZERO);
        assert_eq!(least(Some(0.5), 50), Duration::from_secs(2));
        assert_eq!(least(Some(0.5), 51), Duration::from_secs(4));
    }
}
