//! Waiting for a key.
//!
//! The terminal stays in its usual mode but for handing over keys at once and not showing them, so Ctrl-C is the signal
//! that it always is. It is in that mode only while a key is waited for.

use std::io::{self, ErrorKind, Read};

#[cfg(unix)]
use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};

use super::setting::Pause;

/// What the person at the keyboard wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// The next step.
    GoOn,
    /// To leave.
    Leave,
    /// The input has ended, without even the end of a line: to leave, too.
    NoMore,
}

/// The terminal that is standard input, as long as a key is waited for.
pub(super) struct Keyboard {
    /// The mode to go back to.
    #[cfg(unix)]
    before: Termios,
}

impl Keyboard {
    /// From now on the key, or the line, is waited for. What was typed before does not count.
    #[cfg(unix)]
    pub(super) fn listen(pause: Pause) -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut mode = before.clone();
        if pause == Pause::Key {
            mode.local_modes
                .remove(LocalModes::ICANON | LocalModes::ECHO);
            mode.special_codes[SpecialCodeIndex::VMIN] = 1;
            mode.special_codes[SpecialCodeIndex::VTIME] = 0;
        }
        // Made first, so that it is undone whatever comes of it.
        let keyboard = Self { before };
        tcsetattr(io::stdin(), OptionalActions::Flush, &mode)?;
        Ok(keyboard)
    }

    /// From now on a line is waited for.
    #[cfg(not(unix))]
    pub(super) fn listen(_: Pause) -> io::Result<Self> {
        Ok(Self {})
    }

    /// What was typed: `q` is to leave.
    pub(super) async fn wish(&self) -> io::Result<Wish> {
        // A thread that nobody waits for: it has to be left behind in `read` if the demo is stopped.
        tokio::task::spawn_blocking(read).await?
    }
}

fn read() -> io::Result<Wish> {
    // Enough for a line, and for the sequence that an arrow key sends.
    let mut typed = [0; 1024];
    loop {
        return match io::stdin().read(&mut typed) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => Err(error),
            Ok(0) => Ok(Wish::NoMore),
            Ok(_) if matches!(typed[0], b'q' | b'Q') => Ok(Wish::Leave),
            Ok(_) => Ok(Wish::GoOn),
        };
    }
}

#[cfg(unix)]
impl Drop for Keyboard {
    fn drop(&mut self) {
        // If the terminal is gone there is nothing to restore.
        tcsetattr(io::stdin(), OptionalActions::Flush, &self.before).ok();
    }
}
