//! What a block of configuration looks like, declared once.
//!
//! Validation, planning, the codec, `terraform providers schema` and the documentation all derive
//! from the same declaration.

mod attribute;
mod block;
mod breach;
mod check;
mod proto;
mod validate;
mod visit;

pub use attribute::{Attribute, AttributeKind, Nesting, Presence, SemanticEquality, Validator};
pub use block::{Block, BlockNesting, NestedBlock, Schema};
pub use check::SchemaMistake;
