//! How many administrators may be asked, and how many are.

use std::collections::HashMap;

use super::plans::Nonce;

/// More would be asked than may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::provider) struct OverLimit {
    /// How many would be asked in all, as far as that is known.
    pub(in crate::provider) count: u64,
    /// How many may be.
    pub(in crate::provider) limit: u64,
}

/// The administrators that plans mean to ask, and those that an apply has asked.
#[derive(Debug)]
pub(super) struct Limit {
    /// How many may be asked; none is any number.
    most: Option<u64>,
    planned: HashMap<Nonce, u64>,
    /// Whether it was said of a plan that it would ask too many.
    told: bool,
    asked: u64,
}

impl Limit {
    /// Nobody is asked yet.
    pub(super) fn new(most: Option<u64>) -> Self {
        Self {
            most,
            planned: HashMap::new(),
            told: false,
            asked: 0,
        }
    }

    /// The plan of one instance would ask `count` administrators. An error with the sum over all instances so far,
    /// once: whichever instance is planned when the limit is passed tells it for all.
    pub(super) fn plan(&mut self, nonce: Nonce, count: u64) -> Result<(), OverLimit> {
        self.planned.insert(nonce, count);
        let sum = self.planned.values().sum();
        match self.most {
            Some(limit) if sum > limit && !std::mem::replace(&mut self.told, true) => {
                Err(OverLimit { count: sum, limit })
            }
            _ => Ok(()),
        }
    }

    /// What an instance planned does not count: it is planned anew.
    pub(super) fn forget(&mut self, nonce: &Nonce) {
        self.planned.remove(nonce);
    }

    /// What was planned does not count any more.
    pub(super) fn forget_plans(&mut self) {
        self.planned.clear();
    }

    /// Another run begins.
    pub(super) fn forget_all(&mut self) {
        self.forget_plans();
        self.asked = 0;
    }

    /// Counts `count` administrators that are about to be asked, or none of them if those were too many.
    pub(super) fn ask(&mut self, count: u64) -> Result<(), OverLimit> {
        let sum = self.asked.saturating_add(count);
        match self.most {
            Some(limit) if count > 0 && sum > limit => Err(OverLimit { count: sum, limit }),
            _ => {
                self.asked = sum;
                Ok(())
            }
        }
    }

    /// `count` of those that were counted were not asked after all.
    pub(super) fn not_asked(&mut self, count: u64) {
        self.asked = self.asked.saturating_sub(count);
    }
}

#[cfg(test)]
mod tests {
    use super::super::plans::{Intent, Plans};
    use super::*;

    fn nonces<const N: usize>() -> [Nonce; N] {
        let mut plans = Plans::new();
        std::array::from_fn(|_| plans.record(Intent::default(), None).0)
    }

    #[test]
    fn plans_are_told_once_that_they_ask_too_many() {
        let [a, b, c] = nonces();
        let mut limit = Limit::new(Some(3));
        assert_eq!(limit.plan(a, 2), Ok(()));
        assert_eq!(limit.plan(b.clone(), 1), Ok(()), "as many as may be");
        limit.forget(&b);
        let over = OverLimit { count: 4, limit: 3 };
        assert_eq!(limit.plan(b, 2), Err(over));
        assert_eq!(limit.plan(c, 7), Ok(()), "it has been told");
    }

    #[test]
    fn an_apply_counts_before_it_asks_and_gives_back_whom_it_did_not_ask() {
        let mut limit = Limit::new(Some(3));
        assert_eq!(limit.ask(2), Ok(()));
        assert_eq!(limit.ask(2), Err(OverLimit { count: 4, limit: 3 }));
        assert_eq!(limit.ask(1), Ok(()), "what was refused does not count");
        limit.not_asked(1);
        assert_eq!(limit.ask(1), Ok(()));
        assert_eq!(limit.ask(1), Err(OverLimit { count: 4, limit: 3 }));
        assert_eq!(limit.ask(0), Ok(()));
        limit.forget_all();
        assert_eq!(limit.ask(3), Ok(()));
    }

    #[test]
    fn nobody_may_be_asked_with_0_and_everybody_without_a_limit() {
        let [a, b] = nonces();
        let mut nobody = Limit::new(Some(0));
        assert_eq!(nobody.plan(a, 0), Ok(()));
        assert_eq!(nobody.plan(b, 1), Err(OverLimit { count: 1, limit: 0 }));
        assert_eq!(nobody.ask(0), Ok(()));
        assert_eq!(nobody.ask(1), Err(OverLimit { count: 1, limit: 0 }));
        assert_eq!(Limit::new(None).ask(u64::MAX), Ok(()));
    }
}
