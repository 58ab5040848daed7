//! `--pause`, on a real terminal.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tempfile::TempDir;

use crate::HEADINGS;
use crate::support::{BINARY, ONE_STEP, OnPath, demo, kill, names_in, path_with, stand_in, texts};
use crate::terminal::Terminal;

const ASKED: &str = "Press a key to go on, q to leave";
const ERASED: &str = "\r\u{1b}[K";

/// The demo with the stand-in, in the pause after its first step.
struct Paused {
    terminal: Terminal,
    temporary: TempDir,
    _cli: TempDir,
}

fn paused(term: &str, asked: &str) -> Paused {
    let cli = stand_in(ONE_STEP);
    let (mut command, temporary) = demo(Path::new(BINARY));
    command
        .arg("--pause")
        .env("PATH", path_with(&cli))
        .env("TERM", term);
    let terminal = Terminal::start(80, command);
    terminal.wait_for(asked, 1);
    assert!(!terminal.shown().contains("2/7"), "it does not wait");
    Paused {
        terminal,
        temporary,
        _cli: cli,
    }
}

impl Paused {
    /// Its end: the exit status, and what was shown since the pause began.
    fn end(self, asked: &str) -> (Option<i32>, String) {
        let (code, shown) = self.terminal.end();
        assert_eq!(names_in(self.temporary.path()), Vec::<PathBuf>::new());
        let (_, since) = shown.split_once(asked).unwrap();
        (code, since.to_owned())
    }
}

#[test]
fn each_further_step_waits_for_a_key_and_the_verdict_for_none() {
    let Some(cli) = OnPath::find() else { return };
    let (mut command, temporary) = demo(Path::new(BINARY));
    command.arg("--pause").env("PATH", &cli.path);
    let terminal = Terminal::start(120, command);
    for pause in 1..HEADINGS.len() - 1 {
        terminal.wait_for(ASKED, pause);
        let shown = terminal.shown();
        assert!(shown.contains(HEADINGS[pause - 1]), "{shown}");
        assert!(!shown.contains(HEADINGS[pause]), "{shown}");
        assert!(!terminal.is_usual());
        // A letter, and what an arrow key sends.
        terminal.types(if pause % 2 == 0 { "x" } else { "\u{1b}[A" });
    }
    let (code, shown) = terminal.end();
    assert_eq!(code, Some(0), "{shown}");
    assert_eq!(shown.matches(ASKED).count(), 6, "{shown}");
    assert_eq!(shown.matches(ERASED).count(), 6, "the words are taken back");
    let (_, end) = shown.split_once(HEADINGS[6]).unwrap();
    assert!(end.contains(HEADINGS[7]), "{end}");
    assert_eq!(names_in(temporary.path()), Vec::<PathBuf>::new());
}

/// The audience opens the first of the links and approves.
fn approves(shown: &str) {
    let (before, after) = shown.split_once("/confirm/").unwrap();
    let (_, host) = before.rsplit_once("http://").unwrap();
    let (id, _) = after.split_once('"').unwrap();
    let mut page = TcpStream::connect(host).unwrap();
    write!(
        page,
        "POST /confirm/{id} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 16\r\n\r\ndecision=approve"
    )
    .unwrap();
    let mut answer = String::new();
    page.read_to_string(&mut answer).unwrap();
    let done = answer.starts_with("HTTP/1.1 200") || answer.starts_with("HTTP/1.1 303");
    assert!(done, "{answer}");
}

#[test]
fn the_audience_may_approve_in_a_pause() {
    let Some(cli) = OnPath::find() else { return };
    let (mut command, _temporary) = demo(Path::new(BINARY));
    command.arg("--pause").env("PATH", &cli.path);
    let terminal = Terminal::start(120, command);
    terminal.wait_for(ASKED, 1);
    assert!(terminal.shown().contains(" lists what waits."));
    terminal.types(" ");
    terminal.wait_for(ASKED, 2);
    approves(terminal.shown().split_once("2/7").unwrap().1);
    terminal.types(" ");
    terminal.wait_for(ASKED, 3);
    terminal.types("q");
    let (code, shown) = terminal.end();
    assert_eq!(code, Some(0), "{shown}");
    for (part, times) in [
        ("has approved already", 1),
        ("has opened the page and approved", 1),
    ] {
        assert_eq!(shown.matches(part).count(), times, "{part} in {shown}");
    }
}

#[test]
fn a_key_is_enough_and_is_not_shown() {
    let paused = paused("xterm", ASKED);
    assert!(!paused.terminal.is_usual());
    paused.terminal.types("z");
    let (code, since) = paused.end(ASKED);
    assert_eq!(code, Some(1));
    let before_heading = since.split("━━━").next().unwrap();
    assert!(!before_heading.contains('z'), "{before_heading:?}");
    assert!(
        since.contains("2/7") && since.contains("applied"),
        "{since}"
    );
}

