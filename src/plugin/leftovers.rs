//! What killed processes have left behind: only a process that ends by itself can remove its socket.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};

use super::unix_socket::{NAME_IN_DIRECTORY, PREFIX};

/// How old it has to be. Processes in another container may share the directory but not the process ids.
const AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// Removes the sockets below `base` whose process is gone for a day. To be called when nobody waits for this process.
pub(super) fn sweep(base: &Path) {
    let Ok(entries) = fs::read_dir(base) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let process = name.to_str().and_then(process);
        if process.is_some_and(|process| test_kill_process(process) == Err(Errno::SRCH))
            && is_old(&entry.path())
        {
            // Another user's can't be removed, nor what holds anything else.
            let _ = fs::remove_file(entry.path().join(NAME_IN_DIRECTORY));
            let _ = fs::remove_dir(entry.path());
        }
    }
}

/// The process that has made a directory of this name.
fn process(name: &str) -> Option<Pid> {
    let (process, _random) = name.strip_prefix(PREFIX)?.split_once('-')?;
    Pid::from_raw(process.parse().ok()?)
}

fn is_old(directory: &Path) -> bool {
    let modified = fs::symlink_metadata(directory).and_then(|found| found.modified());
    modified.is_ok_and(|at| {
        let age = SystemTime::now().duration_since(at);
        age.is_ok_and(|age| age > AGE)
    })
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::unix::net::UnixListener;

    use super::*;

    /// A process that has ended.
    fn gone() -> u32 {
        let mut child = std::process::Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        child.id()
    }

    #[test]
    fn old_sockets_of_processes_that_are_gone_are_removed_and_nothing_else() {
        let base = tempfile::tempdir().unwrap();
        let (gone, own) = (gone(), std::process::id());
        let make = |name: &str, is_old: bool| {
            let directory = base.path().join(name);
            fs::create_dir(&directory).unwrap();
            drop(UnixListener::bind(directory.join(NAME_IN_DIRECTORY)).unwrap());
            if is_old {
                let at = SystemTime::now() - AGE * 2;
                File::open(&directory).unwrap().set_modified(at).unwrap();
            }
        };
        make(&format!("plugin{gone}-aaaaaaaaaa"), true);
        make(&format!("plugin{gone}-bbbbbbbbbb"), false);
        make(&format!("plugin{own}-cccccccccc"), true);
        make("pluginabcdefghij", true);
        make("other", true);
        sweep(base.path());
        let left = fs::read_dir(base.path()).unwrap();
        let left = left.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut left: Vec<String> = left.collect();
        left.sort();
        let expected = [
            "other".to_owned(),
            format!("plugin{gone}-bbbbbbbbbb"),
            format!("plugin{own}-cccccccccc"),
            "pluginabcdefghij".to_owned(),
        ];
        let mut expected = expected.to_vec();
        expected.sort();
        assert_eq!(left, expected);
    }
}
