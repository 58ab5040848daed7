//! The `demo` subcommand of the built binary, with the real CLI and with stand-ins for it.

// So that clippy lets what is outside test functions unwrap, too.
#![cfg(test)]

#[path = "../support/cli/mod.rs"]
mod cli;
#[cfg(unix)]
mod closed;
#[cfg(unix)]
mod interrupted;
#[cfg(unix)]
mod pause;
mod quiet;
mod support;
#[cfg(unix)]
mod terminal;
#[cfg(unix)]
mod words;

use std::fs;
use std::path::{Path, PathBuf};

use support::{BINARY, OnPath, demo, names_in, texts};
#[cfg(unix)]
use support::{path_with, stand_in};

/// The beginnings of the lines that are shown even with `--quiet`.
const HEADINGS: [&str; 8] = [
    "1/7  Plan: a merchant's environment, shared with two of its mini programs",
    "2/7  Apply: the administrators are asked",
    "3/7  The administrators approve",
    "4/7  Plan again: nothing to do",
    "5/7  A share is removed behind Terraform's back",
    "6/7  A share of another merchant, which exists already, is adopted",
    "7/7  Destroy: every share of the configuration ends",
    "All 7 steps went as they should",
];

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
fn help_names_the_options_and_what_it_ends_with() {
    let (mut command, _temporary) = demo(Path::new(BINARY));
    let output = command.arg("--help").output().unwrap();
    let (out, err) = texts(&output);
    assert_eq!((output.status.code(), err.as_str()), (Some(0), ""));
    for part in [
        "--pause ",
        "--quiet ",
        "TERM=dumb",
        "NO_COLOR",
        "  130  ",
        "  141  ",
    ] {
        assert!(out.contains(part), "{part} in {out}");
    }
    // It is shown as it is written, so it has to fit.
    let longest = out.lines().map(str::len).max();
    assert!(longest <= Some(96), "{longest:?}: {out}");
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
show) echo '{"resource_changes": [{"address": "cloudbase_env_share.bakery", "change": {"actions": ["delete"], "before": null, "after": null}}]}' ;;
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
