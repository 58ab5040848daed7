//! SIGINT, SIGTERM and SIGHUP, or what stands for them.

use std::io;

/// A signal that came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signal {
    /// SIGINT, or Ctrl-C on a Windows console.
    Interrupt,
    /// SIGTERM, or Ctrl-Break on a Windows console.
    Terminate,
    /// SIGHUP: the terminal is gone.
    HangUp,
}

/// Whether SIGHUP is taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HangUp {
    Always,
    /// Not under `nohup`, which has it ignored: a handler would undo that.
    UnlessIgnored,
}

/// Takes the signals over from their default action, which would end the process, for good:
/// dropping this does not give them back.
#[derive(Debug)]
pub(super) struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    /// None where it stays as it is.
    #[cfg(unix)]
    hang_up: Option<tokio::signal::unix::Signal>,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
    #[cfg(windows)]
    terminate: tokio::signal::windows::CtrlBreak,
}

impl Signals {
    #[cfg(unix)]
    pub(super) fn take_over(hang_up: HangUp) -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let heeds_hang_up = hang_up == HangUp::Always || !is_hang_up_ignored();
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: heeds_hang_up
                .then(|| signal(SignalKind::hangup()))
                .transpose()?,
        })
    }

    #[cfg(windows)]
    pub(super) fn take_over(_: HangUp) -> io::Result<Self> {
        use tokio::signal::windows::{ctrl_break, ctrl_c};
        Ok(Self {
            interrupt: ctrl_c()?,
            terminate: ctrl_break()?,
        })
    }

    /// Waits for the next one.
    pub(super) async fn next(&mut self) -> Signal {
        #[cfg(unix)]
        let hang_up = async {
            match &mut self.hang_up {
                Some(signal) => signal.recv().await,
                None => std::future::pending().await,
            }
        };
        #[cfg(windows)]
        let hang_up = std::future::pending();
        tokio::select! {
            Some(()) = self.interrupt.recv() => Signal::Interrupt,
            Some(()) = self.terminate.recv() => Signal::Terminate,
            Some(()) = hang_up => Signal::HangUp,
            // All have ended, which tokio rules out for as long as its runtime is there.
            else => std::future::pending().await,
        }
    }
}

/// Whether this process was started with SIGHUP ignored. Only Linux says so without unsafe code; elsewhere it is taken to
/// be.
#[cfg(unix)]
fn is_hang_up_ignored() -> bool {
    if !cfg!(target_os = "linux") {
        return true;
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // SIGHUP is signal 1, the lowest bit. Where there is no `/proc`, the default is kept as well.
    mask.is_none_or(|mask| mask & 1 == 1)
}
