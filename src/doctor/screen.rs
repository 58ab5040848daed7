//! Standard output, line by line.

use std::io::{self, Write};

/// So wide is what a line is about: the longest path of a call.
const WIDTH: usize = 44;

/// Where the lines go. What can't be written is told at the end: a probe has to be cleaned up all the same.
pub(super) struct Screen<'o> {
    out: &'o mut (dyn Write + Send),
    failed: Option<io::Error>,
}

impl<'o> Screen<'o> {
    pub(super) fn new(out: &'o mut (dyn Write + Send)) -> Self {
        Self { out, failed: None }
    }

    /// A whole line, or several.
    pub(super) fn line(&mut self, text: &str) {
        self.write(&format!("{text}\n"));
    }

    /// The beginning of a line, to be seen while what it is about is under way.
    pub(super) fn begin(&mut self, about: &str) {
        self.write(&format!("{about:WIDTH$} "));
    }

    /// A text that is seen at once.
    pub(super) fn write(&mut self, text: &str) {
        if self.failed.is_none() {
            let written = self.out.write_all(text.as_bytes());
            self.failed = written.and_then(|()| self.out.flush()).err();
        }
    }

    /// Whether nobody sees what is written.
    pub(super) fn is_closed(&self) -> bool {
        self.failed.is_some()
    }

    /// What went wrong with all that was written, if something did.
    pub(super) fn end(&mut self) -> Result<(), super::DoctorError> {
        match self.failed.take() {
            Some(error) => Err(super::DoctorError::Output(error)),
            None => Ok(()),
        }
    }
}
