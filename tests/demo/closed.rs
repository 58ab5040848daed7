//! Nobody reads the output any more, as with `demo | head`.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::support::{BINARY, ONE_STEP, demo, names_in, path_with, runs, stand_in, texts};

/// Reads the demo's output up to a line that begins with `last`, and closes it; returns that line.
fn head(script: &str, last: &str) -> String {
    let cli = stand_in(script);
    let (mut command, temporary) = demo(Path::new(BINARY));
    let mut child = command
        .env("PATH", path_with(&cli))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let mut lines = out.lines().map(Result::unwrap);
    let line = lines.find(|line| line.starts_with(last)).unwrap();
    drop(lines);
    let output = child.wait_with_output().unwrap();
    let (_, err) = texts(&output);
    assert_eq!((output.status.code(), err.as_str()), (Some(141), ""));
    assert_eq!(names_in(temporary.path()), Vec::<PathBuf>::new());
    line
}

#[test]
fn the_demo_ends_as_sigpipe_would_end_it_and_says_nothing() {
    head(ONE_STEP, "");
    head(ONE_STEP, "━━━ 1/7");
    head(ONE_STEP, "planned");
}

#[test]
fn the_cli_is_interrupted_first() {
    let mark = tempfile::tempdir().unwrap();
    let file = mark.path().join("ended");
    let line = head(
        &format!(
            "trap 'touch {file:?}; exit 1' INT\n\
             echo \"process $$\"\nwhile :; do echo more; sleep 0.05; done"
        ),
        "process ",
    );
    assert!(file.exists(), "the CLI had the time to end by itself");
    assert!(!runs(line.trim_start_matches("process ").trim()));
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error() {
    let cli = stand_in(ONE_STEP);
    let (mut command, temporary) = demo(Path::new(BINARY));
    let full = std::fs::File::create("/dev/full").unwrap();
    let output = command
        .env("PATH", path_with(&cli))
        .stdout(full)
        .output()
        .unwrap();
    let (_, err) = texts(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        err.starts_with("Error: cannot show what happens: No space left"),
        "{err}"
    );
    assert_eq!(names_in(temporary.path()), Vec::<PathBuf>::new());
}
