//! What token files and token commands yielded last, and which command has just failed.

use std::{collections::HashMap, time::Duration};

use tokio::time::Instant;

use super::document::{Document, DocumentKey};
use crate::wechat::Error;

/// For so long a program that has failed is not run again; its failure is told to everybody who asks meanwhile. All that
/// a run has queued asks within moments, window by window, and a program may ask a vault or a person. What asks later,
/// such as a wait for a confirmation, finds a vault that is open again.
const FAILED_FOR: Duration = Duration::from_secs(10);

#[derive(Debug, Default)]
pub(super) struct Documents {
    read: HashMap<DocumentKey, Document>,
    failed: HashMap<DocumentKey, (Error, Instant)>,
}

impl Documents {
    pub(super) fn get(&self, key: &DocumentKey) -> Option<&Document> {
        self.read.get(key)
    }

    pub(super) fn put(&mut self, key: DocumentKey, document: Document) {
        self.read.insert(key, document);
    }

    /// The failure of a program that is not to be run again yet.
    pub(super) fn failure(&self, key: &DocumentKey) -> Option<&Error> {
        let (error, at) = self.failed.get(key)?;
        (at.elapsed() < FAILED_FOR).then_some(error)
    }

    /// Keeps that a program has failed. To read a file anew costs nothing.
    pub(super) fn fail(&mut self, key: &DocumentKey, error: &Error) {
        if let DocumentKey::Command(_) = key {
            let failure = (error.clone(), Instant::now());
            self.failed.insert(key.clone(), failure);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wechat::Class;

    #[tokio::test(start_paused = true)]
    async fn the_failure_of_a_program_is_told_for_a_while() {
        let program = |name: &str| DocumentKey::Command(vec![name.to_owned()]);
        let mut documents = Documents::default();
        let error = Error::new(Class::TokenSource, "sealed");
        documents.fail(&program("a"), &error);
        documents.fail(&DocumentKey::File("a".into()), &error);
        assert!(documents.failure(&DocumentKey::File("a".into())).is_none());
        assert!(documents.failure(&program("b")).is_none());
        tokio::time::advance(FAILED_FOR / 2).await;
        let told = documents.failure(&program("a")).unwrap();
        assert_eq!(told.happened(), "sealed");
        tokio::time::advance(FAILED_FOR / 2).await;
        assert!(documents.failure(&program("a")).is_none());
    }
}
