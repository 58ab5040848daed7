//! The configured session, and the sign to stop.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::Inner;
use crate::framework::context::Context;
use crate::framework::diagnostic::Diagnostic;
use crate::framework::provider::Provider;
use crate::proto::tfplugin6 as pb;

/// How long after StopProvider an rpc may come that core had sent before it: the two overtake each
/// other.
const STRAGGLERS: Duration = Duration::from_secs(1);

/// What `ConfigureProvider` made last. A reattached process is configured again for every walk.
pub(super) struct SessionSlot<S>(Mutex<Slot<S>>);

struct Slot<S> {
    session: Option<Arc<S>>,
    /// Whether the configuration it was made of was wholly known.
    config_known: bool,
    /// Whether a provider block has been validated since the last was configured.
    validated: bool,
    /// Whether `deferral_allowed` means what it says.
    deferrals_are_meant: bool,
    /// Whether an object has been read in a walk that allows deferrals: then it is a plan.
    plans_with_deferrals: bool,
    /// Cancelled when work is to stop; replaced by a fresh one then.
    cancel: CancellationToken,
    /// When work was last told to stop.
    stopped: Option<Instant>,
    /// Cancelled when the process is about to end.
    ending: CancellationToken,
}

impl<S> Default for SessionSlot<S> {
    fn default() -> Self {
        Self(Mutex::new(Slot {
            session: None,
            config_known: true,
            validated: false,
            deferrals_are_meant: true,
            plans_with_deferrals: false,
            cancel: CancellationToken::new(),
            stopped: None,
            ending: CancellationToken::new(),
        }))
    }
}

impl<S> SessionSlot<S> {
    /// Nothing is configured, and work ends with `ending`.
    pub(super) fn ending_with(ending: CancellationToken) -> Self {
        let slot = Self::default();
        {
            let mut inside = slot.lock();
            inside.cancel = ending.child_token();
            inside.ending = ending;
        }
        slot
    }

    fn lock(&self) -> MutexGuard<'_, Slot<S>> {
        // Nothing in here panics while it holds the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A CLI of the version `cli` has configured the provider.
    pub(super) fn replace(&self, session: Option<S>, config_known: bool, cli: &str) {
        let mut slot = self.lock();
        slot.session = session.map(Arc::new);
        slot.config_known = config_known;
        slot.deferrals_are_meant = means_deferrals(cli);
        slot.plans_with_deferrals = false;
        slot.stopped = None;
    }

    /// A provider block is being validated.
    pub(super) fn validates_provider(&self) {
        self.lock().validated = true;
    }

    /// Whether the provider block that is being configured was validated right before.
    pub(super) fn was_validated(&self) -> bool {
        std::mem::take(&mut self.lock().validated)
    }

    /// An object is being read, which core does in plans only.
    pub(super) fn reads(&self, capabilities: Option<&pb::ClientCapabilities>) {
        if self.allows_deferrals(capabilities) {
            self.lock().plans_with_deferrals = true;
        }
    }

    /// Whether the caller takes a deferral.
    pub(super) fn allows_deferrals(&self, capabilities: Option<&pb::ClientCapabilities>) -> bool {
        capabilities.is_some_and(|capabilities| capabilities.deferral_allowed)
            && self.lock().deferrals_are_meant
    }

    /// Whether a plan is one that is applied at once. Core allows deferrals in the apply walk and not
    /// in the plan walk (Terraform `internal/terraform/context_apply.go`, from 1.9); a plan that
    /// allows them, as Stacks make it, is told from an apply by what it has read.
    pub(super) fn is_applying(&self, capabilities: Option<&pb::ClientCapabilities>) -> bool {
        self.allows_deferrals(capabilities) && !self.lock().plans_with_deferrals
    }

    /// Whether the configuration of the session was wholly known.
    pub(super) fn is_config_known(&self) -> bool {
        self.lock().config_known
    }
}

/// Whether a CLI of this version means it when it allows deferrals. OpenTofu 1.11.0 to 1.11.3 do so in
/// every call, whichever walk it is in, and take none (its pull request 3676). Terraform has the same
/// versions, and nothing tells the two apart.
fn means_deferrals(version: &str) -> bool {
    let patch = version.strip_prefix("1.11.");
    let patch = patch.and_then(|patch| patch.split(['-', '+']).next());
    !patch.is_some_and(|patch| ["0", "1", "2", "3"].contains(&patch))
}

impl<P: Provider> Inner<P> {
    /// What an operation is given; an error if the provider has not been configured.
    pub(super) fn context(&self) -> Result<Context<P::Session>, Diagnostic> {
        let slot = self.session.lock();
        match &slot.session {
            Some(session) => Ok(Context {
                session: Arc::clone(session),
                cancel: slot.cancel.child_token(),
            }),
            None => Err(Diagnostic::error(
                "the provider has not been configured",
                "An operation was requested before ConfigureProvider, or after it failed. Fix the \
                 errors in the provider block first.",
            )),
        }
    }

    /// What the provider's `configure` made, if it was called.
    pub(super) fn configured_session(&self) -> Option<Arc<P::Session>> {
        self.session.lock().session.clone()
    }

    /// What a create or an update is given. One that was on its way when work was told to stop, and
    /// comes after that, is cancelled from the start.
    pub(super) fn context_of_change(&self) -> Result<Context<P::Session>, Diagnostic> {
        let context = self.context()?;
        let stopped = self.session.lock().stopped;
        if stopped.is_some_and(|at| at.elapsed() < STRAGGLERS) {
            context.cancel.cancel();
        }
        Ok(context)
    }

    /// Ends waits and work in flight. Further rpcs are served as ever (plugin protocol,
    /// "StopProvider"), so that the next operation gets a fresh token.
    pub(super) fn stop(&self) -> pb::stop_provider::Response {
        let stopped = {
            let mut slot = self.session.lock();
            let fresh = slot.ending.child_token();
            slot.stopped = Some(Instant::now());
            std::mem::replace(&mut slot.cancel, fresh)
        };
        tracing::info!("asked to stop; ending work in flight");
        stopped.cancel();
        pb::stop_provider::Response {
            error: String::new(),
        }
    }
}
