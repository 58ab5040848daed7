//! Moving state, behind values.

use super::typed::Typed;
use crate::framework::diagnostic::Diagnostics;
use crate::framework::incoming::Incoming;
use crate::framework::move_state::{MoveSource, MoveState};
use crate::framework::value::Value;

/// A [`MoveState`] whose models are values.
pub(in crate::framework) trait ValueMove: Send + Sync {
    fn move_state(&self, source: MoveSource) -> Result<Incoming<Value>, Diagnostics>;
}

impl<R: MoveState> ValueMove for Typed<R> {
    fn move_state(&self, source: MoveSource) -> Result<Incoming<Value>, Diagnostics> {
        let incoming = self.of.move_state(source)?;
        incoming.try_map(|state| self.write(&state))
    }
}
