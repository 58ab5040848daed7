//! A unix socket that only this user can reach, and that does not outlive its owner.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use tempfile::{TempDir, TempPath};

use super::error::ServeError;

/// Longest path that fits `sun_path` with its final NUL: 108 bytes on Linux, 104 on the BSDs.
const LONGEST_PATH: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// Used when the temporary directory's own path leaves no room for a socket, or it is not there.
const SHORT_TEMP: &str = "/tmp";

/// Begins the names of what is made; the process id and a dash follow.
pub(super) const PREFIX: &str = "plugin";
const RANDOM_LETTERS: usize = 10;
pub(super) const NAME_IN_DIRECTORY: &str = "socket";

fn prefix() -> String {
    format!("{PREFIX}{}-", std::process::id())
}

/// A bound socket. Dropping it removes it, and the directory made for it.
#[derive(Debug)]
pub(super) struct UnixSocket {
    /// Absolute.
    pub(super) path: String,
    on_disk: OnDisk,
}

/// What to remove in the end.
#[derive(Debug)]
enum OnDisk {
    /// Nobody else can enter it, but for a group.
    Directory { _guard: TempDir, has_group: bool },
    /// In a directory of the host's, which may be another user in a container.
    File { _guard: TempPath },
}

impl UnixSocket {
    /// Binds a socket.
    ///
    /// Without `directory`, in a fresh directory of mode 0700 below the temporary directory. With
    /// it, directly in there: a host that runs plugins in containers finds the socket by the last
    /// part of its path, and has made that directory for the purpose.
    ///
    /// Members of `group` (a name or a number) may connect too, if one is given.
    pub(super) fn bind(
        directory: Option<&Path>,
        group: Option<&str>,
    ) -> Result<(Self, UnixListener), ServeError> {
        let group = group.map(group_id).transpose()?;
        let bound = match directory {
            Some(directory) => bind_in(directory, group).map_err(|error| (directory.into(), error)),
            None => bind_below_temp(group),
        };
        bound.map_err(|(directory, source)| ServeError::Socket { directory, source })
    }

    /// Whether a user may connect. The mode of its directory says so already; this does not depend on the file system.
    pub(super) fn is_for(&self, user: u32) -> bool {
        let is_private = matches!(
            self.on_disk,
            OnDisk::Directory {
                has_group: false,
                ..
            }
        );
        !is_private || user == 0 || user == rustix::process::geteuid().as_raw()
    }
}

type Failure = (PathBuf, io::Error);

fn bind_below_temp(group: Option<u32>) -> Result<(UnixSocket, UnixListener), Failure> {
    let base = base(&std::env::temp_dir());
    bind_below(&base, group).map_err(|error| (base, error))
}

/// Where to bind, as a rule in `temp`.
pub(super) fn base(temp: &Path) -> PathBuf {
    match fitting(temp) {
        Ok(absolute) if absolute.is_dir() => absolute,
        _ => PathBuf::from(SHORT_TEMP),
    }
}

/// The absolute form of `base`, if a socket below it has a path that can be bound and announced.
fn fitting(base: &Path) -> io::Result<PathBuf> {
    let absolute = std::path::absolute(base)?;
    let longest = absolute
        .join(prefix() + &"x".repeat(RANDOM_LETTERS))
        .join(NAME_IN_DIRECTORY);
    announceable(&longest)?;
    Ok(absolute)
}

/// The path as it can stand in the handshake line.
fn announceable(path: &Path) -> io::Result<String> {
    let refuse = |why: &str| {
        let text = format!("the path {} {why}", path.display());
        Err(io::Error::new(io::ErrorKind::InvalidInput, text))
    };
    match path.to_str() {
        None => refuse("is not valid UTF-8"),
        Some(text) if text.contains(['|', '\n', '\r']) => refuse("holds a bar or a line break"),
        Some(text) if text.len() > LONGEST_PATH => {
            refuse(&format!("is longer than {LONGEST_PATH} bytes"))
        }
        Some(text) => Ok(text.to_owned()),
    }
}

fn bind_below(base: &Path, group: Option<u32>) -> io::Result<(UnixSocket, UnixListener)> {
    let directory = tempfile::Builder::new()
        .prefix(&prefix())
        .rand_bytes(RANDOM_LETTERS)
        .permissions(Permissions::from_mode(0o700))
        .tempdir_in(base)?;
    let path = directory.path().join(NAME_IN_DIRECTORY);
    let address = announceable(&path)?;
    let listener = UnixListener::bind(&path)?;
    restrict(&path, group)?;
    if group.is_some() {
        chown(directory.path(), None, group)?;
        // To enter is enough to connect; to list is not needed.
        fs::set_permissions(directory.path(), Permissions::from_mode(0o710))?;
    }
    let socket = UnixSocket {
        path: address,
        on_disk: OnDisk::Directory {
            _guard: directory,
            has_group: group.is_some(),
        },
    };
    Ok((socket, listener))
}

