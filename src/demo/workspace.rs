//! The temporary folder: the CLI's working directory, its configuration, and the provider's binary.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::error::DemoError;
use crate::hcl::quoted_path;

/// The provider's name as the CLI looks for it in a `dev_overrides` folder.
const BINARY: &str = "terraform-provider-cloudbase";

/// What every configuration begins with.
const REQUIREMENT: &str = r#"terraform {
  required_providers {
    cloudbase = { source = "wxopen/cloudbase" }
  }
}
"#;

/// The folder. It goes when this is dropped; [`Workspace::remove`] says if it could not.
#[derive(Debug)]
pub(super) struct Workspace {
    folder: TempDir,
}

impl Workspace {
    /// A fresh folder in which the CLI finds `binary` as the provider.
    pub(super) fn create(binary: &Path) -> Result<Self, DemoError> {
        let folder = tempfile::Builder::new()
            .prefix("cloudbase-demo-")
            .tempdir()
            .map_err(|source| DemoError::NoPlace {
                path: std::env::temp_dir(),
                source,
            })?;
        let workspace = Self { folder };
        workspace.write("terraform.tf", REQUIREMENT)?;

        // A folder of its own with one name in it: the CLI takes the first file that begins with
        // the provider's name, and the binary itself may have been renamed or have copies beside it.
        let provider = workspace.folder.path().join("provider");
        fs::create_dir(&provider).map_err(failed("make the folder", &provider))?;
        let name = provider.join(format!("{BINARY}{}", std::env::consts::EXE_SUFFIX));
        link(binary, &name).map_err(failed("link the provider to", &name))?;
        workspace.write(
            "cli.tfrc",
            &format!(
                "provider_installation {{\n  dev_overrides {{\n    \"wxopen/cloudbase\" = {}\n  }}\n}}\n",
                quoted_path(&provider)
            ),
        )?;
        Ok(workspace)
    }

    /// The folder.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The CLI's configuration file.
    pub(super) fn cli_configuration(&self) -> PathBuf {
        self.path().join("cli.tfrc")
    }

    /// Writes a file.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<(), DemoError> {
        let path = self.path().join(name);
        fs::write(&path, text).map_err(failed("write", &path))
    }

    /// Removes the folder.
    pub(super) fn remove(self) -> Result<(), DemoError> {
        let path = self.path().to_owned();
        self.folder.close().map_err(failed("remove", &path))
    }
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> DemoError {
    let path = path.to_owned();
    move |source| DemoError::Folder {
        action,
        path,
        source,
    }
}

#[cfg(unix)]
fn link(binary: &Path, name: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(binary, name)
}

/// Links need a privilege elsewhere.
#[cfg(not(unix))]
fn link(binary: &Path, name: &Path) -> io::Result<()> {
    fs::copy(binary, name).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_provider_has_its_name_whatever_the_binary_is_called() {
        let elsewhere = tempfile::tempdir().unwrap();
        let renamed = elsewhere.path().join("provider-0.1.0.bak");
        fs::write(&renamed, "binary").unwrap();
        let workspace = Workspace::create(&renamed).unwrap();
        let provider = workspace.path().join("provider");
        let names: Vec<_> = fs::read_dir(&provider)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(
            names,
            [format!("{BINARY}{}", std::env::consts::EXE_SUFFIX).as_str()]
        );
        assert_eq!(
            fs::read_to_string(provider.join(&names[0])).unwrap(),
            "binary"
        );
        let path = workspace.path().to_owned();
        workspace.remove().unwrap();
        assert!(!path.exists() && renamed.exists());
    }
}
