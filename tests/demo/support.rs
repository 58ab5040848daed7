//! Running the built binary with a CLI, or a stand-in for one.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
#[cfg(unix)]
use std::process::Stdio;
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::cli::{Cli, Product};

pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_terraform-provider-cloudbase");

/// The CLI that the tests are run with, as the only one that `demo` finds.
pub(crate) struct OnPath {
    pub(crate) path: OsString,
    _folder: TempDir,
}

impl OnPath {
    /// Nothing if no CLI is installed, which with `CI=true` is a failure.
    pub(crate) fn find() -> Option<Self> {
        let cli = Cli::find()?;
        let folder = tempfile::tempdir().unwrap();
        let path = match cli.product {
            // That of the tests may be a script, which needs a program of its own.
            Product::Terraform => path_with(&folder),
            Product::OpenTofu => folder.path().as_os_str().to_owned(),
        };
        let file = format!("{}{}", cli.product.program(), std::env::consts::EXE_SUFFIX);
        let file = folder.path().join(file);
        #[cfg(unix)]
        std::os::unix::fs::symlink(&cli.path, file).unwrap();
        #[cfg(not(unix))]
        fs::copy(&cli.path, file).unwrap();
        Some(Self {
            path,
            _folder: folder,
        })
    }
}

/// `binary demo`, with a folder of its own for temporary files.
pub(crate) fn demo(binary: &Path) -> (Command, TempDir) {
    let temporary = tempfile::tempdir().unwrap();
    let mut command = Command::new(binary);
    command
        .arg("demo")
        .env("TMPDIR", temporary.path())
        .env("TEMP", temporary.path())
        .env("TMP", temporary.path());
    (command, temporary)
}

pub(crate) fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

pub(crate) fn names_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// A folder with a `terraform` that is this shell script.
#[cfg(unix)]
pub(crate) fn stand_in(script: &str) -> TempDir {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("terraform");
    fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// `PATH` with a folder before all others.
pub(crate) fn path_with(folder: &TempDir) -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.path().to_owned()).chain(std::env::split_paths(&path));
    std::env::join_paths(folders).unwrap()
}

/// Whether a process is there and not just a zombie that its parent has not asked for.
#[cfg(unix)]
pub(crate) fn runs(process: &str) -> bool {
    let output = Command::new("ps")
        .args(["-o", "stat=", "-p", process])
        .output()
        .unwrap();
    let (stat, _) = texts(&output);
    !stat.trim().is_empty() && !stat.trim().starts_with('Z')
}

#[cfg(unix)]
pub(crate) fn kill(signal: &str, process: &str) -> bool {
    let mut command = Command::new("kill");
    command.args([signal, process]).stderr(Stdio::null());
    command.status().unwrap().success()
}

/// A stand-in with which the first step goes as it should and the second, after saying `applied`, does not.
#[cfg(unix)]
pub(crate) const ONE_STEP: &str = r#"case "$1" in
plan) echo planned; exit 2 ;;
show) echo '{"resource_changes": [{"address": "cloudbase_env_share.bakery", "change": {"actions": ["create"], "before": null, "after": null}}]}' ;;
apply) echo applied; exit 7 ;;
esac"#;
