//! The recording of the demo that the README shows: a picture that moves, made of what the demo prints.
//!
//! It is the same for each run, so that `--check` can tell that the demo has changed.
//!
//! | file | what |
//! |---|---|
//! | `terminal` | runs the demo in a terminal |
//! | `differences` | makes the same what differs from run to run |
//! | `colours` | reads the terminal's colours |
//! | `pace` | which lines are there when |
//! | `picture` | the SVG |

mod colours;
mod differences;
mod pace;
mod picture;
mod terminal;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Failure;

/// Where the README has it from.
const FILE: &str = "assets/demo.svg";

/// The longest line of Terraform's, one with a confirmation URL, has 97.
const COLUMNS: u16 = 98;

/// What to record, or to check.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Whether the recording is that of the demo as it is now; nothing is written
    #[arg(long)]
    check: bool,
    /// The binary; by default it is built
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
}

/// Makes the recording, or compares it.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let root = root();
    let binary = match &args.binary {
        Some(binary) => binary.clone(),
        None => built(&root)?,
    };
    let printed = terminal::demo(&binary, COLUMNS)?;
    let svg = picture::of(&colours::lines(&differences::without(&printed))?);
    let file = root.join(FILE);
    if !args.check {
        fs::create_dir_all(file.with_file_name(""))?;
        return Ok(fs::write(file, svg)?);
    }
    let kept = fs::read_to_string(&file).map_err(|error| format!("{FILE}: {error}"))?;
    match first_difference(&kept, &svg) {
        None => Ok(()),
        Some(difference) => Err(format!(
            "{FILE} is not what the demo shows now. Run `cargo xtask demo-recording`, with Terraform, and look at \
             what it has made.\n{difference}"
        )
        .into()),
    }
}

/// The repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Builds the binary, which takes nothing if it is built.
fn built(root: &Path) -> Result<PathBuf, Failure> {
    let status = Command::new(env!("CARGO"))
        .current_dir(root)
        .args(["build", "--quiet", "--locked", "--bin"])
        .arg("terraform-provider-cloudbase")
        .status()?;
    if !status.success() {
        return Err("the provider does not build".into());
    }
    // This program is beside it.
    let name = format!(
        "terraform-provider-cloudbase{}",
        std::env::consts::EXE_SUFFIX
    );
    Ok(std::env::current_exe()?.with_file_name(name))
}

/// The first line in which they differ.
fn first_difference(kept: &str, now: &str) -> Option<String> {
    if kept == now {
        return None;
    }
    let (mut kept, mut now) = (kept.lines(), now.lines());
    for number in 1.. {
        let (before, after) = (kept.next(), now.next());
        if before != after {
            let [before, after] = [before, after].map(|line| line.unwrap_or("(it ends)"));
            return Some(format!("line {number}: {before}\n     now: {after}"));
        }
        if before.is_none() {
            break;
        }
    }
    Some("they differ in the ends of their lines".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{FILE, first_difference};

    #[test]
    fn the_readme_shows_it() {
        let readme = std::fs::read_to_string(super::root().join("README.md")).unwrap();
        assert!(readme.contains(&format!("]({FILE})")));
        let svg = std::fs::metadata(super::root().join(FILE)).unwrap();
        assert!(
            svg.len() < 150_000,
            "it takes long to load: {} bytes",
            svg.len()
        );
    }

    #[test]
    fn the_first_line_that_differs_is_named() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(
            first_difference("a\nb\nc\n", "a\nx\ny\n").unwrap(),
            "line 2: b\n     now: x"
        );
        assert_eq!(
            first_difference("a\n", "a\nb\n").unwrap(),
            "line 2: (it ends)\n     now: b"
        );
        assert!(first_difference("a\r\n", "a\n").is_some());
    }
}
