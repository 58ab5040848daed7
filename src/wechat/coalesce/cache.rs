//! What this process has read about mini programs, until it writes to them.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use tokio::time::Instant;

use crate::wechat::{Appid, Freshness, SourceType};

/// How long a read counts as recent. It decides whether a share is needed, and people confirm, refuse and withdraw
/// meanwhile: a plan that was approved minutes ago is no ground for asking somebody again. The calls of one operation
/// follow each other well within it.
pub(super) const RECENT: Duration = Duration::from_secs(10);

/// What was read last, and the writes that make it old.
#[derive(Debug, Default)]
pub(super) struct Cache {
    known: HashMap<(Option<SourceType>, Appid), Known>,
    writes: HashMap<Appid, Touches>,
}

#[derive(Debug)]
struct Known {
    envs: BTreeSet<String>,
    /// When the read was sent: the answer is at least as new.
    sent: Instant,
}

#[derive(Debug, Default)]
struct Touches {
    /// Goes up when a write starts and when it ends.
    epoch: u64,
    under_way: u32,
}

/// When a read about an appid was sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Epoch {
    /// The state of the appid's writes; `None` while one was under way.
    writes: Option<u64>,
    at: Instant,
}

/// Whether something read at `at` is new enough.
fn is_new_enough(at: Instant, freshness: Freshness) -> bool {
    match freshness {
        Freshness::Cached => true,
        Freshness::Recent => at.elapsed() <= RECENT,
        Freshness::Fresh => false,
    }
}

impl Cache {
    pub(super) fn get(
        &self,
        source: Option<SourceType>,
        appid: &Appid,
        freshness: Freshness,
    ) -> Option<&BTreeSet<String>> {
        let known = self.known.get(&(source, appid.clone()))?;
        is_new_enough(known.sent, freshness).then_some(&known.envs)
    }

    /// To be noted when a read is sent.
    pub(super) fn epoch(&self, appid: &Appid) -> Epoch {
        let writes = match self.writes.get(appid) {
            None => Some(0),
            Some(Touches {
                epoch,
                under_way: 0,
            }) => Some(*epoch),
            Some(_) => None,
        };
        Epoch {
            writes,
            at: Instant::now(),
        }
    }

    /// Whether no write has touched the appid since.
    fn is_current(&self, appid: &Appid, epoch: Epoch) -> bool {
        epoch.writes.is_some() && self.epoch(appid).writes == epoch.writes
    }

    /// Whether the answer to a read sent at `epoch` will do.
    pub(super) fn will_do(&self, appid: &Appid, epoch: Epoch, freshness: Freshness) -> bool {
        is_new_enough(epoch.at, freshness) && self.is_current(appid, epoch)
    }

    /// Keeps what a read sent at `epoch` has found, unless a write overlapped it.
    pub(super) fn put(
        &mut self,
        source: Option<SourceType>,
        appid: &Appid,
        epoch: Epoch,
        envs: BTreeSet<String>,
    ) {
        if self.is_current(appid, epoch) {
            let sent = epoch.at;
            self.known
                .insert((source, appid.clone()), Known { envs, sent });
        }
    }

    /// A write to these appids starts. Whatever is known about them is forgotten, of every `source_type`: the documents
    /// don't say that one of them can't show in another.
    pub(super) fn write_starts(&mut self, appids: &BTreeSet<Appid>) {
        for appid in appids {
            let writes = self.writes.entry(appid.clone()).or_default();
            writes.epoch += 1;
            writes.under_way += 1;
        }
        self.known.retain(|(_, appid), _| !appids.contains(appid));
    }

    /// The write has ended, well or not.
    pub(super) fn write_ends(&mut self, appids: &BTreeSet<Appid>) {
        for appid in appids {
            let writes = self.writes.entry(appid.clone()).or_default();
            writes.epoch += 1;
            writes.under_way = writes.under_way.saturating_sub(1);
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

    fn get(cache: &Cache, source: Option<SourceType>) -> Option<&BTreeSet<String>> {
        cache.get(source, &appid(), Freshness::Cached)
    }

    #[test]
    fn a_read_that_a_write_overlapped_is_not_kept() {
        let written = BTreeSet::from([appid()]);
        let mut cache = Cache::default();

        let before = cache.epoch(&appid());
        cache.put(None, &appid(), before, envs());
        assert_eq!(get(&cache, None), Some(&envs()));
        assert_eq!(get(&cache, Some(SourceType::new(1))), None);

        // Sent before the write, answered during it.
        cache.write_starts(&written);
        assert_eq!(get(&cache, None), None, "a write forgets");
        cache.put(None, &appid(), before, envs());
        assert_eq!(get(&cache, None), None);

        // Sent during the write, answered during and after it.
        let during = cache.epoch(&appid());
        cache.put(None, &appid(), during, envs());
        assert_eq!(get(&cache, None), None);
        cache.write_ends(&written);
        cache.put(None, &appid(), during, envs());
        // Sent before the write, answered after it.
        cache.put(None, &appid(), before, envs());
        assert_eq!(get(&cache, None), None);

        let after = cache.epoch(&appid());
        cache.put(None, &appid(), after, envs());
        assert_eq!(get(&cache, None), Some(&envs()));
    }

    #[test]
    fn two_writes_at_once_both_have_to_end() {
        let written = BTreeSet::from([appid()]);
        let mut cache = Cache::default();
        cache.write_starts(&written);
        cache.write_starts(&written);
        cache.write_ends(&written);
        let epoch = cache.epoch(&appid());
        cache.put(None, &appid(), epoch, envs());
        assert_eq!(get(&cache, None), None);
        cache.write_ends(&written);
        let epoch = cache.epoch(&appid());
        cache.put(None, &appid(), epoch, envs());
        assert!(get(&cache, None).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_read_is_recent_for_ten_seconds_from_its_sending_unless_a_write_comes() {
        let mut cache = Cache::default();
        let get = |cache: &Cache, freshness| cache.get(None, &appid(), freshness).is_some();
        let sent = cache.epoch(&appid());
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

        let again = cache.epoch(&appid());
        cache.put(None, &appid(), again, envs());
        assert!(get(&cache, Freshness::Recent));
        cache.write_starts(&BTreeSet::from([appid()]));
        assert!(!get(&cache, Freshness::Recent));
        assert!(!cache.will_do(&appid(), again, Freshness::Recent));
    }
}
