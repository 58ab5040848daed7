//! Runs the demo in a terminal.

use std::path::Path;

use crate::Failure;

/// What the demo of `binary` prints in a terminal that is `columns` wide, when all goes well.
///
/// Errors: it does not go well, or it is played by another CLI than Terraform.
#[cfg(unix)]
pub(super) fn demo(binary: &Path, columns: u16) -> Result<String, Failure> {
    use std::io::Read;

    use pty_process::Size;
    use pty_process::blocking::{Command, open};

    let (mut terminal, inside) = open()?;
    terminal.resize(Size::new(24, columns))?;
    let mut child = Command::new(binary)
        .arg("demo")
        .env("TERM", "xterm")
        .env_remove("NO_COLOR")
        .spawn(inside)?;
    let (mut printed, mut some) = (Vec::new(), [0; 4096]);
    // The other side being gone is an error on Linux, and the end elsewhere.
    while let Ok(count @ 1..) = terminal.read(&mut some) {
        printed.extend_from_slice(&some[..count]);
    }
    let status = child.wait()?;
    let printed = String::from_utf8(printed)?.replace("\r\n", "\n");
    if !status.success() {
        return Err(format!("the demo ended with {status}:\n{printed}").into());
    }
    played_by_terraform(&printed)?;
    Ok(printed)
}

/// Pseudo-terminals are of Unix.
#[cfg(not(unix))]
pub(super) fn demo(_: &Path, _: u16) -> Result<String, Failure> {
    Err("the demo is recorded on Linux or macOS".into())
}

/// The first word of the demo says which CLI plays it.
#[cfg(unix)]
fn played_by_terraform(printed: &str) -> Result<(), Failure> {
    match printed.split_whitespace().next() {
        Some("terraform") => Ok(()),
        other => Err(format!(
            "the recording has Terraform's words, and the demo was played by {}: put Terraform on PATH",
            other.unwrap_or("nobody")
        )
        .into()),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn only_terraform_is_recorded() {
        assert!(played_by_terraform("terraform shares").is_ok());
        let error = played_by_terraform("tofu shares").unwrap_err().to_string();
        assert!(error.contains("played by tofu: put Terraform"), "{error}");
        assert!(played_by_terraform("").is_err());
    }
}
