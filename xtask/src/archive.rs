//! Zip files that are the same for the same content: no times, no order but that of the names.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::Failure;

/// One file in an archive.
pub(crate) struct Entry {
    name: String,
    mode: u32,
    content: Vec<u8>,
}

impl Entry {
    /// One that may be run.
    pub(crate) fn program(name: String, content: Vec<u8>) -> Self {
        let mode = 0o755;
        Self {
            name,
            mode,
            content,
        }
    }

    /// One to read.
    pub(crate) fn text(name: &str, content: Vec<u8>) -> Self {
        let name = name.to_owned();
        let mode = 0o644;
        Self {
            name,
            mode,
            content,
        }
    }
}

/// Writes them to `file`.
pub(crate) fn write(file: &Path, mut entries: Vec<Entry>) -> Result<(), Failure> {
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    let mut zip = ZipWriter::new(File::create(file)?);
    for entry in entries {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default())
            .unix_permissions(entry.mode);
        zip.start_file(entry.name, options)?;
        zip.write_all(&entry.content)?;
    }
    zip.finish()?;
    Ok(())
}
