//! The binary as a go-plugin child: handshake, TLS, control services, lifetime, log lines.
#![cfg(unix)]
// Test code that clippy does not know for it, since it stands outside a test function.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "support/plugin_host/mod.rs"]
mod plugin_host;

use std::path::{Path, PathBuf};

use plugin_host::{
    HandshakeLine, Identity, LaunchOptions, Listening, PluginHost, Process, connect_plainly,
    is_serving,
};
use serde_json::Value;
use tokio::net::UnixStream;

fn plaintext() -> LaunchOptions {
    LaunchOptions {
        tls: false,
        ..LaunchOptions::default()
    }
}

// ---- The contract ----

#[tokio::test]
async fn without_the_cookie_it_refuses() {
    let options = LaunchOptions {
        cookie: false,
        ..LaunchOptions::default()
    };
    let exit = Process::spawn(&options, None).exit_eventually().await;
    assert_eq!(exit.status.code(), Some(1));
    assert!(exit.stdout.is_empty(), "{:?}", exit.stdout);
    assert_eq!(
        exit.stderr[..3],
        [
            "This binary is a plugin. These are not meant to be executed directly.",
            "Please execute the program that consumes these plugins, which will",
            "load any plugins automatically",
        ]
    );
    assert!(exit.left_behind.is_empty(), "{:?}", exit.left_behind);
}

#[tokio::test]
async fn a_malformed_client_certificate_is_named() {
    let options = LaunchOptions::default().with("PLUGIN_CLIENT_CERT", "rubbish");
    let exit = Process::spawn(&options, None).exit_eventually().await;
    assert_eq!(exit.status.code(), Some(1));
    assert!(exit.stdout.is_empty(), "{:?}", exit.stdout);
    assert!(exit.stderr[0].contains("PLUGIN_CLIENT_CERT"));
}

#[tokio::test]
async fn the_line_announces_a_private_unix_socket() {
    for versions in ["5,6", "6,5"] {
        let plugin = Listening::start(LaunchOptions {
            protocol_versions: versions,
            ..LaunchOptions::default()
        })
        .await;
        let line = &plugin.line;
        assert_eq!(line.protocol, 6);
        assert_eq!(line.network, "unix");
        assert!(line.certificate.is_some());
        let directory = Path::new(&line.address).parent().unwrap();
        let mode = |path: &Path| {
            use std::os::unix::fs::PermissionsExt;
            std::fs::metadata(path).unwrap().permissions().mode() & 0o777
        };
        assert_eq!(mode(directory), 0o700);
        assert_eq!(mode(Path::new(&line.address)), 0o600);
    }
}

#[tokio::test]
async fn there_is_no_seventh_field() {
    let options = LaunchOptions::default().with("PLUGIN_MULTIPLEX_GRPC", "true");
    // Parsing the line fails on any other number of fields.
    let plugin = Listening::start(options).await;
    assert_eq!(plugin.line.text.matches('|').count(), 5);
}

#[tokio::test]
async fn the_hosts_directory_holds_the_socket() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().to_str().unwrap();
    let options = LaunchOptions::default().with("PLUGIN_UNIX_SOCKET_DIR", path);
    let host = PluginHost::launch(options).await;
    let address = PathBuf::from(&host.plugin.line.address);
    assert_eq!(address.parent(), Some(directory.path()));
    host.shutdown().await;
    assert!(!address.exists());
}

#[tokio::test]
async fn a_temporary_directory_with_a_long_path_is_no_obstacle() {
    let temp = tempfile::tempdir().unwrap();
    let long = temp.path().join("x".repeat(100));
    std::fs::create_dir(&long).unwrap();
    let options = LaunchOptions::default().with("TMPDIR", long.to_str().unwrap());
    let host = PluginHost::launch(options).await;
    let address = PathBuf::from(&host.plugin.line.address);
    assert!(host.is_serving().await.unwrap());
    host.shutdown().await;
    assert!(!address.parent().unwrap().exists());
}

// ---- TLS ----

#[tokio::test]
async fn the_host_is_served() {
    let host = PluginHost::launch(LaunchOptions::default()).await;
    assert!(host.is_serving().await.unwrap());
}

