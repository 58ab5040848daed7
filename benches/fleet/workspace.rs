//! A folder with a configuration of many resources, and the provider that they are of.

use std::env;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use cloudbase::sandbox::Sandbox;
use tempfile::TempDir;

/// Mini programs of each environment.
pub(crate) const APPIDS_EACH: usize = 2;

/// Two well-formed appids, which no other environment has: `each.key` has eight digits.
const APPIDS: &str = r#"["wx0000000${each.key}a", "wx0000000${each.key}b"]"#;

/// A working directory of the CLI.
pub(crate) struct Workspace {
    dir: TempDir,
    /// Environment variables of its commands.
    pub(crate) variables: Vec<(&'static str, String)>,
}

impl Workspace {
    /// `count` shares at this sandbox.
    pub(crate) fn shares(provider: &Path, count: usize, sandbox: &Sandbox) -> Self {
        let arguments = format!("env = \"fleet-${{each.key}}\"\n  appids = {APPIDS}");
        let mut workspace = Self::of("cloudbase", provider, "env_share", &arguments, count);
        workspace.variables = vec![
            ("CLOUDBASE_ENDPOINT", sandbox.url()),
            (
                "CLOUDBASE_COMPONENT_ACCESS_TOKEN",
                sandbox.component_token(),
            ),
        ];
        workspace
    }

    /// `count` resources of the same size that do nothing.
    pub(crate) fn idle(provider: &Path, count: usize) -> Self {
        let arguments = format!("name = \"fleet-${{each.key}}\"\n  members = {APPIDS}");
        Self::of("corner", provider, "idle", &arguments, count)
    }

    fn of(name: &str, provider: &Path, resource: &str, arguments: &str, count: usize) -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        // The CLI looks for a name, and the folder it was built in has several that begin so.
        let folder = dir.path().join("provider");
        fs::create_dir(&folder).expect("a folder");
        let file = format!("terraform-provider-{name}{}", env::consts::EXE_SUFFIX);
        let place = folder.join(file);
        if fs::hard_link(provider, &place).is_err() {
            fs::copy(provider, &place).expect("the provider is copied");
        }
        let overrides = format!(
            "provider_installation {{\n  dev_overrides {{\n    \"wxopen/{name}\" = {:?}\n  }}\n  direct {{}}\n}}\n",
            folder.display().to_string()
        );
        fs::write(dir.path().join("cli.tfrc"), overrides).expect("written");
        // A list, since `range` ends at 1024.
        let mut keys = String::new();
        for number in 1..=count {
            write!(keys, "\"{number:08}\", ").expect("a text takes all");
        }
        let configuration = format!(
            "terraform {{\n  required_providers {{\n    {name} = {{\n      source = \"wxopen/{name}\"\n    }}\n  }}\n}}\n\nresource \"{name}_{resource}\" \"fleet\" {{\n  for_each = toset([{keys}])\n  {arguments}\n}}\n"
        );
        fs::write(dir.path().join("main.tf"), configuration).expect("written");
        Self {
            dir,
            variables: Vec::new(),
        }
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// The CLI's configuration.
    pub(crate) fn cli_configuration(&self) -> PathBuf {
        self.path().join("cli.tfrc")
    }
}
