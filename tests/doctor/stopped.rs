//! In a terminal: asked before it writes, and interrupted.

#[path = "../demo/terminal.rs"]
mod terminal;

use std::time::{Duration, Instant};

use cloudbase::sandbox::{Effect, Endpoint, Fault, Sandbox};
use terminal::Terminal;

use crate::support::{BOOKS, SHOP, TEA, assert_nothing_written, doctor, said, sandbox};

const ASKING: &[&str] = &[
    "--probe-writes",
    "--env",
    TEA,
    "--env",
    BOOKS,
    "--appid",
    SHOP,
];
const QUESTION: &str = "Type yes to go on: ";

fn in_terminal(sandbox: &Sandbox) -> Terminal {
    Terminal::start(200, doctor(sandbox, ASKING))
}

fn signal(process: &str, signal: &str) {
    let kill = std::process::Command::new("kill")
        .args([signal, process])
        .status();
    assert!(kill.unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn it_says_what_it_will_do_to_whom_and_only_then_does_it() {
    let sandbox = sandbox().await;
    let terminal = in_terminal(&sandbox);
    terminal.wait_for(QUESTION, 1);
    assert_nothing_written(&sandbox);
    let shown = terminal.shown();
    for part in [
        TEA,
        BOOKS,
        SHOP,
        "is asked up to twice",
        "that somebody else has sent for the same and that still waits is lost",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    terminal.types("yes\n");
    let (code, shown) = terminal.end();
    assert_eq!(code, Some(0), "{shown}");
    assert!(!sandbox.calls_to(Endpoint::Share).is_empty());
    assert!(sandbox.pending().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn anything_else_than_yes_is_no() {
    for typed in ["no\n", "y\n", "\n", "\u{4}"] {
        let sandbox = sandbox().await;
        let terminal = in_terminal(&sandbox);
        terminal.wait_for(QUESTION, 1);
        terminal.types(typed);
        let (code, shown) = terminal.end();
        assert_eq!(code, Some(0), "{shown}");
        assert!(shown.contains("Nothing was written."), "{shown}");
        assert!(shown.contains("----- report"), "{shown}");
        assert_nothing_written(&sandbox);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_at_the_question_ends_it() {
    for by_key in [true, false] {
        let sandbox = sandbox().await;
        let terminal = in_terminal(&sandbox);
        terminal.wait_for(QUESTION, 1);
        if by_key {
            terminal.types("\u{3}");
        } else {
            signal(&terminal.process(), "-TERM");
        }
        let (code, shown) = terminal.end();
        assert_eq!(code, Some(130), "{shown}");
        assert_nothing_written(&sandbox);
    }
}

/// While each of the calls of a probe is under way.
#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_probe_takes_back_what_it_has_shared() {
    for (kill, endpoint, number) in [
        ("-INT", Endpoint::Share, 1),
        ("-TERM", Endpoint::Share, 1),
        ("-INT", Endpoint::Query, 4),
        ("-INT", Endpoint::Share, 2),
        ("-INT", Endpoint::Unshare, 1),
    ] {
        let sandbox = sandbox().await;
        let slow = Effect::Slow(Duration::from_secs(1));
        sandbox.inject(Fault::new(slow).on(endpoint).at_calls([number]));
        let arguments = [ASKING, &["--yes"]].concat();
        let mut command = doctor(&sandbox, &arguments);
        let child = command
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let start = Instant::now();
        let number = usize::try_from(number).unwrap();
        while sandbox.calls_to(endpoint).len() < number {
            assert!(
                start.elapsed() < Duration::from_secs(30),
                "{endpoint} {number}"
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        signal(&child.id().to_string(), kill);
        let said = said(child.wait_with_output().unwrap());
        said.ends_with(130);
        said.assert_line("probe: taking back", "works: nothing is left");
        assert!(
            said.report().contains("stopped before its end"),
            "{}",
            said.out
        );
        assert!(sandbox.pending().is_empty(), "{endpoint} {number}");
        assert!(sandbox.calls_to(Endpoint::Share).len() <= 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_reading_ends_soon() {
    let sandbox = sandbox().await;
    let hang = Effect::Hang(Duration::from_secs(20));
    sandbox.inject(Fault::new(hang).on(Endpoint::DescribeEnvs));
    let child = doctor(&sandbox, &[])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while sandbox.calls_to(Endpoint::DescribeEnvs).is_empty() {
        assert!(start.elapsed() < Duration::from_secs(30));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    signal(&child.id().to_string(), "-INT");
    let said = said(child.wait_with_output().unwrap());
    said.ends_with(130);
    assert!(start.elapsed() < Duration::from_secs(15));
}