#[tokio::test]
async fn strangers_are_refused() {
    let host = PluginHost::launch(LaunchOptions::default().with("TF_LOG", "WARN")).await;
    let plugin = &host.plugin;
    let own = plugin.identity.as_ref().unwrap();
    let stranger = Identity::generate();
    let thief = own.with_key_of(&stranger);

    // The same way in works with the host's identity, so it is the identity that is refused.
    let channel = plugin.dial_as(Some(own)).await.unwrap();
    assert!(is_serving(channel).await.unwrap());
    let nobody: (&str, Option<&Identity>) = ("no certificate", None);
    for (who, identity) in [
        nobody,
        ("another certificate", Some(&stranger)),
        ("the certificate without its key", Some(&thief)),
    ] {
        // With TLS 1.3 the client may believe to be connected until its first rpc.
        if let Ok(channel) = plugin.dial_as(identity).await {
            assert!(is_serving(channel).await.is_err(), "{who}");
        }
    }
    if let Ok(channel) = connect_plainly(&plugin.line).await {
        assert!(is_serving(channel).await.is_err(), "plaintext");
    }
    plugin
        .process
        .stderr_line(|line| line.contains("TLS handshake failed"))
        .await;
    assert!(host.is_serving().await.unwrap(), "the host itself goes on");
}

#[tokio::test]
async fn without_a_client_certificate_it_is_plaintext() {
    let host = PluginHost::launch(plaintext()).await;
    assert!(host.plugin.line.certificate.is_none());
    assert!(host.plugin.line.text.ends_with("|grpc|"));
    assert!(host.is_serving().await.unwrap());
    assert!(host.shutdown().await.status.success());
}

// ---- Lifetime ----

#[tokio::test]
async fn shutdown_ends_it_and_leaves_nothing() {
    for options in [LaunchOptions::default(), plaintext()] {
        // The host's two streams are still open at that moment.
        let host = PluginHost::launch(options).await;
        assert_eq!(host.plugin.process.left_behind().len(), 1);
        let exit = host.shutdown().await;
        assert_eq!(exit.status.code(), Some(0));
        assert!(exit.left_behind.is_empty(), "{:?}", exit.left_behind);
        assert!(exit.stdout.is_empty(), "{:?}", exit.stdout);
        assert!(exit.stderr.is_empty(), "{:?}", exit.stderr);
    }
}

#[tokio::test]
async fn a_closed_connection_ends_it() {
    for options in [LaunchOptions::default(), plaintext()] {
        let host = PluginHost::launch(options).await;
        assert!(host.is_serving().await.unwrap());
        let exit = host.disconnect().exit_eventually().await;
        assert_eq!(exit.status.code(), Some(0));
        assert!(exit.left_behind.is_empty(), "{:?}", exit.left_behind);
    }
}

#[tokio::test]
async fn the_last_connection_is_the_one_that_counts() {
    let host = PluginHost::launch(LaunchOptions::default().with("TF_LOG", "DEBUG")).await;
    let second = host.plugin.dial().await.unwrap();
    assert!(is_serving(second.clone()).await.unwrap());
    let process = host.disconnect();
    // A signal that is ignored passes through the same loop, so that it has run by then.
    process.signal("INT").await;
    process.stderr_line(|line| line.contains("SIGINT")).await;
    assert!(is_serving(second.clone()).await.unwrap());
    drop(second);
    assert!(process.exit_eventually().await.status.success());
}

#[tokio::test]
async fn a_probe_that_closes_at_once_does_not_end_it() {
    for options in [LaunchOptions::default(), plaintext()] {
        let plugin = Listening::start(options).await;
        for _ in 0..3 {
            drop(UnixStream::connect(&plugin.line.address).await.unwrap());
        }
        // Longer than it would wait after a connection that counts.
        tokio::time::sleep(std::time::Duration::from_millis(800)).await;
        let host = plugin.connect().await;
        assert!(host.is_serving().await.unwrap());
    }
}

