//! Terraform's values and types, how they travel, and how models are made of them.
//!
//! A [`Value`] always belongs to a [`Type`] that both sides know from the schema; the two codecs
//! are directed by it. Models meet values through serde ([`from_value`], [`to_value`]), with
//! [`Attr`] for what may be null or unknown, [`Value`] for what may be anything and [`Number`] for
//! numbers beyond 64 bits.

mod attr;
mod convert;
mod de;
pub mod json;
mod model;
pub mod msgpack;
mod number;
mod ser;
mod ty;
#[allow(clippy::module_inception)]
mod value;
mod walk;

pub use attr::Attr;
pub use convert::convert;
pub use de::from_value;
pub use number::{InvalidNumber, Number};
pub use ser::to_value;
pub use ty::{InvalidType, Type};
pub use value::{MAX_DEPTH, Value, ValueError};
