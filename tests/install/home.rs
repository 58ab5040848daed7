//! A home folder, and the binary run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cloudbase::install::Platform;
use cloudbase::provider::ADDRESS;
use tempfile::TempDir;

pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_terraform-provider-cloudbase");
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What the binary has said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// Asserts that it worked; returns what it printed.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (Some(0), ""));
        self.out
    }

    /// Asserts that it failed; returns the error.
    #[track_caller]
    pub(crate) fn failed(self) -> String {
        assert_eq!(self.code, Some(1), "{}", self.out);
        assert!(self.err.starts_with("Error: "), "{}", self.err);
        self.err
    }
}

/// An empty home folder, and an empty one to work in.
pub(crate) struct Home {
    folder: TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Self { folder };
        fs::create_dir(home.path()).unwrap();
        fs::create_dir(home.work()).unwrap();
        home
    }

    pub(crate) fn path(&self) -> PathBuf {
        // As the process sees it where the folder for temporary files is a link.
        self.folder.path().canonicalize().unwrap().join("home")
    }

    pub(crate) fn work(&self) -> PathBuf {
        self.path().with_file_name("work")
    }

    /// The folder of the CLIs' configuration.
    pub(crate) fn config(&self) -> PathBuf {
        let name = if cfg!(windows) {
            "terraform.d"
        } else {
            ".terraform.d"
        };
        self.path().join(name)
    }

    /// The CLI configuration of Terraform.
    pub(crate) fn rc(&self) -> PathBuf {
        let name = if cfg!(windows) {
            "terraform.rc"
        } else {
            ".terraformrc"
        };
        self.path().join(name)
    }

    /// The installed files: Terraform's, OpenTofu's.
    pub(crate) fn installed(&self) -> [PathBuf; 2] {
        files_in(&self.config().join("plugins"))
    }

    pub(crate) fn install(&self, flags: &[&str]) -> Said {
        self.install_with(flags, &[])
    }

    /// With environment variables.
    pub(crate) fn install_with(&self, flags: &[&str], variables: &[(&str, &Path)]) -> Said {
        let mut command = Command::new(BINARY);
        for other in [
            "TERRAFORM_CONFIG",
            "TF_CLI_CONFIG_FILE",
            "XDG_CONFIG_HOME",
            "XDG_DATA_HOME",
        ] {
            command.env_remove(other);
        }
        let output = command
            .arg("install")
            .args(flags)
            .current_dir(self.work())
            .env("HOME", self.path())
            .env("APPDATA", self.path())
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Said {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// This version's files in a mirror: Terraform's, OpenTofu's.
pub(crate) fn files_in(mirror: &Path) -> [PathBuf; 2] {
    let (terraform, provider) = ADDRESS.split_once('/').unwrap();
    [terraform, "registry.opentofu.org"].map(|host| {
        let platform = Platform::of_build().to_string();
        let suffix = std::env::consts::EXE_SUFFIX;
        let package = mirror
            .join(host)
            .join(provider)
            .join(VERSION)
            .join(platform);
        package.join(format!("terraform-provider-cloudbase_v{VERSION}{suffix}"))
    })
}

/// Writes a file, with the folders above it.
pub(crate) fn write(file: &Path, text: &str) {
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

/// Everything below a folder, sorted.
pub(crate) fn tree(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(tree(&path));
        }
        found.push(path);
    }
    found.sort();
    found
}

#[track_caller]
pub(crate) fn assert_has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
}
