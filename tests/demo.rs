//! The `demo` subcommand of the built binary, with the real CLI and with stand-ins for it.

// So that clippy lets what is outside test functions unwrap, too.
#![cfg(test)]

#[path = "support/cli/mod.rs"]
mod cli;

use std::ffi::OsString;
use std::fs;
#[cfg(unix)]
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
#[cfg(unix)]
use std::process::Stdio;
use std::process::{Command, Output};
#[cfg(unix)]
use std::time::Duration;

use tempfile::TempDir;

use cli::{Cli, Product};

const BINARY: &str = env!("CARGO_BIN_EXE_terraform-provider-cloudbase");

const HEADINGS: [&str; 8] = [
    "1/7  Plan: one environment, shared with two mini programs",
    "2/7  Apply: the administrators are asked",
    "3/7  The administrators approve",
    "4/7  Plan again: nothing to do",
    "5/7  A share is removed behind Terraform's back",
    "6/7  A share that exists already is adopted",
    "7/7  Destroy: every share of the configuration ends",
    "All 7 steps went as they should",
];

/// The CLI that the tests are run with, as the only one that `demo` finds.
struct OnPath {
    path: OsString,
    _folder: TempDir,
}

impl OnPath {
    /// Nothing if no CLI is installed, which with `CI=true` is a failure.
    fn find() -> Option<Self> {
        let cli = Cli::find()?;
        let folder = tempfile::tempdir().unwrap();
        let path = match cli.product {
            // That of the tests may be a script, which needs a program of its own.
            Product::Terraform => path_with(&folder),
            Product::OpenTofu => folder.path().as_os_str().to_owned(),
        };
        let file = format!("{}{}", cli.product.program(), std::env::consts::EXE_SUFFIX);
        let file = folder.path().join(file);
        #[cfg(unix)]
        std::os::unix::fs::symlink(&cli.path, file).unwrap();
        #[cfg(not(unix))]
        fs::copy(&cli.path, file).unwrap();
        Some(Self {
            path,
            _folder: folder,
        })
    }
}

/// `binary demo`, with a folder of its own for temporary files.
fn demo(binary: &Path) -> (Command, TempDir) {
    let temporary = tempfile::tempdir().unwrap();
    let mut command = Command::new(binary);
    command
        .arg("demo")
        .env("TMPDIR", temporary.path())
        .env("TEMP", temporary.path())
        .env("TMP", temporary.path());
    (command, temporary)
}

fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

fn names_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn every_step_is_shown_in_order_and_nothing_is_left_behind() {
    let Some(cli) = OnPath::find() else { return };
    let (mut command, temporary) = demo(Path::new(BINARY));
    // Settings of the person who runs it, each of which would spoil a command or a check.
    let output = command
        .env("PATH", &cli.path)
        .env("TF_CLI_ARGS", "-no-such-flag")
        .env("TF_WORKSPACE", "another")
        .env("TF_DATA_DIR", "/nonexistent/data")
        .env("TF_LOG", "TRACE")
        .env("CLOUDBASE_ENDPOINT", "https://192.0.2.1")
        .env("CLOUDBASE_COMPONENT_ACCESS_TOKEN", "somebody's real token")
        .output()
        .unwrap();
    let (out, err) = texts(&output);
    assert_eq!(output.status.code(), Some(0), "{out}\n{err}");
    assert_eq!(err, "");

    let places: Vec<_> = HEADINGS.map(|heading| out.find(heading)).to_vec();
    assert!(places.iter().all(Option::is_some), "{places:?} in {out}");
    assert!(places.is_sorted(), "{places:?}");
    for part in [
        "Apply complete! Resources: 1 added",
        "/confirm/",
        "No changes.",
        "will be updated in-place",
        "1 imported, 0 added, 0 changed, 0 destroyed",
        "Destroy complete! Resources: 2 destroyed.",
        "  /componenttcb/batchgetenvid\n",
        "Administrators were asked 3 times",
    ] {
        assert!(out.contains(part), "{part} in {out}");
    }
    assert!(!out.contains("development overrides"), "{out}");
    assert!(!out.contains('\u{1b}'), "no colours without a terminal");
    let folder = temporary.path().to_str().unwrap();
    assert!(!out.contains(folder), "no path that soon leads nowhere");
    assert_eq!(names_in(temporary.path()), Vec::<PathBuf>::new());
}

