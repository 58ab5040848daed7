//! Connecting to the address in a handshake line.

use std::error::Error;
use std::io;
use std::sync::Arc;

use hyper_util::rt::TokioIo;
use rustls::client::ResolvesClientCert;
use rustls::crypto::{CryptoProvider, SupportedKxGroup, aws_lc_rs};
use rustls::pki_types::ServerName;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, RootCertStore, SignatureScheme};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tonic::transport::{Channel, Endpoint};
use tower::service_fn;

use super::identity::Identity;
use super::process::HandshakeLine;

pub(crate) type DialError = Box<dyn Error + Send + Sync>;

/// A byte stream of any kind.
trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// Opens a gRPC connection without TLS.
pub(crate) async fn connect_plainly(line: &HandshakeLine) -> Result<Channel, DialError> {
    connect(line, None).await
}

/// Opens a gRPC connection within TLS, trusting only the certificate in the handshake line, for
/// the name `localhost`. With TLS 1.3 a refusal may show only at the first rpc.
pub(crate) async fn connect_securely(
    line: &HandshakeLine,
    identity: Option<&Identity>,
) -> Result<Channel, DialError> {
    let crypto = aws_lc_rs::default_provider();
    connect(line, Some(client_config(line, identity, crypto)?)).await
}

/// As [`connect_securely`], offering these groups for the key exchange alone.
pub(crate) async fn connect_with_groups(
    line: &HandshakeLine,
    identity: Option<&Identity>,
    kx_groups: Vec<&'static dyn SupportedKxGroup>,
) -> Result<Channel, DialError> {
    let crypto = CryptoProvider {
        kx_groups,
        ..aws_lc_rs::default_provider()
    };
    connect(line, Some(client_config(line, identity, crypto)?)).await
}

fn client_config(
    line: &HandshakeLine,
    identity: Option<&Identity>,
    crypto: CryptoProvider,
) -> Result<Arc<ClientConfig>, DialError> {
    let crypto = Arc::new(crypto);
    let mut roots = RootCertStore::empty();
    let certificate = line.certificate.clone();
    roots.add(certificate.ok_or("the handshake line has no certificate")?)?;
    let builder = ClientConfig::builder_with_provider(crypto.clone())
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots);
    let mut config = match identity {
        Some(identity) => {
            let key = crypto.key_provider.load_private_key(identity.key())?;
            // Not `with_client_auth_cert`, which would not let a thief present a certificate
            // whose key is another's.
            let pair = CertifiedKey::new(vec![identity.certificate()], key);
            builder.with_client_cert_resolver(Arc::new(Always(SingleCertAndKey::from(pair))))
        }
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok(Arc::new(config))
}

/// Presents the same certificate to everybody.
#[derive(Debug)]
struct Always(SingleCertAndKey);

impl ResolvesClientCert for Always {
    fn resolve(
        &self,
        root_hint_subjects: &[&[u8]],
        schemes: &[SignatureScheme],
    ) -> Option<Arc<CertifiedKey>> {
        ResolvesClientCert::resolve(&self.0, root_hint_subjects, schemes)
    }

    fn has_certs(&self) -> bool {
        true
    }
}

async fn connect(
    line: &HandshakeLine,
    tls: Option<Arc<ClientConfig>>,
) -> Result<Channel, DialError> {
    let (network, address) = (line.network.clone(), line.address.clone());
    let connector = service_fn(move |_| open(network.clone(), address.clone(), tls.clone()));
    Ok(Endpoint::from_static("http://localhost")
        .connect_with_connector(connector)
        .await?)
}

async fn open(
    network: String,
    address: String,
    tls: Option<Arc<ClientConfig>>,
) -> io::Result<TokioIo<Box<dyn Duplex>>> {
    let stream: Box<dyn Duplex> = match network.as_str() {
        #[cfg(unix)]
        "unix" => Box::new(tokio::net::UnixStream::connect(address).await?),
        "tcp" => Box::new(TcpStream::connect(address).await?),
        other => panic!("unknown network {other:?}"),
    };
    let Some(config) = tls else {
        return Ok(TokioIo::new(stream));
    };
    let name = ServerName::try_from("localhost").expect("a DNS name");
    let stream = TlsConnector::from(config).connect(name, stream).await?;
    assert_eq!(
        stream.get_ref().1.alpn_protocol(),
        Some(b"h2".as_slice()),
        "grpc-go wants h2 agreed on"
    );
    Ok(TokioIo::new(Box::new(stream)))
}
