//! The signature of the checksums, by gpg.

use std::path::Path;
use std::process::Command;

use crate::Failure;

/// In gpg's lists (its `doc/DETAILS`, field 4).
const RSA: &str = "1";

/// Signs a file, into one beside it that ends in `.sig`.
///
/// Errors: there is no such secret key, or it is not one of RSA, which is all that the registry takes.
pub(crate) fn sign(file: &Path, key: &str) -> Result<(), Failure> {
    let listed = run(&["--batch", "--with-colons", "--list-secret-keys", key])?;
    let secret = listed.lines().find(|line| line.starts_with("sec:"));
    let algorithm = secret.and_then(|line| line.split(':').nth(3));
    match algorithm {
        None => return Err(format!("gpg has no secret key {key}").into()),
        Some(RSA) => {}
        Some(_) => return Err(format!("{key} is not an RSA key, which the registry needs").into()),
    }
    let file = file.display().to_string();
    let signature = format!("{file}.sig");
    run(&[
        "--batch",
        "--yes",
        "--local-user",
        key,
        "--output",
        &signature,
        "--detach-sign",
        &file,
    ])?;
    Ok(())
}

fn run(arguments: &[&str]) -> Result<String, Failure> {
    let output = Command::new("gpg").args(arguments).output();
    let output = output.map_err(|error| format!("gpg could not be run: {error}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("gpg failed: {}", said.trim()).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
