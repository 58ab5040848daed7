//! A pseudo-terminal, with a person who types.

use std::io::{Read, Write};
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Pty, open};
use rustix::termios::{LocalModes, tcgetattr};

/// No demo takes this long on a machine that does anything at all.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program in a terminal of its own.
pub(crate) struct Terminal {
    pty: Arc<Pty>,
    child: Child,
    shown: Arc<Mutex<Vec<u8>>>,
    reader: JoinHandle<()>,
}

impl Terminal {
    /// Starts it in a terminal of some columns, which can do what terminals can.
    pub(crate) fn start(columns: u16, mut command: Command) -> Self {
        for (name, value) in [("TERM", "xterm"), ("NO_COLOR", "")] {
            if !command.get_envs().any(|(set, _)| set == name) {
                command.env(name, value);
            }
        }
        Self::attach(columns, command.into())
    }

    /// Starts it in a terminal, but for those of its streams that are set already.
    pub(crate) fn attach(columns: u16, command: pty_process::blocking::Command) -> Self {
        let (pty, pts) = open().unwrap();
        pty.resize(Size::new(24, columns)).unwrap();
        let child = command.spawn(pts).unwrap();
        let pty = Arc::new(pty);
        let shown = Arc::new(Mutex::new(Vec::new()));
        let reader = {
            let (pty, shown) = (pty.clone(), shown.clone());
            std::thread::spawn(move || {
                let mut some = [0; 4096];
                // The other side being gone is an error on Linux, and the end elsewhere.
                while let Ok(count @ 1..) = (&*pty).read(&mut some) {
                    shown.lock().unwrap().extend_from_slice(&some[..count]);
                }
            })
        };
        Self {
            pty,
            child,
            shown,
            reader,
        }
    }

    /// Waits until `text` has been shown so many times in all.
    pub(crate) fn wait_for(&self, text: &str, times: usize) {
        let start = Instant::now();
        while self.shown().matches(text).count() < times {
            assert!(start.elapsed() < PATIENCE, "{text} in {}", self.shown());
            sleep(Duration::from_millis(5));
        }
    }

    pub(crate) fn types(&self, keys: &str) {
        (&*self.pty).write_all(keys.as_bytes()).unwrap();
    }

    /// Whether lines are edited and echoed, as a shell wants to find its terminal.
    pub(crate) fn is_usual(&self) -> bool {
        let mode = tcgetattr(&*self.pty).unwrap().local_modes;
        mode.contains(LocalModes::ICANON | LocalModes::ECHO)
    }

    pub(crate) fn process(&self) -> String {
        self.child.id().to_string()
    }

    /// What has been shown up to now.
    pub(crate) fn shown(&self) -> String {
        String::from_utf8_lossy(&self.shown.lock().unwrap()).into_owned()
    }

    /// Waits for its end: the exit status, and all that was shown.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if start.elapsed() > PATIENCE {
                self.child.kill().unwrap();
                panic!("it does not end: {}", self.shown());
            }
            sleep(Duration::from_millis(5));
        };
        assert!(self.is_usual(), "the terminal was not restored");
        // On Linux nothing more comes once the program is gone; its children are gone, too.
        let start = Instant::now();
        while !self.reader.is_finished() && start.elapsed() < Duration::from_secs(2) {
            sleep(Duration::from_millis(5));
        }
        (status.code(), self.shown())
    }
}
