//! The client: what all calls share.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    Appid, ClientSettings, EnvId, Error, Freshness, Operation, ShareOutcome, SourceType,
    batch_write::{BatchWrite, Outcomes},
    query::Shares,
    share::Share,
    tokens::TokenStore,
    transport::Transport,
    unshare::Unshare,
};

/// A client of the API. Clones share everything: connections, tokens, pacing.
#[derive(Clone, Debug)]
pub struct Client(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    settings: ClientSettings,
    transport: Transport,
    tokens: TokenStore,
}

impl Client {
    /// A client that has done nothing yet: connections, TLS roots and tokens are made when a call first needs them.
    pub fn new(settings: ClientSettings) -> Self {
        Self(Arc::new(Parts {
            transport: Transport::new(&settings),
            tokens: TokenStore::new(settings.credentials.clone()),
            settings,
        }))
    }

    pub(super) fn settings(&self) -> &ClientSettings {
        &self.0.settings
    }

    pub(super) fn transport(&self) -> &Transport {
        &self.0.transport
    }

    pub(super) fn tokens(&self) -> &TokenStore {
        &self.0.tokens
    }

    /// Shares an environment to mini programs. Every appid asked about has an entry in the result.
    pub async fn share(
        &self,
        operation: &Operation,
        env: &EnvId,
        appids: &BTreeSet<Appid>,
        source: Option<SourceType>,
    ) -> BTreeMap<Appid, Result<ShareOutcome, Error>> {
        self.write::<Share>(operation, env, appids, source).await
    }

    /// Ends the sharing of an environment to mini programs. Every appid asked about has an entry in the result.
    pub async fn unshare(
        &self,
        operation: &Operation,
        env: &EnvId,
        appids: &BTreeSet<Appid>,
        source: Option<SourceType>,
    ) -> BTreeMap<Appid, Result<(), Error>> {
        self.write::<Unshare>(operation, env, appids, source).await
    }

    /// The environments shared to mini programs. Every appid asked about has an entry in the result; one without any
    /// share has an empty set.
    pub async fn query(
        &self,
        operation: &Operation,
        appids: &BTreeSet<Appid>,
        source: Option<SourceType>,
        _freshness: Freshness,
    ) -> Shares {
        let mut shares = Shares::new();
        for batch in self.batches(appids) {
            shares.extend(self.query_batch(operation, &batch, source).await);
        }
        shares
    }

    async fn write<W: BatchWrite>(
        &self,
        operation: &Operation,
        env: &EnvId,
        appids: &BTreeSet<Appid>,
        source: Option<SourceType>,
    ) -> Outcomes<W> {
        let mut outcomes = Outcomes::<W>::new();
        for batch in self.batches(appids) {
            outcomes.extend(self.write_batch::<W>(operation, env, &batch, source).await);
        }
        outcomes
    }

    fn batches(&self, appids: &BTreeSet<Appid>) -> Vec<BTreeSet<Appid>> {
        let appids: Vec<&Appid> = appids.iter().collect();
        appids
            .chunks(self.settings().batch_size.get())
            .map(|batch| batch.iter().map(|&appid| appid.clone()).collect())
            .collect()
    }
}
