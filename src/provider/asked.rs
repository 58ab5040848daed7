//! What was asked of the API, for the words about what failed.

/// What was asked.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// As in "share environment e with".
    pub(super) words: String,
    pub(super) kind: Kind,
    /// The member of `timeouts` that says how long it may take, if there is one.
    pub(super) timeout: Option<&'static str>,
}

/// What it does to environments and shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Convert,
    DeleteFunction,
    Quota,
    Read,
    Share,
    Unshare,
    Whitelist,
    Upload,
}

impl Asked {
    /// Nothing is changed by it.
    pub(super) fn read(words: impl Into<String>) -> Self {
        Self::new(Kind::Read, words)
    }

    /// Administrators are asked to confirm.
    pub(super) fn share(words: impl Into<String>) -> Self {
        Self::new(Kind::Share, words)
    }

    /// Shares end.
    pub(super) fn unshare(words: impl Into<String>) -> Self {
        Self::new(Kind::Unshare, words)
    }

    /// An environment is converted.
    pub(super) fn convert(words: impl Into<String>) -> Self {
        Self::new(Kind::Convert, words)
    }

    /// The whitelist of open APIs of an environment is read or changed.
    pub(super) fn whitelist(words: impl Into<String>) -> Self {
        Self::new(Kind::Whitelist, words)
    }

    /// The quota of a call is read.
    pub(super) fn quota(words: impl Into<String>) -> Self {
        Self::new(Kind::Quota, words)
    }

    /// A function is uploaded.
    pub(super) fn upload(words: impl Into<String>) -> Self {
        Self::new(Kind::Upload, words)
    }

    /// A function is deleted.
    pub(super) fn delete_function(words: impl Into<String>) -> Self {
        Self::new(Kind::DeleteFunction, words)
    }

    fn new(kind: Kind, words: impl Into<String>) -> Self {
        Self {
            words: words.into(),
            kind,
            timeout: None,
        }
    }

    /// The same, limited by this member of `timeouts`.
    pub(super) fn within(self, timeout: &'static str) -> Self {
        Self {
            timeout: Some(timeout),
            ..self
        }
    }

    /// The same, of which more is said.
    pub(super) fn of(&self, what: &str) -> Self {
        Self {
            words: format!("{} {what}", self.words),
            ..self.clone()
        }
    }
}
