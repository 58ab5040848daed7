//! What this process has read about mini programs, until it writes to them.

use std::collections::{BTreeSet, HashMap};

use crate::wechat::{Appid, SourceType};

/// What was read last, and the writes that make it old.
#[derive(Debug, Default)]
pub(super) struct Cache {
    known: HashMap<(Option<SourceType>, Appid), BTreeSet<String>>,
    writes: HashMap<Appid, Touches>,
}

#[derive(Debug, Default)]
struct Touches {
    /// Goes up when a write starts and when it ends.
    epoch: u64,
    under_way: u32,
}

/// The state of an appid's writes when a read about it was sent; `None` while one was under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Epoch(Option<u64>);

impl Cache {
    pub(super) fn get(
        &self,
        source: Option<SourceType>,
        appid: &Appid,
    ) -> Option<&BTreeSet<String>> {
        self.known.get(&(source, appid.clone()))
    }

    /// To be noted when a read is sent.
    pub(super) fn epoch(&self, appid: &Appid) -> Epoch {
        match self.writes.get(appid) {
            None => Epoch(Some(0)),
            Some(Touches {
                epoch,
                under_way: 0,
            }) => Epoch(Some(*epoch)),
            Some(_) => Epoch(None),
        }
    }

    /// Whether no write has touched the appid since.
    pub(super) fn is_current(&self, appid: &Appid, epoch: Epoch) -> bool {
        epoch.0.is_some() && self.epoch(appid) == epoch
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
            self.known.insert((source, appid.clone()), envs);
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

    #[test]
    fn a_read_that_a_write_overlapped_is_not_kept() {
        let written = BTreeSet::from([appid()]);
        let mut cache = Cache::default();

        let before = cache.epoch(&appid());
        cache.put(None, &appid(), before, envs());
        assert_eq!(cache.get(None, &appid()), Some(&envs()));
        assert_eq!(cache.get(Some(SourceType::new(1)), &appid()), None);

        // Sent before the write, answered during it.
        cache.write_starts(&written);
        assert_eq!(cache.get(None, &appid()), None, "a write forgets");
        cache.put(None, &appid(), before, envs());
        assert_eq!(cache.get(None, &appid()), None);

        // Sent during the write, answered during and after it.
        let during = cache.epoch(&appid());
        cache.put(None, &appid(), during, envs());
        assert_eq!(cache.get(None, &appid()), None);
        cache.write_ends(&written);
        cache.put(None, &appid(), during, envs());
        // Sent before the write, answered after it.
        cache.put(None, &appid(), before, envs());
        assert_eq!(cache.get(None, &appid()), None);

        let after = cache.epoch(&appid());
        cache.put(None, &appid(), after, envs());
        assert_eq!(cache.get(None, &appid()), Some(&envs()));
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
        assert_eq!(cache.get(None, &appid()), None);
        cache.write_ends(&written);
        let epoch = cache.epoch(&appid());
        cache.put(None, &appid(), epoch, envs());
        assert!(cache.get(None, &appid()).is_some());
    }
}
