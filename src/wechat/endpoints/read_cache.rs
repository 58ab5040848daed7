//! What this client has read about mini programs, until it writes to them.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::wechat::{Appid, Freshness, SourceType};

/// How long a read counts as recent. It decides whether a share is needed, and people confirm, refuse and withdraw
/// meanwhile: what was read minutes ago is no ground for asking somebody again. The calls of one operation
/// follow each other well within it.
pub(in crate::wechat) const RECENT: Duration = Duration::from_secs(10);

/// What was read last, and the writes that make it old.
#[derive(Debug, Default)]
pub(in crate::wechat) struct ReadCache(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    known: HashMap<Appid, HashMap<Option<SourceType>, Known>>,
    /// Goes up whenever a write starts or ends.
    version: u64,
    written: HashMap<Appid, Written>,
}

#[derive(Debug)]
struct Known {
    envs: BTreeSet<String>,
    /// When the read was sent: the answer is at least as new.
    sent: Instant,
}

#[derive(Debug, Default)]
struct Written {
    /// The version after its last write started or ended.
    version: u64,
    under_way: u32,
}

/// What had been written when a read was sent.
#[derive(Clone, Copy, Debug)]
pub(in crate::wechat) struct Version {
    writes: u64,
    at: Instant,
}

/// A write under way; dropping it is its end, well or not.
#[derive(Debug)]
pub(in crate::wechat) struct Writing<'a> {
    cache: &'a ReadCache,
    appids: BTreeSet<Appid>,
}

/// Whether something read at `at` is new enough.
fn is_new_enough(at: Instant, freshness: Freshness) -> bool {
    match freshness {
        Freshness::Cached => true,
        Freshness::Recent => at.elapsed() <= RECENT,
        Freshness::Fresh => false,
    }
}

impl ReadCache {
    pub(in crate::wechat) fn get(
        &self,
        source: Option<SourceType>,
        appid: &Appid,
        freshness: Freshness,
    ) -> Option<BTreeSet<String>> {
        let state = self.state();
        let known = state.known.get(appid)?.get(&source)?;
        is_new_enough(known.sent, freshness).then(|| known.envs.clone())
    }

    /// To be noted when a read is sent.
    pub(in crate::wechat) fn version(&self) -> Version {
        Version {
            writes: self.state().version,
            at: Instant::now(),
        }
    }

    /// Whether the answer to a read sent at `version` will do.
    pub(in crate::wechat) fn will_do(
        &self,
        appid: &Appid,
        version: Version,
        freshness: Freshness,
    ) -> bool {
        is_new_enough(version.at, freshness) && self.state().is_current(appid, version)
    }

    /// Keeps what a read sent at `version` has found, unless a write overlapped it.
    pub(in crate::wechat) fn put(
        &self,
        source: Option<SourceType>,
        appid: &Appid,
        version: Version,
        envs: BTreeSet<String>,
    ) {
        let mut state = self.state();
        if state.is_current(appid, version) {
            let sent = version.at;
            let known = state.known.entry(appid.clone()).or_default();
            known.insert(source, Known { envs, sent });
        }
    }

    /// A write to these appids starts. Whatever is known about them is forgotten, of every `source_type`: the documents
    /// don't say that one of them can't show in another.
    pub(in crate::wechat) fn write(&self, appids: BTreeSet<Appid>) -> Writing<'_> {
        let mut state = self.state();
        state.version += 1;
        let version = state.version;
        for appid in &appids {
            let written = state.written.entry(appid.clone()).or_default();
            written.version = version;
            written.under_way += 1;
            state.known.remove(appid);
        }
        Writing {
            cache: self,
            appids,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether no write has touched the appid since.
    fn is_current(&self, appid: &Appid, version: Version) -> bool {
        let written = self.written.get(appid);
        written.is_none_or(|written| written.under_way == 0 && written.version <= version.writes)
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        let mut state = self.cache.state();
        state.version += 1;
        let version = state.version;
        for appid in &self.appids {
            let written = state.written.entry(appid.clone()).or_default();
            written.version = version;
            written.under_way = written.under_way.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn appid() -> Appid {
        "wx5fe6bb43205e9e07".parse().unwrap()
    }

    fn envs() -> BTreeSet<String> {
        BTreeSet::from(["e".to_owned()])
    }

    fn get(cache: &ReadCache, source: Option<SourceType>) -> Option<BTreeSet<String>> {
        cache.get(source, &appid(), Freshness::Cached)
    }

    fn write(cache: &ReadCache) -> Writing<'_> {
        cache.write(BTreeSet::from([appid()]))
    }

    #[test]
    fn a_read_that_a_write_overlapped_is_not_kept() {
        let cache = ReadCache::default();

        let before = cache.version();
        cache.put(None, &appid(), before, envs());
        assert_eq!(get(&cache, None), Some(envs()));
        assert_eq!(get(&cache, Some(SourceType::new(1))), None);

        // Sent before the write, answered during it.
        let writing = write(&cache);
        assert_eq!(get(&cache, None), None, "a write forgets");
        cache.put(None, &appid(), before, envs());
        assert_eq!(get(&cache, None), None);

        // Sent during the write, answered during and after it.
        let during = cache.version();
        cache.put(None, &appid(), during, envs());
        assert_eq!(get(&cache, None), None);
        drop(writing);
        cache.put(None, &appid(), during, envs());
        // Sent before the write, answered after it.
        cache.put(None, &appid(), before, envs());
        assert_eq!(get(&cache, None), None);

        let after = cache.version();
        cache.put(None, &appid(), after, envs());
        assert_eq!(get(&cache, None), Some(envs()));
    }

    #[test]
    fn a_write_to_another_one_makes_nothing_old() {
        let cache = ReadCache::default();
        let before = cache.version();
        drop(cache.write(BTreeSet::from(["wx075cf85bf347b6df".parse().unwrap()])));
        assert!(cache.will_do(&appid(), before, Freshness::Cached));
        cache.put(None, &appid(), before, envs());
        assert!(get(&cache, None).is_some());
    }

    #[test]
    fn two_writes_at_once_both_have_to_end() {
        let cache = ReadCache::default();
        let (first, second) = (write(&cache), write(&cache));
        drop(first);
        cache.put(None, &appid(), cache.version(), envs());
        assert_eq!(get(&cache, None), None);
        drop(second);
        cache.put(None, &appid(), cache.version(), envs());
        assert!(get(&cache, None).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_read_is_recent_for_ten_seconds_from_its_sending_unless_a_write_comes() {
        let cache = ReadCache::default();
        let get = |cache: &ReadCache, freshness| cache.get(None, &appid(), freshness).is_some();
        let sent = cache.version();
        tokio::time::advance(Duration::from_secs(4)).await;
        assert!(cache.will_do(&appid(), sent, Freshness::Recent));
        cache.put(None, &appid(), sent, envs());
        tokio::time::advance(Duration::from_secs(6)).await;
        assert!(get(&cache, Freshness::Recent));
        assert!(cache.will_do(&appid(), sent, Freshness::Recent));
        tokio::time::advance(Duration::from_millis(1)).await;
        assert!(!get(&cache, Freshness::Recent));
        assert!(!cache.will_do(&appid(), sent, Freshness::Recent));
        assert!(get(&cache, Freshness::Cached));
        assert!(!get(&cache, Freshness::Fresh));

        let again = cache.version();
        cache.put(None, &appid(), again, envs());
        assert!(get(&cache, Freshness::Recent));
        drop(write(&cache));
        assert!(!get(&cache, Freshness::Recent));
        assert!(!cache.will_do(&appid(), again, Freshness::Recent));
    }
}
