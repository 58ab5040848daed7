//! The current tokens of the process, and who fetches the next ones.

use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::{FutureExt as _, future::BoxFuture};
use secrecy::{ExposeSecret as _, SecretString};

use super::{
    Credentials, Lease, TokenKind, TokenSource, command,
    document::{self, DocumentKey},
    documents::Documents,
    minting::{Minted, Permission},
    no_token, unknown_token,
};
use crate::wechat::{Appid, Class, Client, Error, Operation, Stop, auth::single_flight::Flight};

/// The tokens of one process.
#[derive(Debug, Default)]
pub(in crate::wechat) struct TokenStore {
    component: Mutex<Slot>,
    authorizer: Mutex<Slot>,
    /// What files and programs yielded last. The lock is held while one is read, so that one reading serves both tokens.
    documents: tokio::sync::Mutex<Documents>,
}

/// One kind of token.
#[derive(Debug, Default)]
struct Slot {
    current: Option<Lease>,
    /// One fetch at a time, however many operations wait for it.
    flight: Option<Flight<Result<Lease, Error>>>,
    generation: u64,
    minted: Minted,
}

impl TokenStore {
    fn slot(&self, kind: TokenKind) -> MutexGuard<'_, Slot> {
        let slot = match kind {
            TokenKind::Component => &self.component,
            TokenKind::Authorizer => &self.authorizer,
        };
        slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Credentials {
    fn sources(&self, kind: TokenKind) -> &[TokenSource] {
        match kind {
            TokenKind::Component => &self.component,
            TokenKind::Authorizer => &self.authorizer,
        }
    }

    /// All secrets in them.
    pub(in crate::wechat) fn secrets(&self) -> Vec<&SecretString> {
        let sources = self.component.iter().chain(&self.authorizer);
        sources.flat_map(TokenSource::secrets).collect()
    }

    pub(in crate::wechat) fn component_appid(&self) -> Option<&Appid> {
        let sources = self.component.iter().chain(&self.authorizer);
        sources.into_iter().find_map(|source| match source {
            TokenSource::MintComponent { appid, .. } => Some(appid),
            TokenSource::MintAuthorizer {
                component_appid, ..
            } => component_appid.as_ref(),
            _ => None,
        })
    }
}

impl TokenSource {
    fn secrets(&self) -> Vec<&SecretString> {
        match self {
            Self::Value { token, .. } => vec![token],
            Self::MintComponent {
                appsecret,
                verify_ticket,
                ..
            } => vec![appsecret, verify_ticket],
            Self::MintAuthorizer { refresh_token, .. } => refresh_token.iter().collect(),
            Self::Unknown { .. } | Self::File { .. } | Self::Command { .. } => vec![],
        }
    }
}

impl Client {
    /// The current token of a kind, fetched if there is none.
    pub(in crate::wechat) async fn token(
        &self,
        operation: &Operation,
        kind: TokenKind,
    ) -> Result<Lease, Error> {
        let boarded = {
            let mut slot = self.tokens().slot(kind);
            match &slot.current {
                Some(current) if current.is_fresh() => return Ok(current.clone()),
                _ => self.board(&mut slot, operation, kind, None),
            }
        };
        boarded.wait(operation).await?.map_err(settled)
    }

    /// A newer token than the one that was refused; `None` if its source has no newer one. A token that has been
    /// replaced meanwhile is not fetched again.
    pub(in crate::wechat) async fn newer_token(
        &self,
        operation: &Operation,
        kind: TokenKind,
        refused: &Lease,
    ) -> Result<Option<Lease>, Error> {
        let boarded = {
            let mut slot = self.tokens().slot(kind);
            match &slot.current {
                Some(current) if current.generation > refused.generation => {
                    return Ok(Some(current.clone()).filter(|current| !current.same_token(refused)));
                }
                _ => {
                    slot.current = None;
                    self.board(&mut slot, operation, kind, Some(refused.clone()))
                }
            }
        };
        let lease = boarded.wait(operation).await?.map_err(settled)?;
        Ok(Some(lease).filter(|lease| !lease.same_token(refused)))
    }

    /// Whether asking for another token of the same source takes running a program.
    pub(in crate::wechat) fn is_from_a_program(&self, lease: &Lease) -> bool {
        let sources = self.settings().credentials.sources(lease.kind());
        sources.iter().any(|source| {
            matches!(source, TokenSource::Command { origin, .. } if *origin == lease.origin)
        })
    }

    /// Joins the fetch that is under way, or starts one.
    fn board(
        &self,
        slot: &mut Slot,
        operation: &Operation,
        kind: TokenKind,
        refused: Option<Lease>,
    ) -> crate::wechat::auth::single_flight::Boarded<Result<Lease, Error>> {
        if let Some(boarded) = slot
            .flight
            .as_ref()
            .and_then(|flight| flight.board(operation))
        {
            return boarded;
        }
        let client = self.clone();
        let (flight, boarded) =
            Flight::start(operation, |shared| client.fetch(shared, kind, refused));
        slot.flight = Some(flight);
        boarded
    }

