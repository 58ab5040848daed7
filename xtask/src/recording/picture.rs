//! The SVG: all lines below each other, moved behind a window.
//!
//! It moves by CSS alone, which browsers play in an `<img>`, too. Who wants no motion, or cannot see any, has the last
//! screen. It is dark on any page, with a border that shows on dark ones.

use std::fmt::Write;

use super::colours::{Colour, Line, Look};
use super::pace::{Beat, beats};

/// Sizes in pixels.
const FONT: usize = 14;
const ROW: usize = 18;
const MARGIN: usize = 16;
/// The window is wider than the text: some characters begin a little to the left of their place.
const BORDER: usize = 2;
/// A character takes 8.4 in most fonts, and 8.6 in the widest.
const WIDTH: usize = super::COLUMNS as usize * 86 / 10;
/// How many rows the window has.
const ROWS: usize = 28;

const STYLE: &str = "\
text{fill:#c9d1d9;white-space:pre}
.b{font-weight:700;fill:#f0f6fc}.d{fill:#8b949e}.u{text-decoration:underline}
.r{fill:#ff7b72}.g{fill:#3fb950}.y{fill:#d29922}.c{fill:#39c5cf}
";

const TITLE: &str = "The demo of the provider in a terminal";

const DESCRIPTION: &str = "In seven steps Terraform shares the environment of a merchant with mini programs of that \
    merchant, against a sandbox of the API: it plans, applies, records what the administrators have approved, plans \
    again and finds nothing to do, restores a share that was removed, adopts one that exists, and destroys. Each step \
    ends with checks that passed.";

/// The picture of what the demo has printed.
pub(super) fn of(lines: &[Line]) -> String {
    let height = ROWS * ROW;
    let window = WIDTH + 2 * (MARGIN - BORDER);
    let (all_width, all_height) = (WIDTH + 2 * MARGIN, height + 2 * MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xml:space=\"preserve\" viewBox=\"0 0 {all_width} {all_height}\" \
         width=\"{all_width}\" height=\"{all_height}\" role=\"img\" aria-labelledby=\"t d\">\n\
         <title id=\"t\">{TITLE}</title>\n<desc id=\"d\">{DESCRIPTION}</desc>\n\
         <rect x=\".5\" y=\".5\" width=\"{}\" height=\"{}\" rx=\"8\" fill=\"#0d1117\" stroke=\"#6e7681\"/>\n\
         <svg x=\"{BORDER}\" y=\"{MARGIN}\" width=\"{window}\" height=\"{height}\">\n\
         <g transform=\"translate({})\">\n<g class=\"lines\" font-family=\"ui-monospace,SFMono-Regular,Menlo,Consolas,monospace\" font-size=\"{FONT}\">\n",
        all_width - 1,
        all_height - 1,
        MARGIN - BORDER,
    );
    for (number, line) in lines.iter().enumerate() {
        // The baseline is above the end of the row.
        let y = (number + 1) * ROW - 5;
        let spans: String = line
            .spans
            .iter()
            .map(|(look, text)| span(*look, text))
            .collect();
        if !spans.is_empty() {
            let _ = writeln!(svg, "<text y=\"{y}\">{spans}</text>");
        }
    }
    // The style comes last, so that what differs first are words.
    let _ = write!(
        svg,
        "</g>\n</g>\n<rect class=\"cover\" width=\"{window}\" height=\"{height}\" fill=\"#0d1117\"/>\n</svg>\n\
         <style>\n{STYLE}{}</style>\n</svg>\n",
        motion(&beats(lines))
    );
    svg
}

fn span(look: Look, text: &str) -> String {
    let colour = look.colour.map(|colour| match colour {
        Colour::Red => "r",
        Colour::Green => "g",
        Colour::Yellow => "y",
        Colour::Cyan => "c",
    });
    let set = |set: bool, class| set.then_some(class);
    let classes: Vec<_> = [
        set(look.bold, "b"),
        set(look.dim, "d"),
        set(look.underlined, "u"),
        colour,
    ]
    .into_iter()
    .flatten()
    .collect();
    let text = escaped(text);
    // Blanks look the same, whatever they look like.
    if classes.is_empty() || text.trim().is_empty() {
        text
    } else {
        format!("<tspan class=\"{}\">{text}</tspan>", classes.join(" "))
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// The animations: the lines move up once the window is full, and before that a cover moves down and shows them.
fn motion(beats: &[Beat]) -> String {
    let moments = moments(beats);
    let last = *moments.last().unwrap_or(&Moment::default());
    let frames = |name: &str, of: &dyn Fn(&Moment) -> Option<String>| {
        let frames = moments.iter().filter_map(|moment| {
            let thousandths = moment.time * 100_000 / last.time.max(1);
            let (percent, rest) = (thousandths / 1000, thousandths % 1000);
            let steps = match moment.to - moment.from {
                0 => "step-end".to_owned(),
                lines => format!("steps({lines})"),
            };
            let place = of(moment)?;
            Some(format!(
                "{percent}.{rest:03}%{{{place};animation-timing-function:{steps}}}\n"
            ))
        });
        let frames: String = frames.collect();
        let (seconds, rest) = (last.time / 1000, last.time % 1000);
        format!(
            ".{name}{{{}}}\n@media (prefers-reduced-motion:no-preference){{.{name}{{animation:{name} \
             {seconds}.{rest:03}s infinite}}}}\n@keyframes {name}{{\n{frames}}}\n",
            of(&last).unwrap_or_default()
        )
    };
    let lines = frames("lines", &|moment| {
        let up = moment.from.saturating_sub(ROWS) * ROW;
        let moves = moment.to > ROWS || moment.time == 0;
        moves.then(|| format!("transform:translateY(-{up}px)"))
    });
    let cover = frames("cover", &|moment| {
        let down = moment.from.min(ROWS) * ROW;
        let moves = moment.from <= ROWS || moment.time == last.time;
        moves.then(|| format!("transform:translateY({down}px)"))
    });
    lines + &cover
}

/// From this time on lines come in one by one, or none does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Moment {
    time: usize,
    /// How many lines are there at the beginning, and in the end.
    from: usize,
    to: usize,
}

/// All moments; the last one is the end.
fn moments(beats: &[Beat]) -> Vec<Moment> {
    let mut moments = Vec::new();
    let (mut time, mut from) = (0, 0);
    for beat in beats {
        // Where the window is full, one motion ends and the other begins.
        let full = ROWS.clamp(from, beat.shown);
        for to in [full, beat.shown] {
            if to > from && beat.line > 0 {
                moments.push(Moment { time, from, to });
                time += beat.line * (to - from);
            }
            from = to;
        }
        moments.push(Moment {
            time,
            from,
            to: from,
        });
        time += beat.rest;
    }
    moments.push(Moment {
        time,
        from,
        to: from,
    });
    moments
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::colours::lines;

    #[test]
    fn lines_are_written_as_they_look() {
        let svg = of(&lines("a <b> & c\n\n  \u{1b}[1m\u{1b}[32m+\u{1b}[0m d").unwrap());
        assert!(
            svg.contains("\n<text y=\"13\">a &lt;b&gt; &amp; c</text>\n<text y=\"49\">"),
            "{svg}"
        );
        assert!(
            svg.contains(">  <tspan class=\"b g\">+</tspan> d</text>"),
            "{svg}"
        );
        for part in ["<title", "<desc", "prefers-reduced-motion", "monospace"] {
            assert!(svg.contains(part), "{part}");
        }
        for part in ["<script", "href", "@import", "url("] {
            assert!(!svg.contains(part), "{part}");
        }
    }

    #[test]
    fn the_window_is_filled_before_anything_moves() {
        let beat = |shown, line, rest| Beat { shown, line, rest };
        let moment = |time, from, to| Moment { time, from, to };
        assert_eq!(
            moments(&[beat(20, 0, 3000), beat(ROWS + 2, 100, 1000)]),
            [
                moment(0, 20, 20),
                moment(3000, 20, ROWS),
                moment(3800, ROWS, ROWS + 2),
                moment(4000, ROWS + 2, ROWS + 2),
                moment(5000, ROWS + 2, ROWS + 2),
            ]
        );
        let css = motion(&[beat(20, 0, 3000), beat(ROWS + 2, 100, 1000)]);
        // What is there without any motion is the last screen.
        assert!(
            css.starts_with(".lines{transform:translateY(-36px)}\n"),
            "{css}"
        );
        assert!(
            css.contains("\n.cover{transform:translateY(504px)}\n"),
            "{css}"
        );
        assert!(
            css.contains(
                "@keyframes cover{\n\
             0.000%{transform:translateY(360px);animation-timing-function:step-end}\n\
             60.000%{transform:translateY(360px);animation-timing-function:steps(8)}\n\
             76.000%{transform:translateY(504px);"
            ),
            "{css}"
        );
        assert!(
            css.contains(
                "76.000%{transform:translateY(-0px);animation-timing-function:steps(2)}\n\
             80.000%{transform:translateY(-36px);animation-timing-function:step-end}\n\
             100.000%{transform:translateY(-36px);"
            ),
            "{css}"
        );
    }
}
