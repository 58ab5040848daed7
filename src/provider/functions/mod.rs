//! The provider's functions.

mod parse_share_id;
mod share_id;

pub(super) use parse_share_id::ParseShareId;
pub(super) use share_id::MakeShareId;
