//! What the demo shows: headings, commands, checks, and the lines of the CLI.
//!
//! The demo's own words are wrapped at the width of the terminal. The CLI's lines are passed on as they are: it wraps
//! at 78 columns where its output is no terminal (`defaultColumns` in Terraform's `internal/terminal`), and no setting
//! changes that.

use std::io::{self, Write};

use textwrap::{Options, WordSplitter, WrapAlgorithm};

use super::setting::{Pause, Setting};

const BOLD: &str = "1";
const DIM: &str = "2";
const GREEN: &str = "32";
/// Erases from the cursor to the end of the line (ECMA-48, EL).
const ERASE: &str = "\u{1b}[K";

/// The narrowest that words are wrapped at.
const NARROW: usize = 40;

/// Where the demo shows things. Every line is passed on at once.
pub(super) struct Screen<'a> {
    out: &'a mut (dyn Write + Send),
    colour: bool,
    width: Option<usize>,
    /// Where only headings and the verdict are shown: what else there is to show of this step.
    held: Option<String>,
    /// Whether the last line was blank.
    gap: bool,
}

impl<'a> Screen<'a> {
    /// With colours, if those are wanted, also in the CLI's own lines.
    pub(super) fn new(out: &'a mut (dyn Write + Send), setting: &Setting) -> Self {
        Self {
            out,
            colour: setting.colour,
            width: setting.width.map(|width| width.max(NARROW)),
            held: setting.quiet.then(String::new),
            gap: true,
        }
    }

    /// The heading of the step `number`.
    pub(super) fn heading(&mut self, number: &str, text: &str) -> io::Result<()> {
        if self.held.is_none() {
            self.gap()?;
        }
        self.matters(&format!("━━━ {number}  "), text)
    }

    /// What came of it all.
    pub(super) fn verdict(&mut self, text: &str) -> io::Result<()> {
        if self.held.is_none() {
            self.gap()?;
        }
        self.matters("", text)
    }

    /// A command that is about to run.
    pub(super) fn command(&mut self, text: &str) -> io::Result<()> {
        let text = self.painted(DIM, &format!("$ {text}"));
        self.gap()?;
        self.line(&text)
    }

    /// A check that passed.
    pub(super) fn passed(&mut self, what: &str) -> io::Result<()> {
        let mark = self.painted(GREEN, "✓");
        let mut lines = self.wrapped("  ✓ ", what);
        lines[0] = lines[0].replacen('✓', &mark, 1);
        lines.iter().try_for_each(|line| self.line(line))
    }

    /// Words, which may take several lines.
    pub(super) fn prose(&mut self, text: &str) -> io::Result<()> {
        let lines = self.wrapped("", text);
        lines.iter().try_for_each(|line| self.line(line))
    }

    /// A line with the CLI's colours in it.
    pub(super) fn coloured_line(&mut self, text: &str) -> io::Result<()> {
        if self.colour {
            self.line(text)
        } else {
            self.line(&without_colours(text))
        }
    }

    /// A blank line, unless there is one already.
    pub(super) fn gap(&mut self) -> io::Result<()> {
        if self.gap { Ok(()) } else { self.line("") }
    }

    /// A line as it is.
    pub(super) fn line(&mut self, text: &str) -> io::Result<()> {
        // Terraform sets colours in blank lines, too.
        self.gap = without_colours(text).is_empty();
        if let Some(held) = &mut self.held {
            held.push_str(text);
            held.push('\n');
            return Ok(());
        }
        writeln!(self.out, "{text}")?;
        self.out.flush()
    }

    /// The step has failed: shows all that it had to show, and everything from now on.
    pub(super) fn reveal(&mut self) -> io::Result<()> {
        let held = self.held.take().unwrap_or_default();
        self.out.write_all(held.as_bytes())?;
        self.out.flush()
    }

    /// Says what ends a pause, on a line that does not end yet.
    pub(super) fn ask(&mut self, pause: Pause) -> io::Result<()> {
        self.gap()?;
        let text = match pause {
            Pause::Key => "Press a key to go on, q to leave ",
            Pause::Enter => "Enter to go on, q and Enter to leave: ",
        };
        let text = self.painted(DIM, text);
        write!(self.out, "{text}")?;
        self.out.flush()
    }

    /// Takes those words back, or ends their line where that cannot be done; with `echoed`, what was typed has done that.
    pub(super) fn asked(&mut self, pause: Pause, echoed: bool) -> io::Result<()> {
        match pause {
            Pause::Key => write!(self.out, "\r{ERASE}")?,
            Pause::Enter if echoed => self.gap = false,
            Pause::Enter => writeln!(self.out)?,
        }
        self.out.flush()
    }

