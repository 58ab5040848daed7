//! Leaving out the warning that a provider comes from `dev_overrides`.
//!
//! The CLI prints it with every command, and it is about the set-up of the demo. With colours on the
//! CLI draws a box around each message (`format.Diagnostic` in Terraform's
//! `internal/command/format/diagnostic.go`), which is how the end of this one is found without
//! guessing; without colours there is no box. So the demo always has colours printed and takes them
//! out itself.

use super::screen::without_colours;

/// Its summary, the same in Terraform and OpenTofu.
const SUMMARY: &str = "Warning: Provider development overrides are in effect";

/// Passes lines on, but for that warning.
#[derive(Debug, Default)]
pub(super) struct OverrideWarning {
    /// The lines of a box that has not ended yet.
    held: Vec<String>,
    /// Whether the box was left out just now, and a blank line after it belongs to it.
    left_out: bool,
}

impl OverrideWarning {
    /// Takes a line; returns the lines that can be shown now.
    pub(super) fn line(&mut self, line: String) -> Vec<String> {
        let plain = without_colours(&line);
        let plain = plain.trim();
        let after_warning = std::mem::take(&mut self.left_out);
        if self.held.is_empty() && plain != "╷" {
            return if after_warning && plain.is_empty() {
                Vec::new()
            } else {
                vec![line]
            };
        }
        self.held.push(line);
        if plain != "╵" {
            return Vec::new();
        }
        let block = std::mem::take(&mut self.held);
        self.left_out = block
            .get(1)
            .is_some_and(|summary| without_colours(summary).contains(SUMMARY));
        if self.left_out { Vec::new() } else { block }
    }

    /// Nothing more comes: what is still held back.
    pub(super) fn end(&mut self) -> Vec<String> {
        std::mem::take(&mut self.held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let mut filter = OverrideWarning::default();
        let mut shown: Vec<String> = text
            .lines()
            .flat_map(|line| filter.line(line.to_owned()))
            .collect();
        shown.extend(filter.end());
        shown.join("\n")
    }

    const WARNING: &str = "\u{1b}[33m╷\u{1b}[0m\u{1b}[0m\n\
        \u{1b}[33m│\u{1b}[0m \u{1b}[0m\u{1b}[1m\u{1b}[33mWarning: \u{1b}[0m\u{1b}[0m\u{1b}[1mProvider development overrides are in effect\u{1b}[0m\n\
        \u{1b}[33m│\u{1b}[0m \u{1b}[0m\n\
        \u{1b}[33m│\u{1b}[0m \u{1b}[0m - wxopen/cloudbase in /tmp/x\n\
        \u{1b}[33m╵\u{1b}[0m\u{1b}[0m\n";

    #[test]
    fn the_warning_and_its_blank_line_are_left_out() {
        assert_eq!(
            shown(&format!("{WARNING}\nPlan: 1\n\nend")),
            "Plan: 1\n\nend"
        );
        assert_eq!(shown(&format!("{WARNING}Plan: 1")), "Plan: 1");
    }

    #[test]
    fn every_other_message_is_shown_whole() {
        let other = "╷\n│ Warning: something\n│ \n│ Provider development overrides\n╵";
        assert_eq!(
            shown(&format!("{WARNING}{other}\n\nend")),
            format!("{other}\n\nend")
        );
        assert_eq!(shown(&format!("a\n{other}")), format!("a\n{other}"));
    }

    #[test]
    fn a_box_that_never_ends_is_shown() {
        assert_eq!(shown("a\n╷\n│ Error: b"), "a\n╷\n│ Error: b");
    }
}
