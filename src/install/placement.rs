//! One file at its place: looked at, put there, taken away.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::Path;

use super::error::{InstallError, refused};

/// Begins the name of a copy that is being made.
const COPYING: &str = ".copying-";

/// How much of two files is held at a time to compare them.
const CHUNK: usize = 64 * 1024;

/// What is at the place of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Nothing,
    /// A file with the same bytes.
    Same,
    /// A file with other bytes, or a link: what it leads to may change at any time.
    Other,
}

/// What is at `place`, compared with `binary`.
pub(super) fn look(binary: &Path, place: &Path) -> Result<Found, InstallError> {
    let there = match fs::symlink_metadata(place) {
        Ok(there) => there,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(refused("look at", place)(error)),
    };
    if there.is_symlink() {
        return Ok(Found::Other);
    }
    if !there.is_file() {
        return Err(InstallError::NoFile(place.to_owned()));
    }
    let ours = File::open(binary).map_err(refused("read", binary))?;
    let length = ours.metadata().map_err(refused("read", binary))?.len();
    if there.len() != length {
        return Ok(Found::Other);
    }
    let theirs = File::open(place).map_err(refused("read", place))?;
    let same = same_bytes(ours, theirs).map_err(refused("read", place))?;
    Ok(if same { Found::Same } else { Found::Other })
}

fn same_bytes(a: impl Read, b: impl Read) -> io::Result<bool> {
    let mut a = BufReader::with_capacity(CHUNK, a);
    let mut b = BufReader::with_capacity(CHUNK, b);
    loop {
        let (x, y) = (a.fill_buf()?, b.fill_buf()?);
        let length = x.len().min(y.len());
        if length == 0 {
            return Ok(x.is_empty() && y.is_empty());
        }
        if x[..length] != y[..length] {
            return Ok(false);
        }
        a.consume(length);
        b.consume(length);
    }
}

/// Copies `binary` to `place`, with the folders above it. Whoever looks sees the old file or the whole
/// new one.
pub(super) fn put(binary: &Path, place: &Path) -> Result<(), InstallError> {
    let folder = place.parent().unwrap_or(place);
    fs::create_dir_all(folder).map_err(refused("make the folder", folder))?;
    // Not in the package's own folder: the checksum in a lock file is of all files in there, and a copy
    // that is cut short may stay behind. One level up the CLIs look at folders only.
    let above = folder.parent().unwrap_or(folder);
    let mut copy = tempfile::Builder::new()
        .prefix(COPYING)
        .tempfile_in(above)
        .map_err(refused("make a file in", above))?;
    let mut original = File::open(binary).map_err(refused("read", binary))?;
    io::copy(&mut original, copy.as_file_mut()).map_err(refused("write", copy.path()))?;
    everybody_may_run(copy.as_file()).map_err(refused("write", copy.path()))?;
    // Otherwise a crash of the system may leave the name with nothing behind it.
    copy.as_file()
        .sync_all()
        .map_err(refused("write", copy.path()))?;
    copy.persist(place)
        .map_err(|error| refused("write", place)(error.error))?;
    Ok(())
}

/// Removes what copies left that were cut short, by Ctrl-C for example. One that can't be removed does no harm.
fn remove_copies(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(COPYING) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(unix)]
fn everybody_may_run(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o755))
}

/// A name that ends in `.exe` is enough.
#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps)]
fn everybody_may_run(_: &File) -> io::Result<()> {
    Ok(())
}

/// Removes the file, and the folders above it that are empty then, up to `kept`, which stays.
pub(super) fn take_away(place: &Path, kept: &Path) -> Result<(), InstallError> {
    fs::remove_file(place).map_err(refused("remove", place))?;
    let mut above = place.ancestors().skip(1).take_while(|one| *one != kept);
    if let Some(package) = above.next() {
        // An empty one must not stay: to the CLIs it is a version, one that can't be started.
        match fs::remove_dir(package) {
            Err(error) if error.kind() != io::ErrorKind::DirectoryNotEmpty => {
                return Err(refused("remove the folder", package)(error));
            }
            _ => {}
        }
    }
    if let Some(version) = place.ancestors().nth(2) {
        remove_copies(version);
    }
    // The others do no harm, whatever keeps them.
    above.all(|folder| fs::remove_dir(folder).is_ok());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_count_and_not_how_they_are_read() {
        let long = vec![7; 3 * CHUNK + 1];
        let split = (&long[..10]).chain(&long[10..]);
        assert!(same_bytes(&long[..], split).unwrap());
        let mut other = long.clone();
        *other.last_mut().unwrap() = 8;
        assert!(!same_bytes(&long[..], &other[..]).unwrap());
        assert!(!same_bytes(&long[1..], &long[..]).unwrap());
        assert!(!same_bytes(&long[..], &long[1..]).unwrap());
    }

    #[test]
    fn a_copy_is_whole_and_alone_in_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let binary = folder.path().join("binary");
        fs::write(&binary, "one").unwrap();
        let place = folder.path().join("version/platform/program");
        assert_eq!(look(&binary, &place).unwrap(), Found::Nothing);
        put(&binary, &place).unwrap();
        assert_eq!(look(&binary, &place).unwrap(), Found::Same);
        fs::write(&binary, "two").unwrap();
        assert_eq!(look(&binary, &place).unwrap(), Found::Other);
        put(&binary, &place).unwrap();
        assert_eq!(fs::read_to_string(&place).unwrap(), "two");
        let files = |folder: &Path| fs::read_dir(folder).unwrap().count();
        assert_eq!(files(place.parent().unwrap()), 1);
        assert_eq!(files(&folder.path().join("version")), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&place).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o755);
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_link_to_the_binary_is_no_copy_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let (binary, place) = (folder.path().join("binary"), folder.path().join("place"));
        fs::write(&binary, "one").unwrap();
        std::os::unix::fs::symlink(&binary, &place).unwrap();
        assert_eq!(look(&binary, &place).unwrap(), Found::Other);
        put(&binary, &place).unwrap();
        assert_eq!(look(&binary, &place).unwrap(), Found::Same);
        assert!(!fs::symlink_metadata(&place).unwrap().is_symlink());
    }

    #[test]
    fn a_folder_is_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        let error = look(folder.path(), folder.path()).unwrap_err();
        assert!(matches!(error, InstallError::NoFile(_)), "{error}");
    }

    #[test]
    fn only_empty_folders_go_and_none_of_the_user() {
        let folder = tempfile::tempdir().unwrap();
        let kept = folder.path().join("kept");
        let (a, b) = (kept.join("x/1/p/a"), kept.join("x/2/p/b"));
        for place in [&a, &b] {
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(place, "").unwrap();
        }
        // Of a copy that was cut short.
        fs::write(kept.join("x/1").join(format!("{COPYING}abc")), "").unwrap();
        take_away(&a, &kept).unwrap();
        assert!(!kept.join("x/1").exists() && b.exists());
        take_away(&b, &kept).unwrap();
        assert_eq!(fs::read_dir(&kept).unwrap().count(), 0);
    }
}
