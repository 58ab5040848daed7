//! The command line of the built binary.

// So that clippy lets what is outside test functions unwrap, too.
#![cfg(test)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};

use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_terraform-provider-cloudbase");

struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

fn run(arguments: &[&str]) -> Said {
    let output = Command::new(BINARY)
        .args(arguments)
        .env_remove("TF_PLUGIN_MAGIC_COOKIE")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Said {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn help_says_what_it_can_do() {
    for flag in ["--help", "-h", "help"] {
        let said = run(&[flag]);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
        for part in [
            "sandbox",
            "demo",
            "install",
            "doctor",
            "--debug",
            "TF_REATTACH_PROVIDERS",
            "--version",
        ] {
            assert!(said.out.contains(part), "{part} in {}", said.out);
        }
    }
}

#[test]
fn the_version_is_that_of_the_package() {
    let said = run(&["--version"]);
    let expected = format!(
        "terraform-provider-cloudbase {}\n",
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(
        (said.code, said.out, said.err),
        (Some(0), expected, String::new())
    );
}

#[test]
fn arguments_that_make_no_sense_are_named() {
    for (arguments, named) in [
        (&["--no-such-flag"][..], "--no-such-flag"),
        (&["serve"], "serve"),
        (&["--debug", "demo"], "--debug"),
        (&["demo", "now"], "now"),
        (&["install", "here"], "here"),
        (&["sandbox", "--listen", "here"], "here"),
        (&["doctor", "now"], "now"),
        (&["doctor", "--probe-writes"], "--env"),
        (
            &["sandbox", "--confirm", "later"],
            "auto, manual and after=DURATION",
        ),
    ] {
        let said = run(arguments);
        assert_eq!(
            (said.code, said.out.as_str()),
            (Some(2), ""),
            "{arguments:?}"
        );
        assert!(said.err.contains(named), "{named} in {}", said.err);
    }
}

#[test]
fn without_an_argument_it_is_a_plugin_and_refuses_people() {
    let said = run(&[]);
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""));
    assert!(
        said.err.starts_with("This binary is a plugin."),
        "{}",
        said.err
    );
    assert!(said.err.contains("--help"), "{}", said.err);
}

#[test]
fn the_help_of_the_sandbox_lists_its_flags() {
    let said = run(&["sandbox", "--help"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    for flag in [
        "--listen",
        "--allow-remote",
        "--confirm",
        "--latency",
        "--seed",
    ] {
        assert!(said.out.contains(flag), "{flag} in {}", said.out);
    }
}

#[test]
fn the_help_of_the_doctor_lists_its_flags_and_statuses() {
    let said = run(&["doctor", "--help"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    for part in [
        "--env",
        "--appid",
        "--mint",
        "--probe-writes",
        "--yes",
        "--token-command",
        "CLOUDBASE_COMPONENT_ACCESS_TOKEN",
        "3 if the API differs",
    ] {
        assert!(said.out.contains(part), "{part} in {}", said.out);
    }
}

#[test]
fn a_sandbox_that_cannot_start_says_why() {
    let said = run(&["sandbox", "--listen", "0.0.0.0:0"]);
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""));
    assert!(said.err.starts_with("Error: 0.0.0.0:0 "), "{}", said.err);
    assert!(said.err.contains("--allow-remote"), "{}", said.err);
}

/// A process that runs until it is told to end; it ends with this, too.
struct Running {
    child: Child,
    out: BufReader<ChildStdout>,
    /// For its temporary files: a process that is killed does not remove them.
    _temporary: TempDir,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let mut child = Command::new(BINARY)
            .args(arguments)
            .env("TMPDIR", temporary.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self {
            child,
            out,
            _temporary: temporary,
        }
    }

    /// Reads on to the first line that contains `part`, and returns what follows it there.
    fn after(&mut self, part: &str) -> String {
        let mut line = String::new();
        while self.out.read_line(&mut line).unwrap() > 0 {
            if let Some((_, rest)) = line.split_once(part) {
                return rest.trim_end().to_owned();
            }
            line.clear();
        }
        panic!("{part} was not printed");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[test]
#[cfg(unix)]
fn a_sandbox_answers_with_its_token_until_it_is_told_to_end() {
    for signal in ["-INT", "-TERM"] {
        let mut sandbox = Running::start(&["sandbox", "--confirm", "auto"]);
        let address = sandbox.after("address  http://");
        let token = sandbox.after("export CLOUDBASE_COMPONENT_ACCESS_TOKEN='");
        let token = token.trim_end_matches('\'');
        sandbox.after("Ctrl-C stops it");

        let body = r#"{"data": [{"env": "test-env", "appids": ["wx5fe6bb43205e9e07"]}]}"#;
        let mut connection = TcpStream::connect(&address).unwrap();
        write!(
            connection,
            "POST /componenttcb/batchshareenv?access_token={token} HTTP/1.1\r\n\
             Host: {address}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        assert!(answer.contains(r#""errcode":0"#), "{answer}");

        let process = sandbox.child.id().to_string();
        let kill = Command::new("kill").args([signal, &process]).status();
        assert!(kill.unwrap().success());
        assert_eq!(sandbox.child.wait().unwrap().code(), Some(0), "{signal}");
        assert!(
            TcpStream::connect(&address).is_err(),
            "nobody listens any more"
        );
    }
}

#[test]
fn for_a_debugger_it_says_where_it_can_be_reached() {
    let mut provider = Running::start(&["--debug"]);
    let value = provider.after("TF_REATTACH_PROVIDERS=");
    assert!(
        value.contains("registry.terraform.io/wxopen/cloudbase"),
        "{value}"
    );
}
