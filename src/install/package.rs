//! What is installed, and its place in a mirror.
//!
//! A mirror in the unpacked layout has a folder for each platform of each version:
//! `HOST/NAMESPACE/TYPE/VERSION/OS_ARCH/`. Source: "Provider Installation" in the documentation of
//! Terraform's CLI configuration; OpenTofu's says the same.

use std::path::PathBuf;

use super::platform::Platform;

/// Where a configuration without a host in `source` looks for a provider: Terraform in the first,
/// OpenTofu in the second.
pub(super) const HOSTS: [&str; 2] = ["registry.terraform.io", "registry.opentofu.org"];

/// The provider's `source` in a configuration.
pub(super) const SOURCE: &str = "wxopen/cloudbase";

/// This version.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The program's name up to its version.
const PROGRAM: &str = "terraform-provider-cloudbase";

/// The provider's address at a host, as a lock file and a CLI configuration write it.
pub(super) fn address(host: &str) -> String {
    format!("{host}/{SOURCE}")
}

/// The folder in a mirror that has all versions.
pub(super) fn versions_folder(host: &str) -> PathBuf {
    let mut path = PathBuf::from(host);
    path.extend(SOURCE.split('/'));
    path
}

/// The program's file in a mirror.
pub(super) fn file(host: &str, platform: Platform) -> PathBuf {
    versions_folder(host)
        .join(VERSION)
        .join(platform.to_string())
        .join(format!("{PROGRAM}_v{VERSION}{}", platform.program_suffix()))
}

#[cfg(test)]
mod tests {
    use super::super::platform::{LINUX, WINDOWS};
    use super::*;

    #[test]
    fn the_file_is_where_a_mirror_has_it() {
        let expected = |rest: &str| {
            let path = format!("registry.opentofu.org/wxopen/cloudbase/{VERSION}/{rest}");
            path.split('/').collect::<PathBuf>()
        };
        assert_eq!(
            file(HOSTS[1], LINUX),
            expected(&format!(
                "linux_amd64/terraform-provider-cloudbase_v{VERSION}"
            ))
        );
        assert_eq!(
            file(HOSTS[1], WINDOWS),
            expected(&format!(
                "windows_amd64/terraform-provider-cloudbase_v{VERSION}.exe"
            ))
        );
    }
}
