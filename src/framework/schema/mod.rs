//! What a block of configuration looks like, declared once.
//!
//! Validation, planning, the codec, `terraform providers schema` and the documentation all derive
//! from the same declaration.

mod attribute;
mod block;
mod breach;
mod check;
mod comparison;
mod proto;
mod relation;
mod validate;
mod validator;
mod visit;

pub use attribute::{Attribute, AttributeKind, Nesting, Presence};
pub use block::{Block, BlockNesting, NestedBlock, Schema};
pub use check::SchemaMistake;
pub use comparison::{RequiresReplace, SemanticEquality};
pub use relation::Relation;
pub use validator::Validator;
