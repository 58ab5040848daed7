//! Finds the offender of a batch that was refused as a whole.

use std::collections::{BTreeMap, BTreeSet};

use super::pair::About;
use crate::ordered::Ordered as _;
use crate::wechat::{EnvId, Error, error_codes};

/// When this many appids of an environment were refused standing alone and none was accepted, some of the others are
/// tried alone.
const ENOUGH: u32 = 4;

/// How many of them, evenly spread from the first to the last. When they are refused too, the call itself is at fault.
/// Of ten good ones behind forty bad ones some are among them wherever they lie together, and nearly always if scattered.
const SPREAD: usize = 16;

/// The groups of one batch that are still to be sent.
///
/// A refusal of a whole call does not say whom it is about. Where one environment may be at fault, the group is halved
/// until each environment stands alone. Of some refusals (40097, 47001) the API says only that the arguments are bad: the
/// appids of an environment are then halved, too, until the offender stands alone. Where nothing of an environment is
/// accepted at all (a wrong id, say), that would cost about two calls an appid, so it stops after a few.
#[derive(Debug)]
pub(in crate::wechat) struct Bisect<I> {
    groups: Vec<BTreeSet<I>>,
    /// By environment; none where the call names no environment.
    tallies: BTreeMap<Option<EnvId>, Tally>,
}

#[derive(Debug, Default)]
struct Tally {
    refused_alone: u32,
    accepted: bool,
}

impl<I: About> Bisect<I> {
    pub(in crate::wechat) fn new(items: BTreeSet<I>) -> Self {
        Self {
            groups: Some(items)
                .filter(|items| !items.is_empty())
                .into_iter()
                .collect(),
            tallies: BTreeMap::new(),
        }
    }

    /// The next group to send.
    pub(in crate::wechat) fn next(&mut self) -> Option<BTreeSet<I>> {
        self.groups.pop()
    }

    /// Whether the refusal of an item that stands alone is about its mini program: others of its environment were
    /// accepted.
    pub(in crate::wechat) fn blames_the_item(&self, item: &I) -> bool {
        let tally = self.tallies.get(&item.env().cloned());
        tally.is_some_and(|tally| tally.accepted)
    }

    /// A group was accepted.
    pub(in crate::wechat) fn accepted(&mut self, group: &BTreeSet<I>) {
        for item in group {
            self.tally(item).accepted = true;
        }
    }

    /// A group that is to be sent, too.
    pub(in crate::wechat) fn add(&mut self, group: BTreeSet<I>) {
        self.groups.push(group);
    }

    /// A group was accepted, and it is not known of whom of these its answer speaks: asks about each half.
    pub(in crate::wechat) fn ask_again(&mut self, group: BTreeSet<I>) {
        self.push_halves(group);
    }

    /// A group was refused: the items that fail with `error`, none if the group was halved to be sent again.
    pub(in crate::wechat) fn refused(&mut self, group: BTreeSet<I>, error: &Error) -> BTreeSet<I> {
        let (Some(errcode), Some(first)) = (error.errcode(), group.first().cloned()) else {
            return group;
        };
        let is_mixed = spans_environments(&group);
        if is_mixed && !error.is_about_an_item() {
            return group;
        }
        if !is_mixed {
            if !error_codes::is_bad_arguments(errcode) {
                return group;
            }
            if group.len() == 1 {
                let tally = self.tally(&first);
                tally.refused_alone += 1;
                if tally.refused_alone == ENOUGH && !tally.accepted {
                    self.spread(&first);
                }
                return group;
            }
            let tally = self.tally(&first);
            if tally.refused_alone >= ENOUGH && !tally.accepted {
                return group;
            }
        }
        tracing::debug!(
            items = group.len(),
            errcode,
            "refused as a whole: halving the batch"
        );
        self.push_halves(group);
        BTreeSet::new()
    }

    fn tally(&mut self, item: &I) -> &mut Tally {
        self.tallies.entry(item.env().cloned()).or_default()
    }

