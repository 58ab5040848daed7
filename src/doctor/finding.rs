//! What was found about one thing.

use crate::wechat::assumptions::Assumption;

/// How it is with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// As it should be.
    Works,
    /// It is there; whether it works, a call shows.
    Found,
    /// Something has to be granted, or supplied.
    Missing,
    /// The API is not as the client assumes.
    Differs,
    /// It can't be told, since there was no answer to go by.
    Failed,
    /// It was not looked at.
    Skipped,
}

impl Verdict {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Found => "found",
            Self::Missing => "missing",
            Self::Differs => "differs",
            Self::Failed => "failed",
            Self::Skipped => "not asked",
        }
    }
}

/// One line.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) verdict: Verdict,
    /// For the person in front of it: what was found, and what to do.
    pub(super) words: String,
    /// The same for anybody: without an id, an address, or what the API says.
    pub(super) in_public: String,
    /// What it contradicts.
    pub(super) contradicts: Vec<&'static Assumption>,
}

impl Finding {
    fn new(verdict: Verdict, words: impl Into<String>) -> Self {
        let words = words.into();
        Self {
            verdict,
            in_public: words.clone(),
            words,
            contradicts: Vec::new(),
        }
    }

    /// It works; `words` say more, and name nobody.
    pub(super) fn works(words: impl Into<String>) -> Self {
        Self::new(Verdict::Works, words)
    }

    /// It is there, `words` say where.
    pub(super) fn found(words: impl Into<String>) -> Self {
        Self::new(Verdict::Found, words)
    }

    /// Something is missing; `words` name nobody.
    pub(super) fn missing(words: impl Into<String>) -> Self {
        Self::new(Verdict::Missing, words)
    }

    /// It can't be told; `words` name nobody.
    pub(super) fn failed(words: impl Into<String>) -> Self {
        Self::new(Verdict::Failed, words)
    }

    /// It was not looked at, for a reason that names nobody.
    pub(super) fn skipped(why: impl Into<String>) -> Self {
        Self::new(Verdict::Skipped, why)
    }

    /// It contradicts `assumption`, in words that name nobody.
    pub(super) fn differs(assumption: &'static Assumption, words: impl Into<String>) -> Self {
        Self {
            contradicts: vec![assumption],
            ..Self::new(Verdict::Differs, words)
        }
    }

    /// What anybody may read of it in place of its words.
    pub(super) fn in_public(self, words: impl Into<String>) -> Self {
        Self {
            in_public: words.into(),
            ..self
        }
    }

    /// The names of what it contradicts, in brackets.
    pub(super) fn ids(&self) -> String {
        let ids: Vec<_> = self.contradicts.iter().map(|one| one.id).collect();
        if ids.is_empty() {
            String::new()
        } else {
            format!(" [{}]", ids.join(", "))
        }
    }
}
