//! One provider for several connections.
//!
//! A launched process has one connection. One that is kept for debugging has one for each walk, and two
//! at once where a configuration has two aliases of the provider: each has its own configuration.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio_util::sync::CancellationToken;
use tonic::Extensions;

use super::Inner;
use crate::framework::provider::Provider;

/// Finds in the extensions of a request what its connection alone has, and drops when it ends.
pub type Identify = fn(&Extensions) -> Option<Arc<()>>;

/// The provider as each connection has configured it.
pub(super) struct Connections<P: Provider> {
    /// For requests that come over no connection that is told apart.
    common: Arc<Inner<P>>,
    identify: Option<Identify>,
    ending: CancellationToken,
    open: Mutex<Vec<Configured<P>>>,
}

/// What tells a connection apart, and the provider as it has configured it.
type Configured<P> = (Weak<()>, Arc<Inner<P>>);

impl<P: Provider> Connections<P> {
    /// One configuration for all connections.
    pub(super) fn new(common: Inner<P>) -> Self {
        Self {
            common: Arc::new(common),
            identify: None,
            ending: CancellationToken::new(),
            open: Mutex::default(),
        }
    }

    /// See [`Server::ending_with`](super::Server::ending_with).
    pub(super) fn ending_with(self, ending: CancellationToken) -> Self {
        Self {
            common: Arc::new(self.common.unconfigured(ending.clone())),
            ending,
            ..self
        }
    }

    /// See [`Server::by_connection`](super::Server::by_connection).
    pub(super) fn by(self, identify: Identify) -> Self {
        Self {
            identify: Some(identify),
            ..self
        }
    }

    /// The provider as the connection of a request has configured it.
    pub(super) fn of(&self, extensions: &Extensions) -> Arc<Inner<P>> {
        let Some(connection) = self.identify.and_then(|identify| identify(extensions)) else {
            return Arc::clone(&self.common);
        };
        // Nothing in here panics while it holds the lock.
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let known = open
            .iter()
            .find(|(of, _)| std::ptr::eq(of.as_ptr(), Arc::as_ptr(&connection)));
        if let Some((_, inner)) = known {
            return Arc::clone(inner);
        }
        open.retain(|(of, _)| of.strong_count() > 0);
        let inner = Arc::new(self.common.unconfigured(self.ending.clone()));
        open.push((Arc::downgrade(&connection), Arc::clone(&inner)));
        inner
    }
}
