//! The folders that Terraform and OpenTofu install from without being told to: implied mirrors.
//!
//! Both look in more than one (`implicitProviderSource` in the `provider_source.go` of either). Of
//! those that both look in there are two:
//!
//! - `plugins` in the folder of the CLI's configuration: `~/.terraform.d`, `%APPDATA%\terraform.d`;
//! - `plugins` in Terraform's folder among the user's application data, by the rules of the system.
//!
//! The first depends on nothing but the home folder. But OpenTofu, where `XDG_CONFIG_HOME` is set,
//! keeps its credentials in `opentofu` there for as long as there is no `~/.terraform.d`: to make one
//! would hide them. Such a user gets the second.

use std::collections::BTreeSet;
use std::fs;
use std::path::{self, Path, PathBuf};

use super::environment::Environment;
use super::error::{InstallError, refused};
use super::package::{HOSTS, VERSION, versions_folder};
use super::platform::{Conventions, Platform};

/// A folder in the layout of a filesystem mirror.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mirror {
    /// Where it is.
    pub(super) folder: PathBuf,
    /// The folder, this one or one above it, that stays even if nothing is left in it.
    pub(super) kept: PathBuf,
}

impl Mirror {
    /// One that the user names.
    pub(super) fn named(folder: &Path) -> Result<Self, InstallError> {
        // The CLI is run elsewhere.
        let folder = path::absolute(folder).map_err(refused("find", folder))?;
        // A CLI whose configuration names it fails if it is gone.
        Ok(Self {
            kept: folder.clone(),
            folder,
        })
    }

    /// The versions of the provider in it, without this one.
    pub(super) fn other_versions(&self) -> BTreeSet<String> {
        let folders = HOSTS.map(|host| self.folder.join(versions_folder(host)));
        let entries = folders.iter().flat_map(fs::read_dir).flatten().flatten();
        entries
            .filter(|entry| entry.path().is_dir())
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| name.starts_with(|c: char| c.is_ascii_digit()) && name != VERSION)
            .collect()
    }
}

/// The implied mirrors that serve both CLIs, that of the configuration first.
pub(super) fn implied(
    platform: Platform,
    environment: &Environment,
) -> Result<Vec<Mirror>, InstallError> {
    let mirror = |kept: &Path, names: &[&str]| Mirror {
        folder: names
            .iter()
            .fold(kept.to_owned(), |path, name| path.join(name)),
        kept: kept.to_owned(),
    };
    let conventions = platform.conventions();
    if conventions == Conventions::Windows {
        let data = environment.app_data.as_deref();
        let data = data.ok_or(InstallError::NoHome("APPDATA"))?;
        return Ok(vec![
            mirror(data, &["terraform.d", "plugins"]),
            mirror(data, &["HashiCorp", "Terraform", "plugins"]),
        ]);
    }
    let home = environment.home.as_deref();
    let home = home.ok_or(InstallError::NoHome("HOME"))?;
    let in_data = if conventions == Conventions::MacOs {
        let data = home.join("Library").join("Application Support");
        mirror(&data, &["io.terraform", "plugins"])
    } else {
        let data = environment.xdg_data_home.clone();
        let data = data.unwrap_or_else(|| home.join(".local").join("share"));
        mirror(&data, &["terraform", "plugins"])
    };
    Ok(vec![mirror(home, &[".terraform.d", "plugins"]), in_data])
}

/// The one to install into. `exists` says whether there is such a folder.
pub(super) fn chosen(
    platform: Platform,
    environment: &Environment,
    exists: impl Fn(&Path) -> bool,
) -> Result<Mirror, InstallError> {
    let mut mirrors = implied(platform, environment)?;
    let xdg = [&environment.xdg_config_home, &environment.xdg_data_home];
    let of_opentofu = |folder: &PathBuf| exists(&folder.join("opentofu"));
    let would_hide = platform.conventions() != Conventions::Windows
        && mirrors[0].folder.parent().is_some_and(|d| !exists(d))
        && xdg.into_iter().flatten().any(of_opentofu);
    Ok(mirrors.swap_remove(usize::from(would_hide)))
}

#[cfg(test)]
mod tests {
    use super::super::platform::{LINUX, MACOS, WINDOWS};
    use super::*;

    fn environment() -> Environment {
        Environment {
            home: Some("/home/a".into()),
            app_data: Some("/users/a/roaming".into()),
            ..Environment::default()
        }
    }

    fn folder(platform: Platform, environment: &Environment, there: &[&str]) -> PathBuf {
        let exists = |path: &Path| there.iter().any(|one| Path::new(one) == path);
        chosen(platform, environment, exists).unwrap().folder
    }

    #[test]
    fn each_platform_has_its_folder() {
        let environment = environment();
        for (platform, expected) in [
            (LINUX, "/home/a/.terraform.d/plugins"),
            (MACOS, "/home/a/.terraform.d/plugins"),
            (WINDOWS, "/users/a/roaming/terraform.d/plugins"),
        ] {
            assert_eq!(folder(platform, &environment, &[]), Path::new(expected));
        }
    }

    #[test]
    fn the_credentials_of_opentofu_are_not_hidden() {
        let mut environment = environment();
        environment.xdg_config_home = Some("/home/a/.config".into());
        let usual = Path::new("/home/a/.terraform.d/plugins");
        assert_eq!(folder(LINUX, &environment, &[]), usual);
        let tofu = "/home/a/.config/opentofu";
        for (platform, expected) in [
            (LINUX, "/home/a/.local/share/terraform/plugins"),
            (
                MACOS,
                "/home/a/Library/Application Support/io.terraform/plugins",
            ),
            (WINDOWS, "/users/a/roaming/terraform.d/plugins"),
        ] {
            assert_eq!(folder(platform, &environment, &[tofu]), Path::new(expected));
        }
        assert_eq!(
            folder(LINUX, &environment, &[tofu, "/home/a/.terraform.d"]),
            usual,
            "they are hidden already"
        );

        environment.xdg_data_home = Some("/data/a".into());
        assert_eq!(
            folder(LINUX, &environment, &["/data/a/opentofu"]),
            Path::new("/data/a/terraform/plugins")
        );
    }

    #[test]
    fn removing_stops_at_a_folder_of_the_user() {
        let kept = |platform| {
            let mirrors = implied(platform, &environment()).unwrap();
            mirrors.into_iter().map(|mirror| mirror.kept)
        };
        assert!(kept(LINUX).eq(["/home/a", "/home/a/.local/share"].map(PathBuf::from)));
        assert!(kept(WINDOWS).all(|path| path == Path::new("/users/a/roaming")));
    }

    #[test]
    fn without_a_home_the_variable_is_named() {
        let nothing = Environment::default();
        for (platform, variable) in [(LINUX, "HOME"), (MACOS, "HOME"), (WINDOWS, "APPDATA")] {
            let error = implied(platform, &nothing).unwrap_err().to_string();
            assert!(error.starts_with(&format!("{variable} is not set")));
            assert!(error.contains("--mirror DIR"), "{error}");
        }
    }
}
