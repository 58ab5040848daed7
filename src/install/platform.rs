//! The platform as Terraform and OpenTofu name it: by Go's names of systems and processors.

use std::env::consts;
use std::fmt;

/// A system and a processor, such as `linux_amd64`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Platform {
    system: &'static str,
    processor: &'static str,
}

/// Where a system keeps what belongs to a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Conventions {
    /// The folder for roaming application data.
    Windows,
    /// `Library` in the home folder.
    MacOs,
    /// The XDG Base Directory Specification.
    Xdg,
}

impl Platform {
    /// The one that this binary was built for.
    pub fn of_build() -> Self {
        Self::named(consts::OS, consts::ARCH, cfg!(target_endian = "little"))
    }

    /// From Rust's names. What is not in these lists has the same name in both.
    fn named(system: &'static str, processor: &'static str, little_endian: bool) -> Self {
        let system = match system {
            "macos" => "darwin",
            other => other,
        };
        let processor = match (processor, little_endian) {
            ("x86_64", _) => "amd64",
            ("x86", _) => "386",
            ("aarch64", _) => "arm64",
            ("loongarch64", _) => "loong64",
            ("powerpc64", true) => "ppc64le",
            ("powerpc64", false) => "ppc64",
            (other, _) => other,
        };
        Self { system, processor }
    }

    pub(super) fn conventions(self) -> Conventions {
        match self.system {
            "windows" => Conventions::Windows,
            "darwin" => Conventions::MacOs,
            _ => Conventions::Xdg,
        }
    }

    /// What the name of a program ends in.
    pub(super) fn program_suffix(self) -> &'static str {
        match self.conventions() {
            Conventions::Windows => ".exe",
            Conventions::MacOs | Conventions::Xdg => "",
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.system, self.processor)
    }
}

#[cfg(test)]
pub(super) const LINUX: Platform = Platform {
    system: "linux",
    processor: "amd64",
};
#[cfg(test)]
pub(super) const MACOS: Platform = Platform {
    system: "darwin",
    processor: "arm64",
};
#[cfg(test)]
pub(super) const WINDOWS: Platform = Platform {
    system: "windows",
    processor: "amd64",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_go() {
        for (rust, go) in [
            (("linux", "x86_64"), "linux_amd64"),
            (("linux", "aarch64"), "linux_arm64"),
            (("linux", "arm"), "linux_arm"),
            (("linux", "powerpc64"), "linux_ppc64le"),
            (("linux", "riscv64"), "linux_riscv64"),
            (("macos", "aarch64"), "darwin_arm64"),
            (("windows", "x86_64"), "windows_amd64"),
            (("windows", "x86"), "windows_386"),
            (("freebsd", "x86_64"), "freebsd_amd64"),
        ] {
            assert_eq!(Platform::named(rust.0, rust.1, true).to_string(), go);
        }
        assert_eq!(
            Platform::named("linux", "powerpc64", false).to_string(),
            "linux_ppc64"
        );
    }

    #[test]
    fn a_program_ends_in_exe_only_on_windows() {
        assert_eq!(WINDOWS.program_suffix(), ".exe");
        assert_eq!(MACOS.program_suffix(), "");
        assert_eq!(LINUX.program_suffix(), "");
    }
}