fn bind_in(directory: &Path, group: Option<u32>) -> io::Result<(UnixSocket, UnixListener)> {
    let directory = std::path::absolute(directory)?;
    // Nobody can reach it there before it has its mode. Its path is shorter than the one it gets in the end.
    let private = tempfile::Builder::new()
        .prefix(".")
        .rand_bytes(RANDOM_LETTERS - 4)
        .permissions(Permissions::from_mode(0o700))
        .tempdir_in(&directory)?;
    let bound = private.path().join("s");
    let listener = UnixListener::bind(&bound)?;
    restrict(&bound, group)?;
    let ((), file) = tempfile::Builder::new()
        .prefix(&prefix())
        .rand_bytes(RANDOM_LETTERS)
        .make_in(&directory, |path| {
            announceable(path)?;
            fs::rename(&bound, path)
        })?
        .into_parts();
    let socket = UnixSocket {
        path: announceable(&file)?,
        on_disk: OnDisk::File { _guard: file },
    };
    Ok((socket, listener))
}

fn restrict(socket: &Path, group: Option<u32>) -> io::Result<()> {
    if group.is_some() {
        chown(socket, None, group)?;
    }
    let mode = if group.is_some() { 0o660 } else { 0o600 };
    fs::set_permissions(socket, Permissions::from_mode(mode))
}

/// The number of a group given by number or by name. Names are looked up in `/etc/group`: the C
/// library's lookup would need unsafe code, for a variable that Terraform never sets.
fn group_id(group: &str) -> Result<u32, ServeError> {
    if let Ok(id) = group.parse() {
        return Ok(id);
    }
    let database = fs::read_to_string("/etc/group").unwrap_or_default();
    find_group(&database, group).ok_or_else(|| ServeError::Variable {
        name: "PLUGIN_UNIX_SOCKET_GROUP",
        problem: format!("is {group:?}, which is neither a number nor a group in /etc/group"),
    })
}

fn find_group(database: &str, wanted: &str) -> Option<u32> {
    database.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        let id = fields.nth(1)?;
        (name == wanted).then(|| id.parse().ok()).flatten()
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    fn mode(path: impl AsRef<Path>) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn the_socket_is_private_and_goes_with_its_owner() {
        let (socket, _listener) = UnixSocket::bind(None, None).unwrap();
        let path = PathBuf::from(&socket.path);
        let directory = path.parent().unwrap().to_owned();
        assert!(path.is_absolute());
        assert_eq!(mode(&directory), 0o700);
        assert_eq!(mode(&path), 0o600);
        drop(socket);
        assert!(!directory.exists());
    }

    #[test]
    fn a_directory_of_the_host_holds_the_socket_itself() {
        let host = tempfile::tempdir().unwrap();
        let (socket, _listener) = UnixSocket::bind(Some(host.path()), None).unwrap();
        assert_eq!(Path::new(&socket.path).parent(), Some(host.path()));
        assert_eq!(mode(&socket.path), 0o600);
        drop(socket);
        assert_eq!(fs::read_dir(host.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_missing_temporary_directory_is_as_good_as_a_long_one() {
        for unusable in [
            "/nonexistent/tmp".to_owned(),
            format!("/{}", "x".repeat(90)),
        ] {
            assert_eq!(base(Path::new(&unusable)), Path::new(SHORT_TEMP));
        }
        let usable = tempfile::tempdir().unwrap();
        assert_eq!(base(usable.path()), usable.path());
    }

    #[test]
    fn other_users_are_refused_where_no_group_is_let_in() {
        let own = rustix::process::geteuid().as_raw();
        let (socket, _listener) = UnixSocket::bind(None, None).unwrap();
        assert!(socket.is_for(own) && socket.is_for(0));
        assert!(!socket.is_for(own + 1));
        let group = rustix::process::getegid().as_raw().to_string();
        let (socket, _listener) = UnixSocket::bind(None, Some(&group)).unwrap();
        assert!(socket.is_for(own + 1));
    }

    #[test]
    fn a_group_may_connect() {
        let own = fs::metadata(tempfile::tempdir().unwrap().path())
            .unwrap()
            .gid();
        let (socket, _listener) = UnixSocket::bind(None, Some(&own.to_string())).unwrap();
        assert_eq!(mode(&socket.path), 0o660);
        assert_eq!(fs::metadata(&socket.path).unwrap().gid(), own);
        assert_eq!(mode(Path::new(&socket.path).parent().unwrap()), 0o710);
    }

    #[test]
    fn groups_are_found_by_name() {
        let database = "root:x:0:\nbroken\nstaff:x:50:ann,bob\n";
        assert_eq!(find_group(database, "staff"), Some(50));
        assert_eq!(find_group(database, "ann"), None);
        let error = group_id("no such group").unwrap_err();
        assert!(error.to_string().contains("PLUGIN_UNIX_SOCKET_GROUP"));
    }

    #[test]
    fn a_path_that_cannot_be_bound_or_announced_is_refused() {
        assert!(fitting(Path::new("/tmp")).is_ok());
        assert!(fitting(Path::new(&format!("/{}", "x".repeat(90)))).is_err());
        assert!(fitting(Path::new("/tmp/a|b")).is_err());
        let missing = UnixSocket::bind(Some(Path::new("/nonexistent/dir")), None).unwrap_err();
        assert!(missing.to_string().contains("/nonexistent/dir"));
    }
}
