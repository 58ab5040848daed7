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
    /// The diagnostics of a command that ran with `-json`.
    pub(crate) fn diagnostics(&self) -> Vec<Diagnostic> {
        let lines = self.stdout.lines().filter_map(|line| {
            let line: Json = serde_json::from_str(line).ok()?;
            (line["type"] == "diagnostic").then(|| line["diagnostic"].clone())
        });
        let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
        lines
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