    /// Puts some of what is left of an item's environment, evenly spread, before the rest: each alone.
    fn spread(&mut self, item: &I) {
        let mut left = BTreeSet::new();
        self.groups.retain_mut(|group| {
            let (of_it, rest) = std::mem::take(group)
                .into_iter()
                .partition(|other| other.env() == item.env());
            *group = rest;
            left.extend::<BTreeSet<I>>(of_it);
            !group.is_empty()
        });
        let step = left.len().saturating_sub(1).max(1);
        let wanted = SPREAD.min(left.len());
        let gaps = wanted.saturating_sub(1).max(1);
        let places = (0..wanted).map(|nth| nth * step / gaps).into_set();
        let mut chosen = Vec::new();
        let mut rest = BTreeSet::new();
        for (place, item) in left.into_iter().enumerate() {
            if places.contains(&place) {
                chosen.push(BTreeSet::from([item]));
            } else {
                rest.insert(item);
            }
        }
        self.groups
            .extend(Some(rest).filter(|rest| !rest.is_empty()));
        self.groups.extend(chosen);
    }

    /// Halves by environment if there is more than one, so that none is cut.
    fn push_halves(&mut self, group: BTreeSet<I>) {
        let middle = group.len() / 2;
        let pivot = if spans_environments(&group) {
            let starts = group.iter().zip(group.iter().skip(1)).enumerate();
            let starts = starts.filter(|(_, (one, next))| one.env() != next.env());
            let starts = starts.map(|(place, (_, next))| (place + 1, next));
            starts
                .min_by_key(|(place, _)| place.abs_diff(middle))
                .map(|(_, next)| next.clone())
        } else {
            group.iter().nth(middle).cloned()
        };
        let Some(pivot) = pivot else {
            return;
        };
        let mut first = group;
        let second = first.split_off(&pivot);
        self.groups
            .extend([second, first].into_iter().filter(|half| !half.is_empty()));
    }
}

