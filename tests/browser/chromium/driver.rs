//! The process of chromedriver, and a call to it.

use std::io::{BufRead, BufReader, Read as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use reqwest::{Client, Method};
use serde_json::Value;
use tempfile::TempDir;

use super::programs::DRIVER;

/// Ends the driver when standard input ends: when the test says so, and when its process is gone, even if it was killed.
const UNTIL_END_OF_INPUT: &str = r#""$0" --port=0 </dev/null & cat >/dev/null; kill "$!"; wait"#;

/// Starting Chromium is the longest call.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running chromedriver. It is gone with its browser when this has been dropped.
#[derive(Debug)]
pub(super) struct Driver {
    http: Client,
    /// `http://127.0.0.1:PORT`
    base: String,
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    /// What the browser writes, its profile among it. Dropped last.
    pub(super) folder: TempDir,
}

impl Driver {
    /// Starts it on a free port.
    pub(super) fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the browser");
        let mut process = Command::new("sh")
            .args(["-c", UNTIL_END_OF_INPUT, DRIVER])
            .env("TMPDIR", folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("sh starts");
        let input = process.stdin.take();
        let output = process.stdout.take().expect("a pipe was asked for");
        let mut output = BufReader::new(output);
        let port = port(&mut output);
        Self {
            http: Client::builder()
                .no_proxy()
                .timeout(PATIENCE)
                .build()
                .expect("an HTTP client"),
            base: format!("http://127.0.0.1:{port}"),
            process,
            input,
            output,
            folder,
        }
    }

    /// Sends a command and returns its `value`. `body` is null where the command has none.
    pub(super) async fn call(&self, method: Method, path: &str, body: &Value) -> Value {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if !body.is_null() {
            request = request.body(body.to_string());
        }
        let answer = request.send().await;
        let answer = answer.unwrap_or_else(|error| panic!("{path} {body}: {error}"));
        let is_success = answer.status().is_success();
        let text = answer.text().await.expect("an answer that is whole");
        let mut answer: Value = serde_json::from_str(&text).expect("chromedriver answers JSON");
        let value = answer["value"].take();
        assert!(is_success, "{path} {body}: {}", value["message"]);
        value
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.input = None;
        // The browser has this pipe too, so that it ends when they are all gone.
        let _ = self.output.read_to_end(&mut Vec::new());
        let _ = self.process.wait();
    }
}

/// "ChromeDriver was started successfully on port 12345."
fn port(output: &mut impl BufRead) -> u16 {
    let mut said = String::new();
    while output.read_line(&mut said).expect("output is text") > 0 {
        let last = said.lines().last().unwrap_or_default();
        if let Some((_, port)) = last.split_once("successfully on port ") {
            return port.trim_end_matches('.').parse().expect("a port");
        }
    }
    panic!("chromedriver did not start: {said}")
}
