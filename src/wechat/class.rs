//! The kinds of failure.

/// What kind of failure it is; decides what the client does about it and what a caller may do.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// The API is busy or broke down (-1, -1000, HTTP 5xx). Retried.
    Transient,
    /// Too many calls in a short time (45011, HTTP 429). Retried, with longer waits.
    Throttled,
    /// The access token was refused (40001, 40014, 42001), also after it was fetched anew.
    Token,
    /// A daily cap is used up (45009). Not retried.
    Exhausted,
    /// The request, the account or its permissions are at fault. Not retried.
    Caller,
    /// One appid of a call that was accepted as such was refused.
    Item,
    /// The call was accepted, and its answer says nothing certain of this appid: it holds rows that name nobody who
    /// was asked about. Not retried; the query can tell what took effect.
    Unanswered,
    /// The answer was empty, cut off, or not in the documented form. Retried.
    Malformed,
    /// An HTTP status other than 200 that is not the API's own.
    Http,
    /// No connection, or it broke, or no answer came in time. Retried.
    Unreachable,
    /// The operation's deadline has passed, or the next attempt would have started after it.
    DeadlineExceeded,
    /// The operation was cancelled.
    Cancelled,
    /// No source has an access token.
    NoToken,
    /// The access token will only be known later.
    TokenUnknown,
    /// A source of access tokens failed: file, program or minting.
    TokenSource,
    /// An `errcode` that no document known to this client describes. Not retried.
    Unknown,
}

impl Class {
    /// Whether sending the same call again may help.
    pub const fn is_retryable(self) -> bool {
        matches!(
            self,
            Self::Transient | Self::Throttled | Self::Malformed | Self::Unreachable
        )
    }
}
