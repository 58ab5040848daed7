//! What killed processes have left behind: only a process that ends by itself can remove its socket.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, SystemTime};

use rustix::io::Errno;
use rustix::process::{Pid, geteuid, test_kill_process};

use super::unix_socket::{NAME_IN_DIRECTORY, PREFIX};

/// How old it has to be, so that a socket that is being made is not taken for one that is left.
const AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// Removes the directories below `base` that this user's processes have made for a socket which nobody listens on for a
/// day. To be called when nobody waits for this process.
pub(super) fn sweep(base: &Path) {
    let Ok(entries) = fs::read_dir(base) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let process = name.to_str().and_then(process);
        let directory = entry.path();
        if process.is_some_and(|process| test_kill_process(process) == Err(Errno::SRCH))
            && is_own_and_old(&directory)
        {
            let socket = directory.join(NAME_IN_DIRECTORY);
            // A process in another container may be alive though its id means nobody here.
            let listened = UnixStream::connect(&socket);
            if listened.is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused) {
                let _ = fs::remove_file(socket);
                // Not if it holds anything else.
                let _ = fs::remove_dir(directory);
            }
        }
    }
}

/// The process that has made a directory of this name.
fn process(name: &str) -> Option<Pid> {
    let (process, _random) = name.strip_prefix(PREFIX)?.split_once('-')?;
    Pid::from_raw(process.parse().ok()?)
}

/// No link: whoever else may write to the base could make one that leads anywhere.
fn is_own_and_old(directory: &Path) -> bool {
    let Ok(found) = fs::symlink_metadata(directory) else {
        return false;
    };
    let age = found.modified().ok();
    let age = age.and_then(|at| SystemTime::now().duration_since(at).ok());
    found.is_dir() && found.uid() == geteuid().as_raw() && age.is_some_and(|age| age > AGE)
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::unix::fs::symlink;
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
        let elsewhere = tempfile::tempdir().unwrap();
        let (gone, own) = (gone(), std::process::id());
        let make = |directory: &Path, is_old: bool| {
            fs::create_dir_all(directory).unwrap();
            let socket = UnixListener::bind(directory.join(NAME_IN_DIRECTORY)).unwrap();
            if is_old {
                let at = SystemTime::now() - AGE * 2;
                File::open(directory).unwrap().set_modified(at).unwrap();
            }
            socket
        };
        let at = |name: &str| base.path().join(name);
        drop(make(&at(&format!("plugin{gone}-aaaaaaaaaa")), true));
        let kept = [
            format!("plugin{gone}-bbbbbbbbbb"),
            format!("plugin{own}-cccccccccc"),
            format!("plugin{gone}-dddddddddd"),
            format!("plugin{gone}-eeeeeeeeee"),
            "pluginabcdefghij".to_owned(),
            "other".to_owned(),
        ];
        drop(make(&at(&kept[0]), false));
        drop(make(&at(&kept[1]), true));
        let _alive = make(&at(&kept[2]), true);
        drop(make(elsewhere.path(), true));
        symlink(elsewhere.path(), at(&kept[3])).unwrap();
        drop(make(&at(&kept[4]), true));
        drop(make(&at(&kept[5]), true));
        sweep(base.path());
        let left = fs::read_dir(base.path()).unwrap();
        let left = left.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let (mut left, mut kept) = (left.collect::<Vec<_>>(), kept.to_vec());
        left.sort();
        kept.sort();
        assert_eq!(left, kept);
        assert!(elsewhere.path().join(NAME_IN_DIRECTORY).exists());
    }
}
