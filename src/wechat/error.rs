//! What a call can fail with, and how it is told to a person.

use std::{fmt, fmt::Write as _, sync::Arc};

use super::{Class, Setting, error_codes, http::ServerMessage, operation::Stop, refusals_of_one};

/// A failed call, or the failure of one appid in a call. Cheap to clone.
///
/// [`Display`](fmt::Display) is one line: what was asked and what happened. [`Error::detail`] is the text for a person,
/// over several lines. Neither holds a token or any other secret.
#[derive(Clone)]
pub struct Error(Arc<Failure>);

#[derive(Clone)]
struct Failure {
    class: Class,
    /// What was asked: "sharing environment e with wx…".
    subject: String,
    /// What happened, in one line.
    happened: String,
    errcode: Option<i64>,
    message: Option<ServerMessage>,
    meaning: Option<String>,
    next_step: Option<String>,
    setting: Option<Setting>,
    notes: Vec<String>,
    attempts: u32,
    may_have_been_applied: bool,
    /// Whether `happened` or `meaning` says already that it is unknown whether it took effect.
    says_that_it_is_unknown: bool,
}

impl Error {
    pub(super) fn new(class: Class, happened: impl Into<String>) -> Self {
        Self(Arc::new(Failure {
            class,
            subject: String::new(),
            happened: happened.into(),
            errcode: None,
            message: None,
            meaning: None,
            next_step: None,
            setting: None,
            notes: Vec::new(),
            attempts: 0,
            may_have_been_applied: false,
            says_that_it_is_unknown: false,
        }))
    }

    /// The API refused the whole call with `errcode`.
    pub(super) fn refused(errcode: i64, message: ServerMessage) -> Self {
        let explained = error_codes::explain(errcode);
        let mut next_step = explained.next_step.to_owned();
        if let Some(address) = message.request_ip() {
            let _ = write!(next_step, " The API saw the address {address}.");
        }
        let happened = match message.text() {
            "" => format!("the API answered errcode {errcode}"),
            text => format!("the API answered errcode {errcode}: {text}"),
        };
        Self::new(explained.class, happened).edit(|failure| {
            failure.errcode = Some(errcode);
            failure.meaning = Some(explained.meaning.to_owned());
            failure.next_step = Some(next_step);
            failure.message = Some(message);
        })
    }

    /// The API refused one appid of a call it accepted. These refusals carry a text only, no code of their own.
    pub(super) fn item(message: ServerMessage) -> Self {
        let happened = match message.text() {
            "" => "the API refused this mini program without saying why".to_owned(),
            text => format!("the API refused this mini program: {text}"),
        };
        let next_step = refusals_of_one::next_step(message.text());
        Self::new(Class::Item, happened)
            .edit(|failure| failure.message = Some(message))
            .meaning("The API accepted the request but refused this mini program. Such refusals have no error code.")
            .next_step(next_step)
    }

    /// The API refused one environment of a call it accepted. These refusals carry a text only, too.
    pub(super) fn env_refused(message: ServerMessage) -> Self {
        let happened = match message.text() {
            "" => "the API refused this environment without saying why".to_owned(),
            text => format!("the API refused this environment: {text}"),
        };
        Self::new(Class::Item, happened)
            .edit(|failure| failure.message = Some(message))
            .meaning("The API accepted the request but refused this environment. Such refusals have no error code.")
            .next_step(
                "Check the id of the environment, that it belongs to this platform, and that its files can be read as a \
                 function's code.",
            )
    }

    /// A write was accepted, and `stray` are rows that may be about this mini program or another one.
    pub(super) fn unanswered(stray: &str) -> Self {
        Self::new(
            Class::Unanswered,
            format!(
                "the answer does not mention this mini program, but one that was not in the request: {stray}"
            ),
        )
        .meaning(
            "The request was accepted. That row may refer to this mini program, so its result is unknown.",
        )
        .next_step("Try again: what took effect is checked first.")
        .maybe_applied(true)
        .says_that_it_is_unknown()
    }

    pub(super) fn stopped(stop: Stop) -> Self {
        match stop {
            Stop::Deadline => Self::new(Class::DeadlineExceeded, "the operation timed out")
                .next_step("Try again."),
            Stop::Cancelled => Self::new(Class::Cancelled, "the operation was cancelled")
                .next_step("Run it again to continue."),
        }
    }

    /// A write that its operation ended before, so that nothing was sent.
    pub(super) fn not_sent(stop: Stop) -> Self {
        Self::stopped(stop)
            .edit(|failure| failure.happened = format!("not sent: {}", failure.happened))
    }

    /// A write that failed before anything was sent, for instance since it waited for a token.
    pub(super) fn before_sending(self) -> Self {
        match self.class() {
            Class::DeadlineExceeded => Self::not_sent(Stop::Deadline),
            Class::Cancelled => Self::not_sent(Stop::Cancelled),
            _ => self,
        }
    }

