//! What all steps work with.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::finding::{Finding, Verdict};
use super::screen::Screen;
use super::{DoctorError, Outcome};
use crate::wechat::Operation;

/// How long one call may take with all that belongs to it, such as a program that prints tokens.
const CALL_TIME: Duration = Duration::from_secs(90);

/// How long it may take to undo what was done.
const LAST_CALL_TIME: Duration = Duration::from_secs(30);

/// The examination so far.
pub(super) struct Examination<'o> {
    pub(super) screen: Screen<'o>,
    pub(super) cancel: CancellationToken,
    findings: Vec<(String, Finding)>,
}

impl<'o> Examination<'o> {
    pub(super) fn new(screen: Screen<'o>, cancel: CancellationToken) -> Self {
        Self {
            screen,
            cancel,
            findings: Vec::new(),
        }
    }

    /// The limits of one call.
    pub(super) fn operation(&self) -> Operation {
        Operation::new(CALL_TIME, self.cancel.clone())
    }

    /// The limits of a call that is made although the examination is over.
    pub(super) fn last_operation() -> Operation {
        Operation::new(LAST_CALL_TIME, CancellationToken::new())
    }

    /// Whether to go on makes no sense.
    pub(super) fn is_over(&self) -> bool {
        self.cancel.is_cancelled() || self.screen.is_closed()
    }

    /// Shows what is looked at now; [`Self::found`] ends that line.
    pub(super) fn begin(&mut self, about: &str) {
        self.screen.begin(about);
    }

    /// Says what was found, and keeps it for the report.
    pub(super) fn found(&mut self, about: &str, finding: Finding) {
        let word = finding.verdict.word();
        let colon = if finding.words.is_empty() { "" } else { ": " };
        self.screen
            .line(&format!("{word}{colon}{}{}", finding.words, finding.ids()));
        self.findings.push((about.to_owned(), finding));
    }

    /// A line about what needs no call.
    pub(super) fn say(&mut self, about: &str, finding: Finding) {
        self.begin(about);
        self.found(about, finding);
    }

    pub(super) fn findings(&self) -> &[(String, Finding)] {
        &self.findings
    }

    /// Whether any answer was there to look at.
    pub(super) fn has_looked(&self) -> bool {
        let looked = |verdict| matches!(verdict, Verdict::Works | Verdict::Differs);
        self.findings.iter().any(|(_, one)| looked(one.verdict))
    }

    /// What all that was found comes to. What is missing goes before what differs: until it is there, not all was looked at.
    pub(super) fn outcome(&self) -> Outcome {
        let has = |verdict| self.findings.iter().any(|(_, one)| one.verdict == verdict);
        if has(Verdict::Missing) || has(Verdict::Failed) {
            Outcome::Lacks
        } else if has(Verdict::Differs) {
            Outcome::Differs
        } else {
            Outcome::Works
        }
    }

    /// Whether it came to its end, and was heard.
    pub(super) fn end(&mut self) -> Result<(), DoctorError> {
        self.screen.end()?;
        if self.cancel.is_cancelled() {
            return Err(DoctorError::Interrupted);
        }
        Ok(())
    }
}