#[test]
fn what_was_typed_before_the_pause_does_not_count() {
    let mark = tempfile::tempdir().unwrap();
    let typed = mark.path().join("typed");
    // The plan ends once there has been typed.
    let script =
        format!("echo \"$1 runs\" >&2\nwhile ! [ -e {typed:?} ]; do sleep 0.01; done\n{ONE_STEP}");
    let cli = stand_in(&script);
    let (mut command, _temporary) = demo(Path::new(BINARY));
    command.arg("--pause").env("PATH", path_with(&cli));
    let terminal = Terminal::start(80, command);
    terminal.wait_for("plan runs", 1);
    terminal.types("qq\nq");
    fs::write(typed, "").unwrap();
    terminal.wait_for(ASKED, 1);
    terminal.types(" ");
    let (code, shown) = terminal.end();
    assert_eq!(code, Some(1), "{shown}");
    assert!(shown.contains("applied"), "{shown}");
}

#[test]
fn q_leaves() {
    let paused = paused("xterm", ASKED);
    paused.terminal.types("q");
    let (code, since) = paused.end(ASKED);
    assert_eq!(code, Some(0), "{since}");
    assert!(
        since.ends_with("Ended after step 1; nothing is left behind.\r\n"),
        "{since:?}"
    );
    assert!(
        !since.contains("2/7") && !since.contains("Error"),
        "{since}"
    );
}

#[test]
fn signals_end_the_pause_and_the_terminal_is_as_it_was() {
    // Ctrl-C and Ctrl-\ as the terminal sends them, and a signal from elsewhere.
    for end in ["\u{3}", "\u{1c}", "-TERM"] {
        let paused = paused("xterm", ASKED);
        assert!(!paused.terminal.is_usual());
        if end.starts_with('-') {
            assert!(kill(end, &paused.terminal.process()));
        } else {
            paused.terminal.types(end);
        }
        let (code, since) = paused.end(ASKED);
        assert_eq!(code, Some(130), "{end:?}: {since}");
        assert!(
            since.ends_with("\u{1b}[KError: interrupted; nothing is left behind\r\n"),
            "{end:?}: {since:?}"
        );
    }
}

#[test]
fn a_dumb_terminal_is_asked_for_enter() {
    let asked = "Enter to go on, q and Enter to leave: ";
    for (typed, code, part) in [
        ("\n", 1, "applied"),
        ("x\n", 1, "applied"),
        (
            "q\n",
            0,
            "\nEnded after step 1; nothing is left behind.\r\n",
        ),
        // The end of the input.
        (
            "\u{4}",
            0,
            "\nEnded after step 1; nothing is left behind.\r\n",
        ),
        (
            "\u{3}",
            130,
            "\nError: interrupted; nothing is left behind\r\n",
        ),
    ] {
        for term in ["dumb", ""] {
            let paused = paused(term, asked);
            assert!(paused.terminal.is_usual(), "it needs no mode of its own");
            paused.terminal.types(typed);
            let shown = paused.terminal.shown();
            let (ended, since) = paused.end(asked);
            assert_eq!(ended, Some(code), "{typed:?}: {since:?}");
            assert!(since.contains(part), "{typed:?}: {since:?}");
            assert!(
                !shown.contains('\u{1b}') && !since.contains('\u{1b}'),
                "{since:?}"
            );
        }
    }
}

#[test]
fn without_a_terminal_it_is_an_error_before_anything_starts() {
    // No stand-in is needed: with neither of them on PATH that would be an error, too, but another.
    let (mut command, temporary) = demo(Path::new(BINARY));
    command.arg("--pause").env("PATH", "").stdin(Stdio::null());
    let output = command.output().unwrap();
    let (out, err) = texts(&output);
    assert_eq!((output.status.code(), out.as_str()), (Some(2), ""), "{err}");
    assert_eq!(
        err,
        "Error: --pause waits for a key at each step, and standard input is not a terminal: \
         run it in a terminal, or leave --pause out\n"
    );
    assert_eq!(names_in(temporary.path()), Vec::<PathBuf>::new());

    // A keyboard, but nobody who sees what is asked.
    let (mut command, _temporary) = demo(Path::new(BINARY));
    command.arg("--pause").env("PATH", "");
    let command = pty_process::blocking::Command::from(command).stdout(Stdio::null());
    let terminal = Terminal::attach(80, command);
    let (code, shown) = terminal.end();
    assert_eq!(code, Some(2), "{shown}");
    assert!(
        shown.contains("standard output is not a terminal"),
        "{shown}"
    );
}
