//! What a binary was built for, in Rust's words and in Terraform's.

use std::fmt;

/// A platform as archives name it: Go's GOOS and GOARCH.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Platform {
    os: &'static str,
    arch: &'static str,
}

impl Platform {
    /// The platform of a target triple; none if no archive is made for it.
    pub(crate) fn of(triple: &str) -> Option<Self> {
        let arch = match triple.split('-').next()? {
            "x86_64" => "amd64",
            "aarch64" => "arm64",
            _ => return None,
        };
        let os = if triple.contains("-linux-") {
            "linux"
        } else if triple.ends_with("-apple-darwin") {
            "darwin"
        } else if triple.contains("-windows-") {
            "windows"
        } else {
            return None;
        };
        Some(Self { os, arch })
    }

    /// What the names of programs end in.
    pub(crate) fn exe_suffix(&self) -> &'static str {
        if self.os == "windows" { ".exe" } else { "" }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.os, self.arch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triples_have_gos_names() {
        for (triple, name) in [
            ("x86_64-unknown-linux-musl", "linux_amd64"),
            ("aarch64-unknown-linux-gnu", "linux_arm64"),
            ("aarch64-apple-darwin", "darwin_arm64"),
            ("x86_64-pc-windows-msvc", "windows_amd64"),
        ] {
            let platform = Platform::of(triple).unwrap();
            assert_eq!(platform.to_string(), name);
            assert_eq!(platform.exe_suffix() == ".exe", name.contains("windows"));
        }
        for unknown in [
            "riscv64gc-unknown-linux-gnu",
            "x86_64-unknown-freebsd",
            "release",
        ] {
            assert_eq!(Platform::of(unknown), None, "{unknown}");
        }
    }
}
