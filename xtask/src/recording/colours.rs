//! Reads the terminal's colours: the control sequences of ECMA-48 that select how characters look (SGR).

use crate::Failure;

/// How characters look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) bold: bool,
    pub(super) dim: bool,
    pub(super) underlined: bool,
    pub(super) colour: Option<Colour>,
}

/// The colours that are in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colour {
    Red,
    Green,
    Yellow,
    Cyan,
}

/// A line: texts, each of which looks the same all over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) spans: Vec<(Look, String)>,
}

impl Line {
    /// Its characters.
    pub(super) fn plain(&self) -> String {
        self.spans.iter().map(|(_, text)| text.as_str()).collect()
    }

    fn push(&mut self, look: Look, text: &str) {
        match self.spans.last_mut() {
            Some((last, before)) if *last == look => before.push_str(text),
            _ if text.is_empty() => {}
            _ => self.spans.push((look, text.to_owned())),
        }
    }
}

/// The lines of `text`. A look goes on in the next line until something ends it.
///
/// Errors: a control sequence that is not known here.
pub(super) fn lines(text: &str) -> Result<Vec<Line>, Failure> {
    let mut look = Look::default();
    let mut lines = Vec::new();
    for text in text.lines() {
        let mut line = Line::default();
        let mut pieces = text.split('\u{1b}');
        line.push(look, pieces.next().unwrap_or_default());
        for piece in pieces {
            let sequence = piece
                .strip_prefix('[')
                .and_then(|rest| rest.split_once('m'));
            let (codes, rest) = sequence.ok_or_else(|| unknown(piece))?;
            for code in codes.split(';') {
                look = changed(look, code).ok_or_else(|| unknown(piece))?;
            }
            line.push(look, rest);
        }
        lines.push(line);
    }
    Ok(lines)
}

/// The characters of a line, without what it does not know.
pub(super) fn plain(line: &str) -> String {
    lines(line).map_or_else(
        |_| line.to_owned(),
        |lines| lines.iter().map(Line::plain).collect(),
    )
}

fn changed(look: Look, code: &str) -> Option<Look> {
    let colour = |colour| Some(Look { colour, ..look });
    match code {
        "" | "0" => Some(Look::default()),
        "1" => Some(Look { bold: true, ..look }),
        "2" | "90" => Some(Look { dim: true, ..look }),
        "4" => Some(Look {
            underlined: true,
            ..look
        }),
        "31" => colour(Some(Colour::Red)),
        "32" => colour(Some(Colour::Green)),
        "33" => colour(Some(Colour::Yellow)),
        "36" => colour(Some(Colour::Cyan)),
        "39" => colour(None),
        _ => None,
    }
}

fn unknown(sequence: &str) -> Failure {
    let start: String = sequence.chars().take(8).collect();
    format!("the demo prints the control sequence ESC {start:?}, which the recording does not know")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_their_looks() {
        let green = Look {
            colour: Some(Colour::Green),
            ..Look::default()
        };
        let bold = Look {
            bold: true,
            ..green
        };
        let read = lines("a \u{1b}[32m+\u{1b}[1mb\nc\u{1b}[0m\u{1b}[0md\n\ne").unwrap();
        let line = |spans: &[(Look, &str)]| Line {
            spans: spans
                .iter()
                .map(|&(look, text)| (look, text.to_owned()))
                .collect(),
        };
        let usual = Look::default();
        assert_eq!(
            read,
            [
                line(&[(usual, "a "), (green, "+"), (bold, "b")]),
                line(&[(bold, "c"), (usual, "d")]),
                line(&[]),
                line(&[(usual, "e")]),
            ]
        );
        assert_eq!(plain("a \u{1b}[32m+\u{1b}[0m"), "a +");
    }

    #[test]
    fn what_is_not_known_is_an_error() {
        for text in ["\u{1b}[K", "\u{1b}[38;5;1mx", "\u{1b}]0;x"] {
            let error = lines(text).unwrap_err().to_string();
            assert!(error.contains("does not know"), "{error}");
        }
    }
}
