//! `--debug`: a process that Terraform did not start.

use std::time::Duration;

use serde_json::Value;
use tokio::net::UnixStream;
use tokio::time::sleep;

use crate::plugin_host::{HandshakeLine, LaunchOptions, Process, connect_plainly, is_serving};

/// Starts the binary with `--debug`, and returns it with what it wants in `TF_REATTACH_PROVIDERS`.
async fn start_for_reattaching(through_shell: Option<&'static str>) -> (Process, Value) {
    let options = LaunchOptions {
        through_shell,
        cookie: false,
        tls: false,
        arguments: vec!["--debug".into()],
        ..LaunchOptions::default()
    };
    let mut process = Process::spawn(&options, None);
    let mut lines = Vec::new();
    for _ in 0..4 {
        lines.push(process.next_stdout_line().await.expect("four lines"));
    }
    assert_eq!(
        lines[0],
        "Provider started. To attach Terraform CLI, set the TF_REATTACH_PROVIDERS environment \
         variable with the following:"
    );
    assert_eq!([&lines[1], &lines[3]], ["", ""]);
    let value = lines[2]
        .strip_prefix("\tTF_REATTACH_PROVIDERS='")
        .and_then(|rest| rest.strip_suffix('\''))
        .expect("the variable's assignment");
    let value: Value = serde_json::from_str(value).unwrap();
    let pid = &value["registry.terraform.io/wxopen/cloudbase"]["Pid"];
    assert_eq!(pid.as_u64(), Some(process.pid().into()));
    (process, value)
}

fn reattach_address(value: &Value) -> HandshakeLine {
    let config = &value["registry.terraform.io/wxopen/cloudbase"];
    assert_eq!(config["Protocol"], "grpc");
    assert_eq!(config["ProtocolVersion"], 6);
    assert_eq!(config["Test"], true);
    assert_eq!(config["Addr"]["Network"], "unix");
    let address = config["Addr"]["String"].as_str().unwrap();
    HandshakeLine::parse(&format!("1|6|unix|{address}|grpc|"))
}

#[tokio::test]
async fn a_debug_process_serves_one_connection_after_another() {
    let (process, value) = start_for_reattaching(None).await;
    let line = reattach_address(&value);
    drop(UnixStream::connect(&line.address).await.unwrap());
    for _ in 0..2 {
        let first = connect_plainly(&line).await.unwrap();
        let second = connect_plainly(&line).await.unwrap();
        assert!(is_serving(first.clone()).await.unwrap());
        assert!(is_serving(second).await.unwrap());
        assert!(is_serving(first).await.unwrap());
        // Longer than a process that a host has started would outlive its connections.
        sleep(Duration::from_millis(800)).await;
    }
    process.signal("INT").await;
    let exit = process.exit_eventually().await;
    assert_eq!(exit.status.code(), Some(0));
    assert!(exit.left_behind.is_empty(), "{:?}", exit.left_behind);
    assert!(exit.stdout.is_empty(), "{:?}", exit.stdout);
}

#[tokio::test]
async fn sigterm_ends_a_debug_process_too() {
    let (process, _) = start_for_reattaching(None).await;
    process.signal("TERM").await;
    assert!(process.exit_eventually().await.status.success());
}

#[tokio::test]
async fn sighup_ends_a_debug_process_and_nothing_is_left() {
    let (process, _) = start_for_reattaching(None).await;
    process.signal("HUP").await;
    let exit = process.exit_eventually().await;
    assert_eq!(exit.status.code(), Some(0));
    assert!(exit.left_behind.is_empty(), "{:?}", exit.left_behind);
}

/// Elsewhere a process can't learn that it is to ignore the signal, and leaves it as it is.
#[tokio::test]
async fn under_nohup_a_debug_process_outlives_its_terminal() {
    let ignoring = "trap '' HUP; exec \"$0\" \"$@\"";
    let (process, value) = start_for_reattaching(Some(ignoring)).await;
    process.signal("HUP").await;
    sleep(Duration::from_millis(300)).await;
    let channel = connect_plainly(&reattach_address(&value)).await.unwrap();
    assert!(is_serving(channel).await.unwrap());
    process.signal("TERM").await;
    assert!(process.exit_eventually().await.status.success());
}