#[test]
fn a_renamed_binary_is_still_the_provider() {
    let Some(cli) = OnPath::find() else { return };
    let elsewhere = tempfile::tempdir().unwrap();
    let renamed = elsewhere
        .path()
        .join(format!("renamed{}", std::env::consts::EXE_SUFFIX));
    if fs::hard_link(BINARY, &renamed).is_err() {
        fs::copy(BINARY, &renamed).unwrap();
    }
    let (mut command, _temporary) = demo(&renamed);
    let output = command.env("PATH", &cli.path).output().unwrap();
    let (out, err) = texts(&output);
    assert_eq!(output.status.code(), Some(0), "{out}\n{err}");
}

#[test]
fn without_a_cli_one_line_says_how_to_get_one() {
    for path in ["", "/nonexistent"] {
        let (mut command, temporary) = demo(Path::new(BINARY));
        let output = command.env("PATH", path).output().unwrap();
        let (out, err) = texts(&output);
        assert_eq!(output.status.code(), Some(1), "{err}");
        assert_eq!(out, "");
        assert_eq!(err.lines().count(), 1, "{err}");
        for part in [
            "neither terraform nor tofu",
            "https://developer.hashicorp.com/",
            "https://opentofu.org/",
        ] {
            assert!(err.contains(part), "{part} in {err}");
        }
        assert_eq!(names_in(temporary.path()), Vec::<PathBuf>::new());
    }
}

/// A folder with a `terraform` that is this shell script.
#[cfg(unix)]
fn stand_in(script: &str) -> TempDir {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("terraform");
    fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// `PATH` with a folder before all others.
fn path_with(folder: &TempDir) -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.path().to_owned()).chain(std::env::split_paths(&path));
    std::env::join_paths(folders).unwrap()
}

#[test]
#[cfg(unix)]
fn a_check_that_fails_ends_the_demo_with_what_was_expected_and_seen() {
    // It claims that there is nothing to do.
    let cli = stand_in("echo 'No changes.'; echo 'oh dear' >&2; exit 0");
    let (mut command, temporary) = demo(Path::new(BINARY));
    let output = command.env("PATH", path_with(&cli)).output().unwrap();
    let (out, err) = texts(&output);
    assert_eq!(output.status.code(), Some(1), "{out}\n{err}");
    assert!(
        out.contains("\nNo changes.\n") && out.contains("\noh dear\n"),
        "{out}"
    );
    assert!(!out.contains("2/7") && !out.contains('✓'), "{out}");
    assert_eq!(
        err,
        "Error: step 1 did not go as it should: there is something to do (exit status 2)\n  \
         expected: \"exit status 2\"\n  seen:     \"exit status 0\"\n"
    );
    assert_eq!(names_in(temporary.path()), Vec::<PathBuf>::new());
}

#[test]
#[cfg(unix)]
fn a_cli_that_does_not_do_what_it_says_is_found_out() {
    // Everything as Terraform would end and say it, but the plan deletes.
    let cli = stand_in(
        r#"case "$1" in
plan) exit 2 ;;
show) echo '{"resource_changes": [{"address": "cloudbase_env_share.shop", "change": {"actions": ["delete"], "before": null, "after": null}}]}' ;;
esac"#,
    );
    let (mut command, _temporary) = demo(Path::new(BINARY));
    let output = command.env("PATH", path_with(&cli)).output().unwrap();
    let (out, err) = texts(&output);
    assert_eq!(output.status.code(), Some(1), "{out}\n{err}");
    assert!(err.contains("the plan creates one resource"), "{err}");
    assert!(
        err.contains("\"create\"") && err.contains("\"delete\""),
        "{err}"
    );
}

/// Stops the demo while the stand-in runs, which says which process it is.
#[cfg(unix)]
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
#[cfg(unix)]
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
#[cfg(unix)]
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

/// Whether a process is there and not just a zombie that its parent has not asked for.
#[cfg(unix)]
fn runs(process: &str) -> bool {
    let output = Command::new("ps")
        .args(["-o", "stat=", "-p", process])
        .output()
        .unwrap();
    let (stat, _) = texts(&output);
    !stat.trim().is_empty() && !stat.trim().starts_with('Z')
}

#[cfg(unix)]
fn kill(signal: &str, process: &str) -> bool {
    let mut command = Command::new("kill");
    command.args([signal, process]).stderr(Stdio::null());
    command.status().unwrap().success()
}
