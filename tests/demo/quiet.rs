//! `--quiet`: the headings and the verdict, and all there is of a step that fails.

#[cfg(unix)]
use std::fs;
use std::path::Path;
#[cfg(unix)]
use std::process::Stdio;

use crate::HEADINGS;
use crate::support::{BINARY, OnPath, demo, texts};
#[cfg(unix)]
use crate::support::{ONE_STEP, kill, path_with, stand_in};

#[test]
fn headings_and_the_verdict_are_all_that_is_shown() {
    let Some(cli) = OnPath::find() else { return };
    let (mut command, _temporary) = demo(Path::new(BINARY));
    let output = command
        .arg("--quiet")
        .env("PATH", &cli.path)
        .output()
        .unwrap();
    let (out, err) = texts(&output);
    assert_eq!((output.status.code(), err.as_str()), (Some(0), ""), "{out}");
    let lines: Vec<_> = out.lines().collect();
    assert_eq!(lines.len(), HEADINGS.len(), "{out}");
    for (line, heading) in lines.iter().zip(HEADINGS) {
        let line = line.trim_start_matches("━━━ ");
        assert!(line.starts_with(heading), "{heading} in {out}");
    }
}

#[test]
#[cfg(unix)]
fn of_a_step_that_fails_everything_is_shown_and_of_no_other() {
    let cli = stand_in(ONE_STEP);
    let (mut command, _temporary) = demo(Path::new(BINARY));
    let output = command
        .arg("--quiet")
        .env("PATH", path_with(&cli))
        .output()
        .unwrap();
    let (out, err) = texts(&output);
    assert_eq!(output.status.code(), Some(1), "{out}\n{err}");
    assert_eq!(
        out,
        "━━━ 1/7  Plan: a merchant's environment, shared with two of its mini programs\n\
         ━━━ 2/7  Apply: the administrators are asked, and Terraform does not wait for them\n\
         \n$ terraform apply plan\napplied\n\n"
    );
    assert!(
        err.starts_with("Error: step 2 did not go as it should"),
        "{err}"
    );
}

#[test]
#[cfg(unix)]
fn of_a_step_that_is_interrupted_nothing_is_shown() {
    let mark = tempfile::tempdir().unwrap();
    let file = mark.path().join("runs");
    let cli = stand_in(&format!(
        "trap 'exit 1' INT; echo something; touch {file:?}; while :; do sleep 0.05; done"
    ));
    let (mut command, _temporary) = demo(Path::new(BINARY));
    let child = command
        .arg("--quiet")
        .env("PATH", path_with(&cli))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while !fs::exists(&file).unwrap() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!(kill("-INT", &child.id().to_string()));
    let output = child.wait_with_output().unwrap();
    let (out, err) = texts(&output);
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(out.lines().count(), 1, "{out}");
    assert_eq!(err, "Error: interrupted; nothing is left behind\n");
}

#[test]
fn there_is_nothing_to_pause_for() {
    let (mut command, _temporary) = demo(Path::new(BINARY));
    let output = command.args(["--quiet", "--pause"]).output().unwrap();
    let (out, err) = texts(&output);
    assert_eq!((output.status.code(), out.as_str()), (Some(2), ""));
    assert!(
        err.contains("'--quiet' cannot be used with '--pause'"),
        "{err}"
    );
}
