//! The provider's functions.

mod parse_share_id;
mod share_id;

pub(in crate::provider) use parse_share_id::ParseShareId;
pub(in crate::provider) use share_id::MakeShareId;
