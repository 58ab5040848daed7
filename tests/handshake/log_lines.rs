//! What comes on standard error.

use std::process::Stdio;

use cloudbase::plugin::hclog;
use serde_json::Value;
use tokio::process::Command;

use crate::plugin_host::{LaunchOptions, PluginHost};

/// The log lines of a short life at the given setting.
async fn logged(variable: &str, level: &str) -> Vec<Value> {
    let host = PluginHost::launch(LaunchOptions::default().with(variable, level)).await;
    assert!(host.is_serving().await.unwrap());
    let exit = host.shutdown().await;
    exit.stderr
        .iter()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line:?}")))
        .collect()
}

#[tokio::test]
async fn log_lines_are_hclog() {
    let lines = logged("TF_LOG", "TRACE").await;
    let started = lines
        .iter()
        .find(|line| line["@message"] == "provider started")
        .expect("says that it started");
    assert_eq!(
        started["tf_provider_addr"],
        "registry.terraform.io/wxopen/cloudbase"
    );
    for line in &lines {
        for key in ["@level", "@message", "@timestamp", "@module"] {
            assert!(line[key].is_string(), "{key} in {line}");
        }
        // 2006-01-02T15:04:05.000000Z
        let time = line["@timestamp"].as_str().unwrap();
        let shape: String = time
            .chars()
            .map(|c| if c.is_ascii_digit() { '0' } else { c })
            .collect();
        assert_eq!(shape, "0000-00-00T00:00:00.000000Z");
        // Dependencies, which are busy at TRACE, have no module of this program.
        let module = line["@module"].as_str().unwrap();
        assert!(
            module.starts_with("sdk") || module.starts_with("provider"),
            "{module}"
        );
    }
}

#[tokio::test]
async fn levels_are_obeyed() {
    let levels = |lines: Vec<Value>| -> Vec<String> {
        let mut levels: Vec<_> = lines
            .iter()
            .map(|line| line["@level"].as_str().unwrap().to_owned())
            .collect();
        levels.sort();
        levels.dedup();
        levels
    };
    assert!(levels(logged("TF_LOG", "OFF").await).is_empty());
    assert!(levels(logged("TF_LOG_CORE", "TRACE").await).is_empty());
    assert!(levels(logged("TF_LOG_PROVIDER", "ERROR").await).is_empty());
    assert_eq!(levels(logged("TF_LOG_PROVIDER", "INFO").await), ["info"]);
    assert_eq!(
        levels(logged("TF_LOG_PROVIDER_CLOUDBASE", "DEBUG").await),
        ["debug", "info"]
    );
}

#[tokio::test]
async fn a_panic_is_one_log_line() {
    // A panic hook belongs to a whole process, so this one runs in its own.
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "log_lines::panics_on_purpose"])
        .env_remove("RUST_BACKTRACE")
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(stdout.contains("1 passed"), "{stdout}");
    let stderr = String::from_utf8(output.stderr).unwrap();
    let line: Value = serde_json::from_str(&stderr).unwrap_or_else(|_| panic!("{stderr:?}"));
    assert_eq!(line["@level"], "error");
    let message = line["@message"].as_str().unwrap();
    assert!(message.starts_with("panicked at tests/handshake/log_lines.rs:"));
    assert!(message.ends_with(": two\nlines"));
    assert_eq!(line["thread"], "worker");
}

#[test]
#[ignore = "run by a_panic_is_one_log_line, in a process of its own"]
fn panics_on_purpose() {
    hclog::log_panics();
    let worker = std::thread::Builder::new().name("worker".into());
    let panicked = worker.spawn(|| panic!("two\nlines")).unwrap().join();
    assert!(panicked.is_err());
}
