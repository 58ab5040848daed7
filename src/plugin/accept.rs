//! Letting clients in.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use tokio::sync::{mpsc, watch};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use super::connection::{Connection, ConnectionCount, Transport};
use super::listener::Listener;

/// How long a client may take over the TLS handshake. A host on the same machine takes a few ms.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);

/// How many handshakes may be under way at once; for a further client the oldest one is given up.
const HANDSHAKES_AT_ONCE: usize = 64;

/// How long to wait after the operating system refused to accept, e.g. for want of descriptors,
/// which only time can cure.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What the gRPC server takes in.
pub(super) type Incoming = mpsc::Receiver<io::Result<Connection>>;

/// A queue for the gRPC server: what to fill it with, and what to read it from.
pub(super) fn queue() -> (mpsc::Sender<io::Result<Connection>>, Incoming) {
    mpsc::channel(HANDSHAKES_AT_ONCE)
}

/// Accepts for as long as it is polled; what was begun is given up when it is dropped.
///
/// Each TLS handshake has its own task and time limit, and there is always room for one more, so that clients that
/// say nothing keep nobody else out.
pub(super) async fn accept(
    listener: &Listener,
    tls: Option<Arc<ServerConfig>>,
    count: &watch::Sender<ConnectionCount>,
    server: mpsc::Sender<io::Result<Connection>>,
) {
    let mut handshakes = JoinSet::new();
    let mut by_age: VecDeque<AbortHandle> = VecDeque::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(secured) = handshakes.join_next() => {
                if let Ok(Some(transport)) = secured {
                    let connection = Connection::new(transport, count.clone());
                    // The server is gone only when the process is about to end.
                    server.send(Ok(connection)).await.ok();
                }
                continue;
            }
        };
        match accepted {
            Ok(transport) => {
                let tls = tls.clone();
                by_age.retain(|handshake| !handshake.is_finished());
                if by_age.len() >= HANDSHAKES_AT_ONCE
                    && let Some(oldest) = by_age.pop_front()
                {
                    oldest.abort();
                    tracing::warn!(
                        "gave up a connection: too many have not finished the TLS handshake"
                    );
                }
                let handshake = handshakes.spawn(secure(transport, tls));
                by_age.push_back(handshake);
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// The transport within TLS, if there is to be any; `None` if the client failed the handshake.
async fn secure(transport: Transport, tls: Option<Arc<ServerConfig>>) -> Option<Transport> {
    let Some(config) = tls else {
        return Some(transport);
    };
    match timeout(HANDSHAKE_LIMIT, TlsAcceptor::from(config).accept(transport)).await {
        Ok(Ok(stream)) => Some(Box::new(stream)),
        Ok(Err(error)) => {
            tracing::warn!(%error, "refused a connection: the TLS handshake failed");
            None
        }
        Err(_) => {
            tracing::warn!(
                limit_seconds = HANDSHAKE_LIMIT.as_secs(),
                "refused a connection: the TLS handshake took too long"
            );
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use futures_util::poll;
    use tokio::io::AsyncReadExt as _;
    use tokio::net::TcpStream;

    use super::*;
    use crate::plugin::launch::ListenOn;
    use crate::plugin::tls::{HostCertificate, ServerTls};

    #[tokio::test]
    async fn clients_that_say_nothing_keep_nobody_out() {
        let key = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(
            rustls::crypto::aws_lc_rs::default_provider(),
        ))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![key.cert.der().clone()],
            rustls::pki_types::PrivatePkcs8KeyDer::from(key.signing_key.serialize_der()).into(),
        )
        .unwrap();
        let listener = Listener::bind(&ListenOn::Tcp(0..=0)).await.unwrap();
        let address = listener.address().to_owned();
        let (count, _) = watch::channel(ConnectionCount::default());
        let (sender, mut incoming) = queue();
        let client = async {
            let mut silent = Vec::new();
            for _ in 0..=HANDSHAKES_AT_ONCE {
                silent.push(TcpStream::connect(&address).await.unwrap());
            }
            let stream = TcpStream::connect(&address).await.unwrap();
            let mut roots = rustls::RootCertStore::empty();
            roots.add(key.cert.der().clone()).unwrap();
            let config = rustls::ClientConfig::builder_with_provider(Arc::new(
                rustls::crypto::aws_lc_rs::default_provider(),
            ))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
            let name = rustls::pki_types::ServerName::try_from("localhost").unwrap();
            let connected = tokio_rustls::TlsConnector::from(Arc::new(config))
                .connect(name, stream)
                .await;
            let connected = connected.is_ok() && incoming.recv().await.is_some();
            // The oldest has made room; the youngest is still waited for.
            let oldest = silent[0].read(&mut [0]).await;
            let youngest = poll!(pin!(silent[HANDSHAKES_AT_ONCE].read(&mut [0])));
            (
                connected,
                matches!(oldest, Ok(0) | Err(_)),
                youngest.is_pending(),
            )
        };
        tokio::select! {
            () = accept(&listener, Some(Arc::new(config)), &count, sender) => {}
            () = sleep(HANDSHAKE_LIMIT * 4 / 5) => panic!("kept out by the silent one"),
            outcome = client => assert_eq!(outcome, (true, true, true)),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_says_nothing_is_given_up() {
        let (_client, server) = tokio::io::duplex(16);
        let host = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
        let body = STANDARD.encode(host.cert.der());
        let pem = format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n");
        let tls = ServerTls::pinned_to(HostCertificate::from_pem(&pem).unwrap()).unwrap();
        let begun = tokio::time::Instant::now();
        assert!(secure(Box::new(server), Some(tls.config)).await.is_none());
        assert_eq!(begun.elapsed().as_secs(), HANDSHAKE_LIMIT.as_secs());
    }
}
