//! The border to the API for arbitrary bytes; `fuzz/` and `tests/fuzz_corpus.rs` call it.

use std::collections::BTreeSet;

use super::{
    Appid, EnvId,
    endpoints::{batch_write::BatchWrite, pair::Pair, query, share::Share, unshare::Unshare},
    http::{Accepted, envelope},
};

/// Reads `bytes` as the answer to each kind of batch call; whether it was read as one. Panics if an answer that is read
/// leaves out a mini program that was asked about, or names another one.
pub fn answer(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"];
    let appids: BTreeSet<Appid> = appids
        .iter()
        .filter_map(|appid| appid.parse().ok())
        .collect();
    let env: Option<EnvId> = "test-env-6gni9ity244a6ea3".parse().ok();
    let pairs = appids.iter().filter_map(|appid| {
        Some(Pair {
            env: env.clone()?,
            appid: appid.clone(),
        })
    });
    let pairs: BTreeSet<Pair> = pairs.collect();
    let mut is_read = write::<Share>(text, &pairs);
    is_read |= write::<Unshare>(text, &pairs);
    if let Some(accepted) = accepted(text, query::LISTS)
        && let Ok(found) = query::read(accepted, &appids)
    {
        let named = found.shares.keys().chain(&found.unanswered);
        assert!(named.into_iter().all(|appid| appids.contains(appid)));
        is_read = true;
    }
    is_read
}

fn write<W: BatchWrite>(text: &str, pairs: &BTreeSet<Pair>) -> bool {
    if let Some(accepted) = accepted(text, W::LISTS)
        && let Ok(outcomes) = W::read(accepted, pairs)
    {
        assert!(outcomes.keys().eq(pairs), "each pair has an outcome");
        return true;
    }
    false
}

fn accepted(text: &str, lists: &[&str]) -> Option<Accepted> {
    let refused = envelope::check(text, lists, str::to_owned);
    refused.is_ok().then(|| Accepted::new(text.to_owned()))
}
