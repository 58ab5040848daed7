//! The pages under `docs/`, in the layout of the Terraform registry.
//!
//! They are made of the schemas, the table of error codes, the files under `examples/` and the
//! prose under `templates/`. The tests fail where `docs/` is not what comes of these;
//! `BLESS=1 cargo test --test docs` writes it anew.

// Clippy takes only what is under `cfg(test)` for a test.
#![cfg(test)]

mod assumptions;
mod chinese;
#[path = "../support/cli/mod.rs"]
mod cli;
mod committed;
mod error_table;
mod examples;
mod functions;
mod kinds;
mod links;
mod lists;
mod minima;
mod pages;
mod schema_section;
mod schemas;
mod template;
mod versions;
mod wechat_apis;

use std::path::Path;

/// The repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below `folder`, as a path relative to it with `/`, sorted.
fn files_below(folder: &Path) -> Vec<String> {
    fn visit(folder: &Path, prefix: &str, found: &mut Vec<String>) {
        let Ok(entries) = std::fs::read_dir(folder) else {
            return;
        };
        for entry in entries {
            let entry = entry.expect("the folder can be listed");
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                visit(&entry.path(), &format!("{name}/"), found);
            } else {
                found.push(name);
            }
        }
    }
    let mut found = Vec::new();
    visit(folder, "", &mut found);
    found.sort();
    found
}
