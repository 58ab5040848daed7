//! A folder with a configuration of many resources, and the provider that they are of.

use std::env;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use cloudbase::sandbox::Sandbox;
use tempfile::TempDir;

/// Mini programs of each environment.
pub(crate) const APPIDS_EACH: usize = 2;

/// A working directory of the CLI.
pub(crate) struct Workspace {
    dir: TempDir,
    /// Environment variables of its commands.
    pub(crate) variables: Vec<(&'static str, String)>,
}

impl Workspace {
    /// `count` shares at this sandbox.
    pub(crate) fn shares(provider: &Path, count: usize, sandbox: &Sandbox) -> Self {
        let arguments = "env = each.key\n  appids = each.value";
        let mut workspace = Self::of("cloudbase", provider, "env_share", arguments, count);
        workspace.variables = vec![
            ("CLOUDBASE_ENDPOINT", sandbox.url()),
            (
                "CLOUDBASE_COMPONENT_ACCESS_TOKEN",
                sandbox.component_token(),
            ),
        ];
        workspace
    }

    /// `count` resources with the same arguments that do nothing, and whose state is longer by `filler`.
    pub(crate) fn idle(provider: &Path, count: usize, filler: usize) -> Self {
        let arguments =
            format!("name = format(\"%s%{filler}s\", each.key, \"\")\n  members = each.value");
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
        // For each instance the CLI evaluates `for_each` once more. Of a map in a local value that
        // is cheap; a set of a thousand texts takes it half a minute, beside which nothing is seen.
        let mut fleet = String::new();
        for number in 1..=count {
            let appids = format!("[\"wx0000000{number:08}a\", \"wx0000000{number:08}b\"]");
            writeln!(fleet, "    \"fleet-{number:08}\" = {appids}").expect("a text takes all");
        }
        let configuration = format!(
            "terraform {{\n  required_providers {{\n    {name} = {{\n      source = \"wxopen/{name}\"\n    }}\n  }}\n}}\n\nlocals {{\n  fleet = {{\n{fleet}  }}\n}}\n\nresource \"{name}_{resource}\" \"fleet\" {{\n  for_each = local.fleet\n  {arguments}\n}}\n"
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

    /// How long the state is, in bytes.
    pub(crate) fn state_size(&self) -> usize {
        let state = fs::read(self.path().join("terraform.tfstate"));
        state.expect("a state").len()
    }

    /// The CLI's configuration.
    pub(crate) fn cli_configuration(&self) -> PathBuf {
        self.path().join("cli.tfrc")
    }
}