/// Whether a group has items of more than one environment.
pub(in crate::wechat) fn spans_environments<I: About>(group: &BTreeSet<I>) -> bool {
    let first = group.first().map(About::env);
    // They are in the order of their environments.
    first != group.last().map(About::env)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wechat::{Appid, endpoints::pair::Pair, http::ServerMessage};

    fn appids(count: usize) -> BTreeSet<Appid> {
        (0..count)
            .map(|n| format!("wx{n:016}").parse().unwrap())
            .collect()
    }

    fn refused(errcode: i64) -> Error {
        Error::refused(errcode, ServerMessage::default())
    }

    /// Sends groups; those that hold one of `bad` are refused. Gives the failed appids and the number of calls.
    fn run(count: usize, bad: &BTreeSet<Appid>, errcode: i64) -> (BTreeSet<Appid>, usize) {
        let mut bisect = Bisect::new(appids(count));
        let (mut failed, mut calls, mut sent) = (BTreeSet::new(), 0, 0);
        while let Some(group) = bisect.next() {
            calls += 1;
            if group.is_disjoint(bad) {
                sent += group.len();
                bisect.accepted(&group);
            } else {
                failed.extend(bisect.refused(group, &refused(errcode)));
            }
        }
        assert_eq!(sent + failed.len(), count);
        (failed, calls)
    }

    #[test]
    fn one_offender_is_found_in_about_two_calls_a_level() {
        for n in [0, 17, 49] {
            let bad = BTreeSet::from([format!("wx{n:016}").parse().unwrap()]);
            let (failed, calls) = run(50, &bad, 40097);
            assert_eq!(failed, bad);
            assert!(calls <= 13, "{calls}");
        }
    }

    #[test]
    fn a_call_that_is_bad_for_everyone_is_given_up() {
        for count in [50, 1000] {
            let (failed, calls) = run(count, &appids(count), 40097);
            assert_eq!(failed.len(), count);
            assert!(calls <= 40, "{count}: {calls}");
        }
    }

    /// The good ones of 50, wherever they lie.
    #[test]
    fn ten_good_ones_among_forty_bad_ones_are_found() {
        let places: Vec<Vec<usize>> = vec![
            (40..50).collect(),
            (0..10).collect(),
            (20..30).collect(),
            (30..40).collect(),
            (0..50).step_by(5).collect(),
            (3..50).step_by(5).collect(),
            (45..50).chain(10..15).collect(),
        ];
        for good in places {
            let good: BTreeSet<Appid> = good
                .into_iter()
                .map(|n| format!("wx{n:016}").parse().unwrap())
                .collect();
            let bad = appids(50).difference(&good).cloned().collect();
            let (failed, calls) = run(50, &bad, 40097);
            assert_eq!(failed, bad, "{good:?}");
            assert!(calls < 2 * 50, "{calls}");
        }
    }

    #[test]
    fn a_few_good_ones_at_the_end_are_found() {
        for good in [1, 2, 5] {
            let bad = appids(50 - good);
            let (failed, _) = run(50, &bad, 40097);
            assert_eq!(failed, bad);
        }
    }

    #[test]
    fn a_small_batch_is_tried_to_its_last() {
        for size in 2..12 {
            let (failed, calls) = run(size, &appids(size - 1), 40097);
            assert_eq!(failed, appids(size - 1));
            assert!(calls < 2 * size, "{calls}");
        }
    }

    #[test]
    fn other_refusals_are_not_halved() {
        let (failed, calls) = run(50, &appids(1), 61004);
        assert_eq!((failed.len(), calls), (50, 1));
    }

    #[test]
    fn nothing_to_send() {
        assert!(Bisect::<Appid>::new(BTreeSet::new()).next().is_none());
    }

    fn pairs(envs: usize, each: usize) -> BTreeSet<Pair> {
        let pair = |n: usize| Pair {
            env: format!("env-{:03}", n / each).parse().unwrap(),
            appid: format!("wx{n:016}").parse().unwrap(),
        };
        (0..envs * each).map(pair).collect()
    }

    /// Sends groups of pairs; those with one of which `is_bad` are refused. Gives the failed pairs and the sizes sent.
    fn run_pairs(
        pairs: BTreeSet<Pair>,
        errcode: i64,
        is_bad: impl Fn(&Pair) -> bool,
    ) -> (BTreeSet<Pair>, Vec<usize>, Bisect<Pair>) {
        let mut bisect = Bisect::new(pairs);
        let (mut failed, mut sent) = (BTreeSet::new(), Vec::new());
        while let Some(group) = bisect.next() {
            sent.push(group.len());
            if group.iter().any(&is_bad) {
                failed.extend(bisect.refused(group, &refused(errcode)));
            } else {
                bisect.accepted(&group);
            }
        }
        (failed, sent, bisect)
    }

    #[test]
    fn one_environment_at_fault_fails_only_its_own_pairs() {
        for errcode in [85088, -501_019, 61007, 12345] {
            let (failed, sent, _) =
                run_pairs(pairs(25, 2), errcode, |pair| pair.env.as_str() == "env-007");
            let envs: BTreeSet<&str> = failed.iter().map(|pair| pair.env.as_str()).collect();
            assert_eq!((failed.len(), envs), (2, BTreeSet::from(["env-007"])));
            assert!(sent.len() <= 11, "{errcode}: {sent:?}");
        }
    }

    #[test]
    fn a_refusal_that_is_not_about_an_environment_is_everybodys() {
        for errcode in [40001, 45009, 45011, -1, 61004, 40164] {
            let (failed, sent, _) = run_pairs(pairs(25, 2), errcode, |_| true);
            assert_eq!((failed.len(), sent), (50, vec![50]), "{errcode}");
        }
    }

    #[test]
    fn enough_bad_ones_are_counted_for_each_environment_by_itself() {
        // All of one environment are bad, then a whole one is good, then one mini program of the last is bad.
        let all = pairs(3, 16);
        let last = all.last().cloned().unwrap();
        let (failed, _, bisect) = run_pairs(all.clone(), 40097, |pair| {
            pair.env.as_str() == "env-000" || *pair == last
        });
        assert_eq!(failed.len(), 17);
        assert!(failed.contains(&last));
        assert!(bisect.blames_the_item(&last));
        assert!(!bisect.blames_the_item(all.first().unwrap()));
    }
}
