//! TCP, which is what there is on Windows, served from within the test.

use std::ffi::OsString;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cloudbase::plugin::{Launch, Network, Serve, ShutdownReason};
use cloudbase::proto::plugin::Empty;
use cloudbase::proto::plugin::grpc_controller_client::GrpcControllerClient;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;

use crate::plugin_host::{HandshakeLine, Identity, connect_securely, is_serving};

/// Passes on what is flushed, as standard output would.
struct Pipe(Vec<u8>, mpsc::UnboundedSender<String>);

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        let text = String::from_utf8(std::mem::take(&mut self.0)).unwrap();
        self.1.send(text).map_err(io::Error::other)
    }
}

#[tokio::test]
async fn tcp_is_served_in_the_same_way() {
    let host = Identity::generate();
    let launch = Launch::read(Network::Tcp, |name| {
        let value = match name {
            "TF_PLUGIN_MAGIC_COOKIE" => {
                "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2".to_owned()
            }
            "PLUGIN_CLIENT_CERT" => host.pem(),
            "PLUGIN_PROTOCOL_VERSIONS" => "5,6".to_owned(),
            "PLUGIN_MIN_PORT" => "10000".to_owned(),
            "PLUGIN_MAX_PORT" => "25000".to_owned(),
            _ => return None,
        };
        Some(OsString::from(value))
    })
    .unwrap();
    let (sender, mut announced) = mpsc::unbounded_channel();
    let built = Arc::new(AtomicBool::new(false));
    let seen_built = built.clone();
    let stopping = CancellationToken::new();
    let serve = Serve::new("registry.terraform.io/acme/foo", move || {
        built.store(true, Ordering::SeqCst);
        Routes::default()
    })
    .announcing_stop_by(stopping.clone());
    let serving = tokio::spawn(serve.launched(launch, Pipe(Vec::new(), sender)));
    let text = announced.recv().await.unwrap();

    let line = HandshakeLine::parse(text.strip_suffix('\n').unwrap());
    assert_eq!(line.network, "tcp");
    let port = line.address.strip_prefix("127.0.0.1:").unwrap();
    assert!((10_000..=25_000).contains(&port.parse::<u16>().unwrap()));

    let channel = connect_securely(&line, Some(&host)).await.unwrap();
    assert!(is_serving(channel.clone()).await.unwrap());
    assert!(seen_built.load(Ordering::SeqCst));
    assert!(!stopping.is_cancelled());
    let mut controller = GrpcControllerClient::new(channel);
    controller.shutdown(Empty {}).await.unwrap();
    assert!(stopping.is_cancelled());
    assert_eq!(serving.await.unwrap().unwrap(), ShutdownReason::Shutdown);
    assert!(announced.recv().await.is_none(), "nothing but the line");
}
