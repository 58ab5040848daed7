//! The CLI that tests drive: which one it is, and what it can do.

// Each test binary that includes this uses a part of it.
#![allow(dead_code, unused_imports)]

mod examples;
mod features;
mod report;

use std::env;
use std::fmt::{self, Display};
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

pub(crate) use examples::EXAMPLES;
pub(crate) use features::Feature;

/// An installed CLI.
#[derive(Clone, Debug)]
pub(crate) struct Cli {
    pub(crate) path: PathBuf,
    pub(crate) product: Product,
    /// The 11 of 1.11.4.
    pub(crate) minor: u64,
    /// The whole version, such as `1.11.4`.
    version: String,
}

/// The two programs that speak the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Product {
    Terraform,
    OpenTofu,
}

impl Product {
    /// The registry that an address without a host means.
    pub(crate) const fn registry(self) -> &'static str {
        match self {
            Self::Terraform => "registry.terraform.io",
            Self::OpenTofu => "registry.opentofu.org",
        }
    }

    /// What its program is called.
    pub(crate) const fn program(self) -> &'static str {
        match self {
            Self::Terraform => "terraform",
            Self::OpenTofu => "tofu",
        }
    }

    /// What it calls itself.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Terraform => "Terraform",
            Self::OpenTofu => "OpenTofu",
        }
    }
}

impl Display for Cli {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.product.name(), self.version)
    }
}

impl Cli {
    /// The one whose path is in the variable `TERRAFORM`, else `terraform`, else `tofu` from PATH. Says
    /// so if there is none, and with `CI=true` fails.
    pub(crate) fn find() -> Option<Self> {
        static FOUND: OnceLock<Option<Cli>> = OnceLock::new();
        let found = FOUND.get_or_init(|| {
            let found = path().map(Self::at);
            if found.is_none() {
                report::nothing_to_drive();
            }
            found
        });
        assert!(
            found.is_some() || env::var("CI").as_deref() != Ok("true"),
            "neither terraform nor tofu is on PATH, and with CI=true acceptance tests must run"
        );
        found.clone()
    }

    /// Another version, whose path is in the variable `CLI_OTHER`; reported as not applicable if there is
    /// none.
    pub(crate) fn other(&self) -> Option<Self> {
        let path = env::var_os("CLI_OTHER");
        if path.is_none() {
            report::not_for(
                self,
                "it is about two versions, and CLI_OTHER names no other",
            );
        }
        path.map(|path| Self::at(path.into()))
    }

    /// The CLI at `path`, asked for its version.
    fn at(path: PathBuf) -> Self {
        let output = Command::new(&path)
            .arg("version")
            .env("CHECKPOINT_DISABLE", "1")
            .output()
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let said = String::from_utf8_lossy(&output.stdout);
        let found = [Product::Terraform, Product::OpenTofu]
            .into_iter()
            .find_map(|product| {
                let start = format!("{} v", product.name());
                let version = said.lines().find_map(|line| line.strip_prefix(&start))?;
                Some((product, version))
            });
        let (product, version) =
            found.unwrap_or_else(|| panic!("{} has no version: {said}", path.display()));
        let minor = version.strip_prefix("1.").and_then(|rest| {
            let (minor, _) = rest.split_once('.')?;
            minor.parse().ok()
        });
        Self {
            product,
            minor: minor.unwrap_or_else(|| panic!("{version} is not 1.x")),
            version: version.to_owned(),
            path,
        }
    }

    /// Whether it has `feature`.
    pub(crate) fn has(&self, feature: Feature) -> bool {
        let not_believed = ["1.11.0", "1.11.1", "1.11.2", "1.11.3"];
        if feature == Feature::WalkIsTold && not_believed.contains(&self.version.as_str()) {
            return false;
        }
        let since = feature.since(self.product);
        since.is_some_and(|since| self.minor >= since)
    }

    /// The same, reported as not applicable if it has not: this test is about the feature.
    pub(crate) fn offers(&self, feature: Feature) -> bool {
        let has = self.has(feature);
        if !has {
            report::not_applicable(self, feature);
        }
        has
    }

    /// The same, reported as left out if it has not: a part of this test is about the feature.
    pub(crate) fn offers_part(&self, feature: Feature) -> bool {
        let has = self.has(feature);
        if !has {
            report::left_out(self, feature);
        }
        has
    }

    /// Whether it is this product; reported as not applicable if it is not.
    pub(crate) fn is(&self, product: Product) -> bool {
        if self.product != product {
            report::not_for(self, &format!("it is about {}", product.name()));
        }
        self.product == product
    }

    /// Reports that a part of this test is not for this CLI.
    pub(crate) fn leaves_out(&self, why: &str) {
        report::left_out_because(self, why);
    }

    /// Reports whether `feature` was seen to work.
    pub(crate) fn saw(&self, feature: Feature, works: bool) {
        report::seen(self, feature, works);
    }
}

fn path() -> Option<PathBuf> {
    if let Some(path) = env::var_os("TERRAFORM") {
        let path = PathBuf::from(path);
        assert!(
            path.is_absolute() && path.is_file(),
            "TERRAFORM={} is not the absolute path of a program",
            path.display()
        );
        return Some(path);
    }
    let path = env::var_os("PATH").unwrap_or_default();
    ["terraform", "tofu"].iter().find_map(|name| {
        env::split_paths(&path)
            .map(|folder| folder.join(format!("{name}{}", env::consts::EXE_SUFFIX)))
            .find(|file| file.is_file())
    })
}
