//! The client: what all calls share.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use tokio::sync::Semaphore;

use super::{
    Appid, ClientSettings, EnvId, Error, Freshness, Operation, ShareOutcome, SourceType,
    auth::TokenStore,
    coalesce::{CALLS_AT_ONCE, Pace, Reads, Window, Writes},
    endpoints::{Shares, share::Share, unshare::Unshare},
    http::{RunMemory, Wire},
};

/// A client of the API, for one run. Clones share everything: connections, tokens, pacing, and what the run has learned:
/// once a daily cap is used up or a token is refused, calls that would meet the same end fail without being sent.
#[derive(Clone, Debug)]
pub struct Client(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    settings: ClientSettings,
    wire: Wire,
    tokens: TokenStore,
    reads: Reads,
    shares: Writes<ShareOutcome>,
    unshares: Writes<()>,
    pace: Pace<Window>,
    slots: Semaphore,
    memory: RunMemory,
}

impl Client {
    /// A client that has done nothing yet: connections, TLS roots and tokens are made when a call first needs them.
    pub fn new(settings: ClientSettings) -> Self {
        Self(Arc::new(Parts {
            wire: Wire::new(&settings),
            tokens: TokenStore::default(),
            reads: Reads::default(),
            shares: Writes::default(),
            unshares: Writes::default(),
            pace: Pace::default(),
            slots: Semaphore::new(CALLS_AT_ONCE),
            memory: RunMemory::default(),
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

    pub(super) fn reads(&self) -> &Reads {
        &self.0.reads
    }

    pub(super) fn shares(&self) -> &Writes<ShareOutcome> {
        &self.0.shares
    }

    pub(super) fn unshares(&self) -> &Writes<()> {
        &self.0.unshares
    }

    pub(super) fn pace(&self) -> &Pace<Window> {
        &self.0.pace
    }

    /// How many batch calls may be under way at once.
    pub(super) fn slots(&self) -> &Semaphore {
        &self.0.slots
    }

    /// What need not be sent any more.
    pub(super) fn memory(&self) -> &RunMemory {
        &self.0.memory
    }

    /// Shares an environment to mini programs. Every appid asked about has an entry in the result.
    ///
    /// Shares of one environment that are asked for at about the same time go out together.
    pub async fn share(
        &self,
        operation: &Operation,
        env: &EnvId,
        appids: &BTreeSet<Appid>,
        source: Option<SourceType>,
    ) -> BTreeMap<Appid, Result<ShareOutcome, Error>> {
        self.write_coalesced::<Share>(operation, env, appids, source)
            .await
    }

    /// Ends the sharing of an environment to mini programs. Every appid asked about has an entry in the result.
    ///
    /// Unshares of one environment that are asked for at about the same time go out together.
    pub async fn unshare(
        &self,
        operation: &Operation,
        env: &EnvId,
        appids: &BTreeSet<Appid>,
        source: Option<SourceType>,
    ) -> BTreeMap<Appid, Result<(), Error>> {
        self.write_coalesced::<Unshare>(operation, env, appids, source)
            .await
    }

    /// The environments shared to mini programs. Every appid asked about has an entry in the result; one without any
    /// share has an empty set.
    ///
    /// Queries that are asked for at about the same time go out together, and all but [`Freshness::Fresh`] ones take what
    /// this process has read before, as long as it has not written to the mini program since.
    pub async fn query(
        &self,
        operation: &Operation,
        appids: &BTreeSet<Appid>,
        source: Option<SourceType>,
        freshness: Freshness,
    ) -> Shares {
        self.query_coalesced(operation, appids, source, freshness)
            .await
    }
}
