//! Who is let in.

use rustls::crypto::aws_lc_rs;

use crate::plaintext;
use crate::plugin_host::{Identity, LaunchOptions, PluginHost, connect_plainly, is_serving};

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

/// As on hosts that keep to FIPS 140: without X25519.
#[tokio::test]
async fn hosts_with_the_nist_curves_alone_are_served() {
    let host = PluginHost::launch(LaunchOptions::default()).await;
    for groups in [
        vec![aws_lc_rs::kx_group::SECP256R1],
        vec![aws_lc_rs::kx_group::SECP384R1],
    ] {
        let names: Vec<_> = groups.iter().map(|group| group.name()).collect();
        let channel = host.plugin.dial_with_groups(groups).await.unwrap();
        assert!(is_serving(channel).await.unwrap(), "{names:?}");
    }
}
