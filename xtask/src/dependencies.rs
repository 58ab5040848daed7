//! What is linked into the binary, as cargo knows it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::Failure;

/// The provider's own package, and all that it is made of.
#[derive(Debug)]
pub(crate) struct Dependencies {
    own: Package,
    /// By name and version, without the provider itself.
    pub(crate) all: Vec<Package>,
}

/// One package.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Package {
    id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) license: Option<String>,
    manifest_path: PathBuf,
}

impl Package {
    /// Its source.
    pub(crate) fn folder(&self) -> &Path {
        self.manifest_path.parent().unwrap_or(&self.manifest_path)
    }
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
    root: Option<String>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    /// Null for those that are linked in.
    kind: Option<String>,
}

impl Dependencies {
    /// Those of the package in `root`, for all platforms.
    pub(crate) fn of(root: &Path) -> Result<Self, Failure> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args([
                "metadata",
                "--format-version=1",
                "--locked",
                "--all-features",
            ])
            .current_dir(root)
            .output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!("cargo metadata failed: {said}").into());
        }
        let metadata: Metadata = serde_json::from_slice(&output.stdout)?;
        let own = metadata.resolve.root.clone().ok_or("no root package")?;
        let linked = linked(&metadata.resolve, &own);
        let mut packages: BTreeMap<String, Package> = metadata
            .packages
            .into_iter()
            .map(|package| (package.id.clone(), package))
            .collect();
        let own = packages.remove(&own).ok_or("no root package")?;
        let mut all: Vec<Package> = packages
            .into_values()
            .filter(|package| linked.contains(&package.id))
            .collect();
        all.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
        Ok(Self { own, all })
    }

    /// The provider's version.
    pub(crate) fn version(&self) -> &str {
        &self.own.version
    }

    /// The provider's name.
    pub(crate) fn name(&self) -> &str {
        &self.own.name
    }
}

/// What `own` depends on, and so on, without what only builds or tests.
fn linked(resolve: &Resolve, own: &str) -> BTreeSet<String> {
    let nodes: BTreeMap<&str, &Node> = resolve
        .nodes
        .iter()
        .map(|node| (node.id.as_str(), node))
        .collect();
    let mut linked = BTreeSet::new();
    let mut open = vec![own];
    while let Some(id) = open.pop() {
        let deps = nodes.get(id).into_iter().flat_map(|node| &node.deps);
        for dep in deps.filter(|dep| dep.dep_kinds.iter().any(|kind| kind.kind.is_none())) {
            if linked.insert(dep.pkg.clone()) {
                open.push(&dep.pkg);
            }
        }
    }
    linked
}
