//! The file that this process was started from.

use std::env;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

/// Its absolute path: what the system says, or else what the process was called. Linux says it through `/proc`, which a
/// container or a root folder may be without.
pub(super) fn own_file() -> io::Result<PathBuf> {
    env::current_exe().or_else(|error| {
        let path = env::var_os("PATH").unwrap_or_default();
        env::args_os()
            .next()
            .and_then(|called| find(&called, &path))
            .ok_or(error)
    })
}

/// The file that a shell finds for a program of this name. Relative paths are those of the working directory.
fn find(called: &OsStr, path: &OsStr) -> Option<PathBuf> {
    let called = Path::new(called);
    let file = if called.components().count() > 1 {
        called.to_owned()
    } else {
        let folders = env::split_paths(path);
        folders
            .map(|folder| folder.join(called))
            .find(|file| file.is_file())?
    };
    std::path::absolute(file).ok().filter(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_taken_as_it_is_and_a_name_is_looked_up() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("provider");
        std::fs::write(&file, "").unwrap();
        let path = env::join_paths([Path::new("/nonexistent"), folder.path()]).unwrap();
        assert_eq!(find(OsStr::new("provider"), &path), Some(file.clone()));
        assert_eq!(find(file.as_os_str(), OsStr::new("")), Some(file.clone()));
        assert_eq!(find(OsStr::new("other"), &path), None);
        assert_eq!(find(OsStr::new("/nonexistent/provider"), &path), None);
    }
}