    /// Boxed, since fetching an authorizer token is a call of its own that takes a token.
    fn fetch(
        self,
        operation: Operation,
        kind: TokenKind,
        refused: Option<Lease>,
    ) -> BoxFuture<'static, Result<Lease, Error>> {
        async move {
            let fetched = self
                .first_that_yields(&operation, kind, refused.as_ref())
                .await;
            let mut slot = self.tokens().slot(kind);
            fetched.map(|lease| {
                slot.generation += 1;
                let lease = Lease {
                    generation: slot.generation,
                    ..lease
                };
                tracing::debug!(kind = %kind, origin = lease.origin, "using a token");
                slot.current = Some(lease.clone());
                lease
            })
        }
        .boxed()
    }

    async fn first_that_yields(
        &self,
        operation: &Operation,
        kind: TokenKind,
        refused: Option<&Lease>,
    ) -> Result<Lease, Error> {
        let mut empty_handed = Vec::new();
        for source in self.settings().credentials.sources(kind) {
            match source {
                TokenSource::Value { token, origin } => {
                    if !token.expose_secret().trim().is_empty() {
                        let token = token.expose_secret().trim().into();
                        return Ok(Lease::new(kind, token, origin));
                    }
                    empty_handed.push(format!("{origin} is empty."));
                }
                TokenSource::Unknown { origin } => return Err(unknown_token(kind, origin)),
                TokenSource::File { origin, .. } | TokenSource::Command { origin, .. } => {
                    let found = self
                        .document_token(operation, kind, source, refused)
                        .await?;
                    match found {
                        Some(lease) => return Ok(lease),
                        None => empty_handed
                            .push(format!("{origin} yields no `{}`.", document::key(kind))),
                    }
                }
                TokenSource::MintComponent { origin, .. }
                | TokenSource::MintAuthorizer { origin, .. } => {
                    return self
                        .mint(operation, kind, source, origin, refused.is_some())
                        .await;
                }
            }
        }
        Err(empty_handed.into_iter().fold(no_token(kind), Error::note))
    }

    /// The token of a file or program: what was read last, or a new reading if the refused token came from that.
    async fn document_token(
        &self,
        operation: &Operation,
        kind: TokenKind,
        source: &TokenSource,
        refused: Option<&Lease>,
    ) -> Result<Option<Lease>, Error> {
        let (key, origin) = match source {
            TokenSource::File { path, origin } => (DocumentKey::File(path.clone()), origin),
            TokenSource::Command { argv, origin, .. } => {
                (DocumentKey::Command(argv.clone()), origin)
            }
            _ => return Ok(None),
        };
        let stopped = |stop: Stop| Error::stopped(stop);
        let mut documents = operation
            .run(self.tokens().documents.lock())
            .await
            .map_err(stopped)?;
        let refused_version = refused
            .filter(|lease| lease.origin == *origin)
            .and_then(|lease| lease.document_version);
        let known = documents.get(&key).map(|document| document.version);
        if known.is_none() || known == refused_version {
            if let Some(failure) = documents.failure(&key) {
                return Err(failure.clone());
            }
            let secrets = self.wire().secrets();
            let read = async {
                match source {
                    TokenSource::File { path, .. } => document::read_file(path, origin).await,
                    TokenSource::Command {
                        argv,
                        timeout,
                        withheld,
                        ..
                    } => command::run(argv, *timeout, withheld, origin, secrets).await,
                    _ => Err(no_token(kind)),
                }
            };
            let read = operation.run(read).await.map_err(stopped)?;
            let mut document = read.inspect_err(|error| documents.fail(&key, error))?;
            secrets.add(document.tokens());
            document.version = known.unwrap_or_default() + 1;
            documents.put(key.clone(), document);
        }
        let Some(document) = documents.get(&key) else {
            return Ok(None);
        };
        Ok(document.token(kind).map(|token| Lease {
            document_version: Some(document.version),
            ..Lease::new(kind, token.clone(), origin)
        }))
    }

    async fn mint(
        &self,
        operation: &Operation,
        kind: TokenKind,
        source: &TokenSource,
        origin: &str,
        refused: bool,
    ) -> Result<Lease, Error> {
        let counts = match self.tokens().slot(kind).minted.ask(refused, origin)? {
            Permission::Use(lease) => return Ok(lease),
            Permission::Mint { counts } => counts,
        };
        let minted = match source {
            TokenSource::MintComponent {
                appid,
                appsecret,
                verify_ticket,
                ..
            } => {
                self.mint_component(operation, appid, appsecret, verify_ticket, origin)
                    .await
            }
            TokenSource::MintAuthorizer {
                component_appid,
                authorizer_appid,
                refresh_token,
                ..
            } => {
                let (component, refresh) = (component_appid.as_ref(), refresh_token.as_ref());
                self.mint_authorizer(operation, component, authorizer_appid, refresh, origin)
                    .await
            }
            _ => Err(no_token(kind)),
        };
        self.tokens().slot(kind).minted.done(counts, &minted);
        minted
    }
}

/// A source has made its own attempts: the call that waits for the token must not multiply them.
fn settled(error: Error) -> Error {
    if error.class().is_retryable() {
        error.with_class(Class::TokenSource)
    } else {
        error
    }
}
