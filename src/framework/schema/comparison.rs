//! What is said of two values of an attribute: that they mean the same, that a change replaces.

use std::fmt;
use std::sync::Arc;

use crate::framework::value::Value;

type Equal = dyn Fn(&Value, &Value) -> bool + Send + Sync;

/// Says whether two spellings of a value mean the same. It is called with two known values.
#[derive(Clone)]
pub struct SemanticEquality(Arc<Equal>);

impl SemanticEquality {
    /// Two values mean the same if `equal` holds.
    pub fn new(equal: impl Fn(&Value, &Value) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(equal))
    }

    /// Whether the two mean the same.
    pub fn holds(&self, one: &Value, other: &Value) -> bool {
        (self.0)(one, other)
    }
}

impl fmt::Debug for SemanticEquality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SemanticEquality")
    }
}

type Decides = dyn Fn(&Value, &Value) -> bool + Send + Sync;

/// Says whether a change forces a replacement. It is called with the planned and the prior value,
/// which differ; either may be null, and the planned one unknown.
#[derive(Clone)]
pub struct RequiresReplace(Arc<Decides>);

impl RequiresReplace {
    /// Changes for which `decides` holds.
    pub fn new(decides: impl Fn(&Value, &Value) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(decides))
    }

    /// Whether this change forces a replacement.
    pub fn holds(&self, planned: &Value, prior: &Value) -> bool {
        (self.0)(planned, prior)
    }
}

impl fmt::Debug for RequiresReplace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RequiresReplace")
    }
}