    /// `self` ended the operation because `stop` came before the next attempt.
    pub(super) fn stopped_before_retry(self, stop: Stop) -> Self {
        let (class, why) = match stop {
            Stop::Deadline => (
                Class::DeadlineExceeded,
                "the operation timed out before the next retry",
            ),
            Stop::Cancelled => (
                Class::Cancelled,
                "the operation was cancelled before the next retry",
            ),
        };
        self.edit(|failure| {
            failure.class = class;
            failure.happened = format!("{why}; last error: {}", failure.happened);
        })
    }

    fn edit(mut self, change: impl FnOnce(&mut Failure)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    /// Says what was asked. A subject it has already (a token that had to be fetched for this) becomes part of what
    /// happened.
    pub(super) fn subject(self, subject: impl Into<String>) -> Self {
        self.edit(|failure| {
            let inner = std::mem::replace(&mut failure.subject, subject.into());
            if !inner.is_empty() && inner != failure.subject {
                failure.happened = format!("{inner}: {}", failure.happened);
            }
        })
    }

    pub(super) fn meaning(self, meaning: impl Into<String>) -> Self {
        self.edit(|failure| failure.meaning = Some(meaning.into()))
    }

    pub(super) fn next_step(self, next_step: impl Into<String>) -> Self {
        self.edit(|failure| failure.next_step = Some(next_step.into()))
    }

    pub(super) fn with_setting(self, setting: Setting) -> Self {
        self.edit(|failure| failure.setting = Some(setting))
    }

    pub(super) fn note(self, note: impl Into<String>) -> Self {
        self.edit(|failure| failure.notes.push(note.into()))
    }

    pub(super) fn with_class(self, class: Class) -> Self {
        self.edit(|failure| failure.class = class)
    }

    pub(super) fn with_attempts(self, attempts: u32) -> Self {
        self.edit(|failure| failure.attempts = attempts)
    }

    pub(super) fn maybe_applied(self, maybe: bool) -> Self {
        self.edit(|failure| failure.may_have_been_applied = maybe)
    }

    /// What happened or its meaning says that it is unknown whether it took effect, so that the detail need not.
    pub(super) fn says_that_it_is_unknown(self) -> Self {
        self.edit(|failure| failure.says_that_it_is_unknown = true)
    }

    /// The same without the number of attempts, which may differ where all else is the same.
    #[must_use]
    pub fn without_attempts(&self) -> Self {
        self.clone().with_attempts(0)
    }

    /// What to do next.
    pub(super) fn advice(&self) -> Option<&str> {
        self.0.next_step.as_deref()
    }

    /// What kind of failure it is.
    pub fn class(&self) -> Class {
        self.0.class
    }

    /// The API's own code, when the failure is an answer of the API.
    pub fn errcode(&self) -> Option<i64> {
        self.0.errcode
    }

    /// The API's own words, without the request id at their end.
    pub fn errmsg(&self) -> Option<&str> {
        self.0.message.as_ref().map(ServerMessage::text)
    }

    /// The request id that the API's support asks for.
    pub fn rid(&self) -> Option<&str> {
        self.0.message.as_ref().and_then(ServerMessage::rid)
    }

    /// The code of the cloud behind the API (`TcbCode: [..]` in its words), if there is one.
    pub fn tcb_code(&self) -> Option<&str> {
        self.0.message.as_ref().and_then(ServerMessage::tcb_code)
    }

    /// Whether the environment that the call is about was refused, as one that does not exist any more is.
    pub fn is_about_the_environment(&self) -> bool {
        self.errcode()
            .is_some_and(error_codes::is_about_the_environment)
    }

    /// How many HTTP attempts were made for this call; 0 when nothing was sent.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// For a share, unshare or conversion: whether it may have taken effect although it failed here, because its
    /// answer was lost or leaves that open, and it could not be checked.
    pub fn may_have_been_applied(&self) -> bool {
        self.0.may_have_been_applied
    }

    /// Whether a refusal of a whole call may be about one of the environments or mini programs in it: it is not about the
    /// token, a quota, the caller's address, or the state of the API.
    pub(super) fn is_about_an_item(&self) -> bool {
        let refused = matches!(self.class(), Class::Caller | Class::Unknown);
        self.errcode()
            .is_some_and(|errcode| refused && !error_codes::is_about_the_address(errcode))
    }

    /// What happened, in one line, without what was asked.
    pub fn happened(&self) -> &str {
        &self.0.happened
    }

    /// Why it failed, as the end of a line that says what was asked and of whom: the API's words about an appid, or else
    /// what happened.
    pub fn reason(&self) -> &str {
        match (self.class(), self.errcode(), self.errmsg()) {
            (Class::Item, None, Some("") | None) => "the API does not say why",
            (Class::Item, None, Some(words)) => words,
            _ => self.happened(),
        }
    }

    /// The setting of the client whose change can help, if there is one.
    pub fn setting(&self) -> Option<Setting> {
        self.0.setting
    }

    /// What a person reads beside the [`reason`](Self::reason) and the [`rid`](Self::rid): what it means, and what to do
    /// next.
    pub fn detail(&self) -> String {
        self.detail_with([])
    }

    /// As [`Error::detail`], where `more` follows what to do next: what only the caller knows, such as the names that
    /// its users have for the settings.
    pub fn detail_with<'a>(&self, more: impl IntoIterator<Item = &'a str>) -> String {
        let failure = &*self.0;
        let mut parts = Vec::new();
        parts.extend(failure.meaning.clone());
        parts.extend(failure.notes.iter().cloned());
        if failure.attempts > 1 {
            parts.push(format!("{} attempts were made.", failure.attempts));
        }
        if failure.may_have_been_applied && !failure.says_that_it_is_unknown {
            // An answer that came and is no verdict either, or none.
            let answered = failure.errcode.is_some() || failure.class == Class::Unanswered;
            let unknown = if answered {
                "It is unknown whether it took effect."
            } else {
                "The answer was lost, so it is unknown whether it took effect."
            };
            parts.push(unknown.to_owned());
        }
        parts.extend(failure.next_step.clone());
        parts.extend(more.into_iter().map(str::to_owned));
        parts.join("\n")
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.subject.is_empty() {
            write!(f, "{}: ", self.0.subject)?;
        }
        f.write_str(&self.0.happened)?;
        if self.0.attempts > 1 {
            write!(f, " ({} attempts)", self.0.attempts)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("class", &self.0.class)
            .field("subject", &self.0.subject)
            .field("happened", &self.0.happened)
            .field("errcode", &self.0.errcode)
            .field("rid", &self.rid())
            .field("attempts", &self.0.attempts)
            .field("may_have_been_applied", &self.0.may_have_been_applied)
            .finish_non_exhaustive()
    }
}

/// The operation ended before anything was sent.
impl From<Stop> for Error {
    fn from(stop: Stop) -> Self {
        Self::not_sent(stop)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn detail_has_what_the_reason_does_not_say() {
        let message = ServerMessage::parse("access_token expired rid: 01234567-89abcdef-01234567");
        let error = Error::refused(42001, message)
            .subject("asking")
            .with_attempts(2);
        assert_eq!(
            error.to_string(),
            "asking: the API answered errcode 42001: access_token expired (2 attempts)"
        );
        let detail = error.detail();
        let lines: Vec<&str> = detail.lines().collect();
        assert!(!detail.contains("42001"), "it is in the reason: {detail}");
        assert_eq!(error.rid(), Some("01234567-89abcdef-01234567"));
        assert!(lines.contains(&"2 attempts were made."), "{detail}");
        assert_eq!(error.errmsg(), Some("access_token expired"));
        assert_eq!(error.class(), Class::Token);
    }

    #[test]
    fn address_of_the_caller_is_shown_with_61004() {
        let message =
            ServerMessage::parse("access clientip is not registered requestIP: 203.0.113.9 rid: x");
        let error = Error::refused(61004, message);
        assert!(
            error.detail().contains("203.0.113.9."),
            "{}",
            error.detail()
        );
    }

    #[test]
    fn a_refusal_of_one_mini_program_is_told_in_the_words_of_the_api() {
        let refusal = |words| Error::item(ServerMessage::parse(words));
        assert_eq!(
            refusal("main body not same rid: a-b-c").reason(),
            "main body not same"
        );
        assert_eq!(refusal("").reason(), "the API does not say why");
        let refused = Error::refused(48001, ServerMessage::parse("no perm"));
        assert_eq!(refused.reason(), "the API answered errcode 48001: no perm");
        let bisected = refused.with_class(Class::Item);
        assert_eq!(bisected.reason(), "the API answered errcode 48001: no perm");
    }

    #[test]
    fn deadline_keeps_what_the_last_attempt_said() {
        let error = Error::refused(-1, ServerMessage::parse("system error"))
            .with_attempts(3)
            .stopped_before_retry(Stop::Deadline);
        assert_eq!(error.class(), Class::DeadlineExceeded);
        assert_eq!((error.errcode(), error.attempts()), (Some(-1), 3));
        let reason = error.reason();
        assert!(
            reason.starts_with("the operation timed out before the next retry; last error: "),
            "{reason}"
        );
        assert!(reason.ends_with("errcode -1: system error"), "{reason}");
        let detail = error.detail();
        assert!(detail.contains("3 attempts were made."), "{detail}");
        let detail = error.without_attempts().detail();
        assert!(!detail.contains("attempts"), "{detail}");
    }

    #[test]
    fn a_tcb_code_is_told_once_in_the_words_of_the_api() {
        let error = Error::refused(
            -501_000,
            ServerMessage::parse("sold out TcbCode: [SoldOut]"),
        );
        assert_eq!(error.tcb_code(), Some("SoldOut"));
        assert!(error.reason().contains("SoldOut"), "{}", error.reason());
        assert!(!error.detail().contains("SoldOut"), "{}", error.detail());
    }
}
