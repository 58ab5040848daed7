//! A program that ends with all that it has started.

use std::io;

use tokio::process::{Child, Command};

/// Kills what is left of a program's group of processes when dropped: the program, if it still runs, and its children.
/// What is to live on has to leave the group, as a daemon does.
///
/// Elsewhere than on unix there are no such groups, and only the program itself is killed, by tokio.
#[derive(Debug)]
pub(super) struct ProcessGroup {
    #[cfg(unix)]
    leader: Option<rustix::process::Pid>,
}

impl ProcessGroup {
    /// Starts a program as the first of a group of its own.
    pub(super) fn spawn(command: &mut Command) -> io::Result<(Child, Self)> {
        #[cfg(unix)]
        command.process_group(0);
        let child = command.spawn()?;
        let group = Self {
            #[cfg(unix)]
            leader: child
                .id()
                .and_then(|id| i32::try_from(id).ok())
                .and_then(rustix::process::Pid::from_raw),
        };
        Ok((child, group))
    }
}

#[cfg(unix)]
impl Drop for ProcessGroup {
    fn drop(&mut self) {
        if let Some(leader) = self.leader {
            // That nobody is left is the usual case.
            rustix::process::kill_process_group(leader, rustix::process::Signal::KILL).ok();
        }
    }
}