#[tokio::test]
async fn a_client_that_says_nothing_does_not_keep_the_host_out() {
    let plugin = Listening::start(LaunchOptions::default()).await;
    let mut silent = Vec::new();
    for _ in 0..8 {
        silent.push(UnixStream::connect(&plugin.line.address).await.unwrap());
    }
    let host = plugin.connect().await;
    assert!(host.is_serving().await.unwrap());
    assert!(host.shutdown().await.status.success());
}

#[tokio::test]
async fn the_death_of_a_parent_that_never_connected_ends_it() {
    let options = LaunchOptions {
        through_shell: Some(r#""$0" & read -r _"#),
        ..LaunchOptions::default()
    };
    let mut plugin = Listening::start(options).await;
    assert_eq!(plugin.process.left_behind().len(), 1);
    plugin.process.close_stdin();
    // Its standard output ends when the plugin does, not just the shell.
    let exit = plugin.process.exit_eventually().await;
    assert!(exit.left_behind.is_empty(), "{:?}", exit.left_behind);
}

#[tokio::test]
async fn the_death_of_a_parent_does_not_matter_to_a_connected_host() {
    let options = LaunchOptions {
        through_shell: Some(r#""$0" & read -r _"#),
        ..LaunchOptions::default()
    };
    let mut host = PluginHost::launch(options).await;
    host.plugin.process.close_stdin();
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    assert!(host.is_serving().await.unwrap());
    let exit = host.shutdown().await;
    assert!(exit.left_behind.is_empty(), "{:?}", exit.left_behind);
}

#[tokio::test]
async fn sigint_is_ignored() {
    let host = PluginHost::launch(LaunchOptions::default().with("TF_LOG", "DEBUG")).await;
    let process = &host.plugin.process;
    for _ in 0..2 {
        process.signal("INT").await;
    }
    process.stderr_line(|line| line.contains("SIGINT")).await;
    assert!(host.is_serving().await.unwrap());
    assert!(host.shutdown().await.status.success());
}

#[tokio::test]
async fn sigint_right_after_the_line_is_ignored() {
    let plugin = Listening::start(LaunchOptions::default()).await;
    plugin.process.signal("INT").await;
    assert!(plugin.connect().await.is_serving().await.unwrap());
}

#[tokio::test]
async fn sigterm_ends_it_and_leaves_nothing() {
    let plugin = Listening::start(LaunchOptions::default()).await;
    plugin.process.signal("TERM").await;
    let exit = plugin.process.exit_eventually().await;
    assert_eq!(exit.status.code(), Some(0));
    assert!(exit.left_behind.is_empty(), "{:?}", exit.left_behind);
}

#[tokio::test]
async fn the_stdio_stream_ends_without_a_word() {
    let mut host = PluginHost::launch(LaunchOptions::default()).await;
    host.plugin.process.signal("TERM").await;
    assert!(host.next_stdio().await.is_none());
}

// ---- Reattaching ----

/// Starts the binary with `--debug`, and returns it with what it wants in `TF_REATTACH_PROVIDERS`.
async fn start_for_reattaching() -> (Process, Value) {
    let options = LaunchOptions {
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
    let (process, value) = start_for_reattaching().await;
    let line = reattach_address(&value);
    drop(UnixStream::connect(&line.address).await.unwrap());
    for _ in 0..2 {
        let first = connect_plainly(&line).await.unwrap();
        let second = connect_plainly(&line).await.unwrap();
        assert!(is_serving(first.clone()).await.unwrap());
        assert!(is_serving(second).await.unwrap());
        assert!(is_serving(first).await.unwrap());
        // Longer than a process that a host has started would outlive its connections.
        tokio::time::sleep(std::time::Duration::from_millis(800)).await;
    }
    process.signal("INT").await;
    let exit = process.exit_eventually().await;
    assert_eq!(exit.status.code(), Some(0));
    assert!(exit.left_behind.is_empty(), "{:?}", exit.left_behind);
    assert!(exit.stdout.is_empty(), "{:?}", exit.stdout);
}

#[tokio::test]
async fn sigterm_ends_a_debug_process_too() {
    let (process, _) = start_for_reattaching().await;
    process.signal("TERM").await;
    assert!(process.exit_eventually().await.status.success());
}

// ---- Log lines ----

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
