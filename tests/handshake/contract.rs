//! What the host passes in, and the line that it gets.

use std::path::{Path, PathBuf};

use crate::plugin_host::{LaunchOptions, Listening, PluginHost, Process};

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
