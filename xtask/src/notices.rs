//! The licences of what is linked into the binary, which ask to be handed on with it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use crate::Failure;
use crate::dependencies::{Dependencies, Package};

/// How the names of such files begin.
const NAMES: [&str; 5] = ["LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE"];

/// All packages, and each text once, with the packages that come with it.
pub(crate) fn text(dependencies: &Dependencies) -> Result<String, Failure> {
    let mut text = String::from("terraform-provider-cloudbase contains these packages:\n\n");
    let mut by_text: BTreeMap<String, Vec<String>> = BTreeMap::new();
    writeln!(text, "Rust's standard library: MIT OR Apache-2.0")?;
    for package in &dependencies.all {
        let name = format!("{} {}", package.name, package.version);
        let license = package.license.as_deref().unwrap_or("see below");
        writeln!(text, "{name}: {license}")?;
        for content in texts(package)? {
            by_text.entry(content).or_default().push(name.clone());
        }
    }
    for (content, mut packages) in by_text {
        packages.sort();
        packages.dedup();
        let line = "=".repeat(78);
        writeln!(
            text,
            "\n{line}\n{}\n{line}\n\n{content}",
            packages.join(", ")
        )?;
    }
    Ok(text)
}

fn texts(package: &Package) -> Result<Vec<String>, Failure> {
    let mut texts = Vec::new();
    let mut folders = vec![package.folder().to_owned()];
    // Some packages have others in them, with licences of their own.
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            let name = entry.file_name().to_string_lossy().to_uppercase();
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() && NAMES.iter().any(|start| name.starts_with(start)) {
                let content = fs::read(entry.path())?;
                let content = String::from_utf8_lossy(&content).replace("\r\n", "\n");
                texts.push(content.trim().to_owned());
            }
        }
    }
    Ok(texts)
}
