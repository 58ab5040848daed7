//! How long an answer may be.

use std::fmt;

const KIB: usize = 1024;

/// The longest answer that a call can have, in bytes. It follows from what is asked, so that nobody can make this
/// process hold much more than that; each is several times what the documents' samples come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::wechat) struct AnswerLimit(usize);

impl AnswerLimit {
    /// An answer without a list: a token, or nothing but its code.
    pub(in crate::wechat) const SMALL: Self = Self(64 * KIB);
    /// All there is about one account.
    pub(in crate::wechat) const ACCOUNT: Self = Self(256 * KIB);
    /// One page of a list of accounts, which has 500 at most.
    pub(in crate::wechat) const PAGE: Self = Self(1024 * KIB);
    /// All environments of an account or a platform: there is neither a filter nor paging.
    pub(in crate::wechat) const ENVIRONMENTS: Self = Self(4096 * KIB);

    /// An answer with some rows about each of `items`.
    pub(in crate::wechat) const fn of_batch(items: usize) -> Self {
        Self(items.saturating_mul(16 * KIB).saturating_add(64 * KIB))
    }

    /// The number of bytes.
    pub(in crate::wechat) const fn bytes(self) -> usize {
        self.0
    }
}

impl fmt::Display for AnswerLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kib = self.0 / KIB;
        if kib.is_multiple_of(KIB) {
            write!(f, "{} MiB", kib / KIB)
        } else {
            write!(f, "{kib} KiB")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_follow_the_call_and_are_told_in_whole_units() {
        for (limit, bytes, words) in [
            (AnswerLimit::SMALL, 65_536, "64 KiB"),
            (AnswerLimit::PAGE, 1_048_576, "1 MiB"),
            (AnswerLimit::of_batch(0), 65_536, "64 KiB"),
            (AnswerLimit::of_batch(50), 884_736, "864 KiB"),
        ] {
            assert_eq!((limit.bytes(), limit.to_string().as_str()), (bytes, words));
        }
        assert_eq!(AnswerLimit::of_batch(usize::MAX).bytes(), usize::MAX);
    }
}
