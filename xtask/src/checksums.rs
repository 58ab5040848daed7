//! The list of checksums, as `sha256sum` writes it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::Failure;

/// A line for each of `files` in `folder`, sorted by name.
pub(crate) fn of(folder: &Path, files: &[String]) -> Result<String, Failure> {
    let mut files: Vec<&String> = files.iter().collect();
    files.sort();
    let mut lines = String::new();
    for file in files {
        for byte in Sha256::digest(fs::read(folder.join(file))?) {
            write!(lines, "{byte:02x}")?;
        }
        writeln!(lines, "  {file}")?;
    }
    Ok(lines)
}
