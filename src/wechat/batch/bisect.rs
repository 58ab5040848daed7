//! Finds the offender of a batch that was refused as a whole.

use std::collections::BTreeSet;

use crate::wechat::{Appid, Error, error_codes};

/// When this many appids were refused standing alone and none was accepted, some of the others are tried alone.
const ENOUGH: u32 = 4;

/// How many of them, evenly spread from the first to the last. When they are refused too, the call itself is at fault.
/// Of ten good ones behind forty bad ones some are among them wherever they lie together, and nearly always if scattered.
const SPREAD: u32 = 16;

/// The groups of one batch that are still to be sent.
///
/// The API says of some refusals (40097, 47001) only that the arguments are bad, not which. Such a group is halved until
/// the offender stands alone. Where nothing is accepted at all (a wrong environment id, say), that would cost about two
/// calls an appid, so it stops after a few.
#[derive(Debug)]
pub(in crate::wechat) struct Halving {
    groups: Vec<BTreeSet<Appid>>,
    refused_alone: u32,
    accepted: bool,
}

impl Halving {
    pub(in crate::wechat) fn new(appids: BTreeSet<Appid>) -> Self {
        let groups = if appids.is_empty() {
            Vec::new()
        } else {
            vec![appids]
        };
        Self {
            groups,
            refused_alone: 0,
            accepted: false,
        }
    }

    /// The next group to send.
    pub(in crate::wechat) fn next(&mut self) -> Option<BTreeSet<Appid>> {
        self.groups.pop()
    }

    /// Whether the refusal of a group that stands alone is about that mini program: others were accepted.
    pub(in crate::wechat) fn blames_the_item(&self) -> bool {
        self.accepted
    }

    /// A group was accepted.
    pub(in crate::wechat) fn accepted(&mut self) {
        self.accepted = true;
    }

    /// A group was accepted, and it is not known of whom of these its answer speaks: asks about each half.
    pub(in crate::wechat) fn ask_again(&mut self, group: BTreeSet<Appid>) {
        self.push_halves(group);
    }

    /// A group was refused: the appids that fail with `error`, none if the group was halved to be sent again.
    pub(in crate::wechat) fn refused(
        &mut self,
        group: BTreeSet<Appid>,
        error: &Error,
    ) -> BTreeSet<Appid> {
        if !error.errcode().is_some_and(error_codes::is_bad_arguments) {
            return group;
        }
        if group.len() == 1 {
            self.refused_alone += 1;
            if self.refused_alone == ENOUGH && !self.accepted {
                self.spread();
            }
            return group;
        }
        if self.refused_alone >= ENOUGH && !self.accepted {
            return group;
        }
        tracing::debug!(
            appids = group.len(),
            "refused as bad arguments: halving the batch"
        );
        self.push_halves(group);
        BTreeSet::new()
    }

    /// Puts some of what is left, evenly spread, before the rest: each alone.
    fn spread(&mut self) {
        let left: BTreeSet<Appid> = self.groups.iter().flatten().cloned().collect();
        let wanted = usize::try_from(SPREAD)
            .unwrap_or(usize::MAX)
            .min(left.len());
        let step = left.len().saturating_sub(1).max(1);
        let gaps = wanted.saturating_sub(1).max(1);
        let places: BTreeSet<usize> = (0..wanted).map(|nth| nth * step / gaps).collect();
        let chosen: Vec<Appid> = left
            .into_iter()
            .enumerate()
            .filter(|(place, _)| places.contains(place))
            .map(|(_, appid)| appid)
            .collect();
        for group in &mut self.groups {
            group.retain(|appid| !chosen.contains(appid));
        }
        self.groups.retain(|group| !group.is_empty());
        self.groups
            .extend(chosen.into_iter().map(|appid| BTreeSet::from([appid])));
    }

    fn push_halves(&mut self, group: BTreeSet<Appid>) {
        let mut first = group;
        let second = match first.iter().nth(first.len() / 2).cloned() {
            Some(pivot) => first.split_off(&pivot),
            None => return,
        };
        self.groups
            .extend([second, first].into_iter().filter(|half| !half.is_empty()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wechat::http::ServerMessage;

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
        let mut halving = Halving::new(appids(count));
        let (mut failed, mut calls, mut sent) = (BTreeSet::new(), 0, 0);
        while let Some(group) = halving.next() {
            calls += 1;
            if group.is_disjoint(bad) {
                sent += group.len();
                halving.accepted();
            } else {
                failed.extend(halving.refused(group, &refused(errcode)));
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
        assert!(Halving::new(BTreeSet::new()).next().is_none());
    }
}
