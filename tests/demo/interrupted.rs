//! The demo is ended by a signal.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use crate::support::{BINARY, demo, kill, names_in, path_with, runs, stand_in, texts};

/// Stops the demo while the stand-in runs, which says which process it is.
fn interrupted(signal: &str, script: &str) {
    let cli = stand_in(script);
    let (mut command, temporary) = demo(Path::new(BINARY));
    let mut child = command
        .env("PATH", path_with(&cli))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("process ") {
        line.clear();
        assert_ne!(out.read_line(&mut line).unwrap(), 0, "the CLI is not run");
    }
    let process = line.trim_start_matches("process ").trim();
    assert_eq!(names_in(temporary.path()).len(), 1);

    assert!(kill(signal, &child.id().to_string()));
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "", "nothing more is shown");
    let output = child.wait_with_output().unwrap();
    let (_, err) = texts(&output);
    assert_eq!(output.status.code(), Some(130), "{err}");
    assert_eq!(err, "Error: interrupted; nothing is left behind\n");
    assert_eq!(names_in(temporary.path()), Vec::<PathBuf>::new());
    assert!(!runs(process), "the CLI still runs");
}

#[test]
fn being_interrupted_interrupts_the_cli_and_removes_the_folder() {
    let mark = tempfile::tempdir().unwrap();
    for signal in ["-INT", "-TERM"] {
        let file = mark.path().join(signal);
        interrupted(
            signal,
            &format!(
                "trap 'echo ends; touch {file:?}; exit 1' INT\n\
                 echo \"process $$\"\nwhile :; do sleep 0.05; done"
            ),
        );
        assert!(file.exists(), "the CLI had the time to end by itself");
    }
}

#[test]
fn a_cli_that_does_not_mind_being_interrupted_is_killed_with_its_providers() {
    let mark = tempfile::tempdir().unwrap();
    let file = mark.path().join("provider");
    interrupted(
        "-INT",
        &format!("trap '' INT\nsleep 3600 &\necho $! > {file:?}\necho \"process $$\"\nsleep 3600"),
    );
    let provider = fs::read_to_string(file).unwrap();
    // Nobody waits for a process whose parent was killed, so it may be seen for a moment more.
    for _ in 0..500 {
        if !runs(provider.trim()) {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("the provider still runs");
}
