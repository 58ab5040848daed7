//! What the demo takes from its surroundings.

use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::path::PathBuf;

use super::args::Args;
use super::error::DemoError;

/// What the demo takes from its surroundings.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Where to look for the CLI, in the form of `PATH`.
    pub path: OsString,
    /// The binary that is to be the provider.
    pub binary: PathBuf,
    /// Whether to show colours.
    pub colour: bool,
    /// How many columns to wrap the demo's own words at; nothing if a line may be of any length.
    pub width: Option<usize>,
    /// Whether to show the headings and the verdict only.
    pub quiet: bool,
    /// How to wait before each further step, if at all.
    pub pause: Option<Pause>,
}

/// What ends a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// Any key at all.
    Key,
    /// The Enter key, where keys cannot be had one by one, or a line cannot be taken back.
    Enter,
}

impl Setting {
    /// The setting of this process, whose file is `binary`, with `args`: its `PATH`, and what its terminal can do.
    ///
    /// There are colours if standard output is a terminal that has them (`TERM` is neither `dumb` nor, on Unix, missing)
    /// and `NO_COLOR` is not set (no-color.org).
    ///
    /// Errors: there is to be a pause, and nobody to end it or to see it.
    pub fn of_process(binary: PathBuf, args: Args) -> Result<Self, DemoError> {
        let shown = io::stdout().is_terminal();
        if args.pause {
            for (there, stream) in [
                (io::stdin().is_terminal(), "standard input"),
                (shown, "standard output"),
            ] {
                if !there {
                    return Err(DemoError::NoTerminal { stream });
                }
            }
        }
        let plain =
            env::var_os("TERM").map_or(cfg!(unix), |term| term == "dumb" || term.is_empty());
        let no_colour = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let pause = if cfg!(unix) && !plain {
            Pause::Key
        } else {
            Pause::Enter
        };
        let size = terminal_size::terminal_size_of(io::stdout());
        Ok(Self {
            path: env::var_os("PATH").unwrap_or_default(),
            binary,
            colour: shown && !plain && !no_colour,
            // A terminal that does not know its size says 0.
            width: size
                .map(|(width, _)| width.0.into())
                .filter(|&width| width > 0),
            quiet: args.quiet,
            pause: args.pause.then_some(pause),
        })
    }
}
