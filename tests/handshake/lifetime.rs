//! What ends the process, and what does not.

use std::time::Duration;

use tokio::net::UnixStream;
use tokio::time::{sleep, timeout};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::plaintext;
use crate::plugin_host::{LaunchOptions, Listening, PluginHost, is_serving};

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
async fn an_rpc_that_hangs_does_not_hold_up_the_end() {
    let host = PluginHost::launch(LaunchOptions::default()).await;
    // The health service's Watch goes on for as long as it is let.
    let request = HealthCheckRequest {
        service: "plugin".into(),
    };
    let mut watch = HealthClient::new(host.channel())
        .watch(request)
        .await
        .unwrap()
        .into_inner();
    assert!(watch.message().await.unwrap().is_some());
    assert_eq!(host.shutdown().await.status.code(), Some(0));
    assert!(watch.message().await.is_err());
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
        drop(UnixStream::connect(&plugin.line.address).await.unwrap());
        // One that stays a while is read from before it closes.
        let probe = UnixStream::connect(&plugin.line.address).await.unwrap();
        sleep(Duration::from_millis(100)).await;
        drop(probe);
        // Longer than it would wait after a connection that counts.
        sleep(Duration::from_millis(800)).await;
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
    // The silent ones are given up after ten seconds each.
    let connected = timeout(Duration::from_secs(8), plugin.connect()).await;
    let host = connected.expect("is let in at once");
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
    sleep(Duration::from_millis(1500)).await;
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

/// A host under `nohup` goes on, and one that is ended lets go of its connection.
#[tokio::test]
async fn sighup_is_ignored_and_nothing_is_left_when_the_host_goes() {
    let host = PluginHost::launch(LaunchOptions::default().with("TF_LOG", "DEBUG")).await;
    host.plugin.process.signal("HUP").await;
    host.plugin
        .process
        .stderr_line(|line| line.contains("SIGHUP"))
        .await;
    assert!(host.is_serving().await.unwrap());
    let exit = host.shutdown().await;
    assert!(exit.status.success());
    assert!(exit.left_behind.is_empty(), "{:?}", exit.left_behind);
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
