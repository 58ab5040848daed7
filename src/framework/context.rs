//! What an operation is given beside its values.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

/// The configured provider, and the sign that work should end.
#[derive(Debug)]
pub struct Context<S> {
    /// What the provider's `configure` made.
    pub session: Arc<S>,
    /// Cancelled when Terraform asks the provider to stop. Waits end at once; an operation then
    /// returns what it has done, with an error.
    pub cancel: CancellationToken,
}

impl<S> Clone for Context<S> {
    fn clone(&self) -> Self {
        Self {
            session: Arc::clone(&self.session),
            cancel: self.cancel.clone(),
        }
    }
}
