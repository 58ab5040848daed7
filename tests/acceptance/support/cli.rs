//! Finding the CLI.

use std::env;
use std::path::PathBuf;

/// An installed CLI.
#[derive(Clone, Debug)]
pub(crate) struct Cli {
    pub(crate) path: PathBuf,
}

impl Cli {
    /// `terraform`, else `tofu`, from PATH. Says so if there is neither, and with `CI=true` fails.
    pub(crate) fn find() -> Option<Self> {
        let path = env::var_os("PATH").unwrap_or_default();
        let found = ["terraform", "tofu"].iter().find_map(|name| {
            env::split_paths(&path)
                .map(|folder| folder.join(format!("{name}{}", env::consts::EXE_SUFFIX)))
                .find(|file| file.is_file())
        });
        if found.is_none() {
            assert!(
                env::var("CI").as_deref() != Ok("true"),
                "neither terraform nor tofu is on PATH, and with CI=true acceptance tests must run"
            );
            println!("SKIPPED: neither terraform nor tofu is on PATH");
        }
        found.map(|path| Self { path })
    }
}
