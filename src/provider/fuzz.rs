//! Text that users write, for arbitrary bytes; `fuzz/` and `tests/fuzz_corpus.rs` call it.

use super::env_share::id::ShareId;

/// Reads `bytes` as the id of shares; whether it is one. Panics if what is read is written in a way that is read as something else.
pub fn share_id(bytes: &[u8]) -> bool {
    let id = std::str::from_utf8(bytes).ok().map(str::parse::<ShareId>);
    let Some(Ok(id)) = id else { return false };
    assert_eq!(id.to_string().parse(), Ok(id));
    true
}
