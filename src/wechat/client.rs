//! The client: what all calls share.

use std::sync::Arc;

use super::{
    ClientSettings,
    auth::{RunMemory, TokenStore},
    batch::{Batcher, Linger},
    endpoints::{
        batch_write::Writes,
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
            settings,
        }))
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

    pub(super) fn mixed_shares(&self) -> &Mixing {
        &self.0.mixed_shares
    }

    pub(super) fn mixed_unshares(&self) -> &Mixing {
        &self.0.mixed_unshares
    }
}
