//! Moving state, behind values.

use super::typed::Typed;
use crate::framework::diagnostic::Diagnostics;
use crate::framework::move_state::{MoveSource, MoveState};
use crate::framework::value::Value;

/// A [`MoveState`] whose models are values.
pub(in crate::framework) trait ValueMove: Send + Sync {
    fn move_state(&self, source: MoveSource) -> Result<Value, Diagnostics>;
}

impl<R: MoveState> ValueMove for Typed<R> {
    fn move_state(&self, source: MoveSource) -> Result<Value, Diagnostics> {
        let state = self.of.move_state(source)?;
        self.write(&state)
    }
}