    /// Lines that are shown whatever is left out; what was left out before is forgotten.
    fn matters(&mut self, lead: &str, text: &str) -> io::Result<()> {
        let lines = self.wrapped(lead, text);
        let quiet = self.held.take().is_some();
        for line in lines {
            self.line(&self.painted(BOLD, &line))?;
        }
        self.held = quiet.then(String::new);
        Ok(())
    }

    /// The lines of `text` after `lead`, which the others are indented by. A word is never broken: it may be a URL.
    fn wrapped(&self, lead: &str, text: &str) -> Vec<String> {
        let indent = lead.chars().count();
        let width = self.width.map_or(usize::MAX, |width| width - indent);
        let options = Options::new(width)
            .wrap_algorithm(WrapAlgorithm::FirstFit)
            .word_splitter(WordSplitter::NoHyphenation)
            .break_words(false);
        let lines = textwrap::wrap(text, options).into_iter().enumerate();
        lines
            .map(|(number, line)| match number {
                0 => format!("{lead}{line}"),
                _ => format!("{:indent$}{line}", ""),
            })
            .collect()
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

    fn setting() -> Setting {
        Setting {
            path: "".into(),
            binary: "".into(),
            colour: false,
            width: None,
            quiet: false,
            pause: None,
        }
    }

    fn shown(setting: &Setting, show: impl FnOnce(&mut Screen<'_>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        show(&mut Screen::new(&mut out, setting)).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn colours_are_shown_only_when_wanted() {
        let shown = |colour| {
            let setting = Setting {
                colour,
                ..setting()
            };
            shown(&setting, |screen| {
                screen.heading("1/7", "Plan")?;
                screen.coloured_line("\u{1b}[32m+\u{1b}[0m create")?;
                screen.coloured_line("\u{1b}[0m")?;
                screen.gap()?;
                screen.passed("it is so")
            })
        };
        assert_eq!(shown(false), "━━━ 1/7  Plan\n+ create\n\n  ✓ it is so\n");
        assert_eq!(
            shown(true),
            "\u{1b}[1m━━━ 1/7  Plan\u{1b}[0m\n\u{1b}[32m+\u{1b}[0m create\n\u{1b}[0m\n  \u{1b}[32m✓\u{1b}[0m it is so\n"
        );
    }

    #[test]
    fn words_are_wrapped_and_indented_but_not_broken() {
        let show = |width| {
            let setting = Setting {
                width: Some(width),
                ..setting()
            };
            shown(&setting, |screen| {
                screen.heading("1/7", "A heading that is a good deal longer")?;
                screen.passed("a check of shop-6gni9ity244a6ea3 and the ✓ at")?;
                screen.prose(
                    "http://127.0.0.1:12345/confirm/b82ecfa7ba2956e0a3dcd4e7455128ee it is",
                )?;
                screen.coloured_line("a line of Terraform, which is left as it is, however long")
            })
        };
        let narrow = "━━━ 1/7  A heading that is a good deal\n         longer\n\
            \u{20} ✓ a check of shop-6gni9ity244a6ea3 and\n    the ✓ at\n\
            http://127.0.0.1:12345/confirm/b82ecfa7ba2956e0a3dcd4e7455128ee\nit is\n\
            a line of Terraform, which is left as it is, however long\n";
        assert_eq!(show(40), narrow);
        assert_eq!(show(3), narrow, "not below 40");
        assert_eq!(show(200).lines().count(), 4);
    }

    #[test]
    fn what_is_left_out_is_shown_of_a_step_that_fails() {
        let setting = Setting {
            quiet: true,
            ..setting()
        };
        let steps = |screen: &mut Screen<'_>| {
            screen.prose("Introduction")?;
            screen.heading("1/7", "Plan")?;
            screen.command("terraform plan")?;
            screen.passed("it is so")?;
            screen.heading("2/7", "Apply")?;
            screen.line("Apply complete!")
        };
        let quiet = "━━━ 1/7  Plan\n━━━ 2/7  Apply\n";
        assert_eq!(
            shown(&setting, |screen| {
                steps(screen)?;
                screen.verdict("All is well.")
            }),
            format!("{quiet}All is well.\n")
        );
        assert_eq!(
            shown(&setting, |screen| {
                steps(screen)?;
                screen.reveal()?;
                screen.line("And more.")
            }),
            format!("{quiet}Apply complete!\nAnd more.\n")
        );
    }
}
