//! What the demo shows: headings, commands, checks, and the lines of the CLI.

use std::io::{self, Write};

const BOLD: &str = "1";
const DIM: &str = "2";
const GREEN: &str = "32";

/// Where the demo shows things. Every line is passed on at once.
pub(super) struct Screen<'a> {
    out: &'a mut (dyn Write + Send),
    colour: bool,
}

impl<'a> Screen<'a> {
    /// With `colour`, also those of the CLI's own lines.
    pub(super) fn new(out: &'a mut (dyn Write + Send), colour: bool) -> Self {
        Self { out, colour }
    }

    /// The heading of a step.
    pub(super) fn heading(&mut self, text: &str) -> io::Result<()> {
        let text = self.painted(BOLD, text);
        self.line(&format!("\n{text}"))
    }

    /// A command that is about to run.
    pub(super) fn command(&mut self, text: &str) -> io::Result<()> {
        let text = self.painted(DIM, &format!("$ {text}"));
        self.line(&format!("\n{text}"))
    }

    /// A check that passed.
    pub(super) fn passed(&mut self, what: &str) -> io::Result<()> {
        let mark = self.painted(GREEN, "✓");
        self.line(&format!("  {mark} {what}"))
    }

    /// A line with the CLI's colours in it.
    pub(super) fn coloured_line(&mut self, text: &str) -> io::Result<()> {
        if self.colour {
            self.line(text)
        } else {
            self.line(&without_colours(text))
        }
    }

    /// A line as it is.
    pub(super) fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{text}")?;
        self.out.flush()
    }

    fn painted(&self, style: &str, text: &str) -> String {
        if self.colour {
            format!("\u{1b}[{style}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

/// The text without the control sequences that set colours (ECMA-48: `ESC [`, parameters, and a
/// final byte from `@` to `~`).
pub(super) fn without_colours(text: &str) -> String {
    let mut pieces = text.split("\u{1b}[");
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find(|c: char| ('@'..='~').contains(&c));
        plain.push_str(end.map_or("", |end| &piece[end + 1..]));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_taken_out_and_nothing_else() {
        assert_eq!(
            without_colours("\u{1b}[33m│\u{1b}[0m \u{1b}[1;4ma [b]\u{1b}[0m"),
            "│ a [b]"
        );
        assert_eq!(without_colours("plain [0m"), "plain [0m");
        assert_eq!(without_colours("cut \u{1b}[3"), "cut ");
    }

    #[test]
    fn colours_are_shown_only_when_wanted() {
        let shown = |colour| {
            let mut out = Vec::new();
            let mut screen = Screen::new(&mut out, colour);
            screen.heading("Plan").unwrap();
            screen.coloured_line("\u{1b}[32m+\u{1b}[0m create").unwrap();
            screen.passed("it is so").unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(shown(false), "\nPlan\n+ create\n  ✓ it is so\n");
        assert_eq!(
            shown(true),
            "\n\u{1b}[1mPlan\u{1b}[0m\n\u{1b}[32m+\u{1b}[0m create\n  \u{1b}[32m✓\u{1b}[0m it is so\n"
        );
    }
}
