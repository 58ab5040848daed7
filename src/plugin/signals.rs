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
    #[cfg_attr(windows, expect(dead_code, reason = "Windows ends the process"))]
    HangUp,
}

/// Takes the signals over from their default action, which would end the process, for good:
/// dropping this does not give them back.
#[derive(Debug)]
pub(super) struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    hang_up: tokio::signal::unix::Signal,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
    #[cfg(windows)]
    terminate: tokio::signal::windows::CtrlBreak,
}

impl Signals {
    #[cfg(unix)]
    pub(super) fn take_over() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    #[cfg(windows)]
    pub(super) fn take_over() -> io::Result<Self> {
        use tokio::signal::windows::{ctrl_break, ctrl_c};
        Ok(Self {
            interrupt: ctrl_c()?,
            terminate: ctrl_break()?,
        })
    }

    /// Waits for the next one.
    pub(super) async fn next(&mut self) -> Signal {
        #[cfg(unix)]
        let hang_up = self.hang_up.recv();
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
