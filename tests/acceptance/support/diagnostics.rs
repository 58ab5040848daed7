//! What the CLI says with `-json`.

use serde_json::Value as Json;

use super::workspace::Run;

/// One error or warning, as the CLI's JSON log has it.
#[derive(Clone, Debug)]
pub(crate) struct Diagnostic {
    pub(crate) severity: String,
    pub(crate) summary: String,
    pub(crate) detail: String,
    /// The resource it is about, empty if it is about none.
    pub(crate) address: String,
}

impl Run {
    /// The lines of one type in what a command that ran with `-json` said, in order.
    pub(crate) fn lines(&self, kind: &str) -> Vec<Json> {
        let lines = self.stdout.lines();
        let lines = lines.filter_map(|line| serde_json::from_str::<Json>(line).ok());
        lines.filter(|line| line["type"] == kind).collect()
    }

    /// The diagnostics of a command that ran with `-json`.
    pub(crate) fn diagnostics(&self) -> Vec<Diagnostic> {
        let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
        self.lines("diagnostic")
            .iter()
            .map(|line| &line["diagnostic"])
            .map(|one| Diagnostic {
                severity: text(&one["severity"]),
                summary: text(&one["summary"]),
                detail: text(&one["detail"]),
                address: text(&one["address"]),
            })
            .collect()
    }

    /// The errors among them.
    pub(crate) fn errors(&self) -> Vec<Diagnostic> {
        let mut all = self.diagnostics();
        all.retain(|one| one.severity == "error");
        all
    }
}
