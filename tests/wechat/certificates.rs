//! Whose certificate is accepted, over TLS to a server on this machine.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use cloudbase::wechat::{Class, Client, ClientSettings, Error, Freshness, Roots, Setting};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
};
use serde_json::json;
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::server::{Reply, Server, appid, appids, operation, settings};

const NOBODY: &str = "it is signed by nobody who is trusted";

/// A private authority.
struct Authority {
    params: CertificateParams,
    key: KeyPair,
    folder: TempDir,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(DnType::CommonName, "a private authority");
        let key = KeyPair::generate().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        std::fs::write(folder.path().join("ca.pem"), pem).unwrap();
        Self {
            params,
            key,
            folder,
        }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    fn trusted(&self) -> Roots {
        Roots::Only {
            file: Some(self.file()),
            folders: Vec::new(),
        }
    }

    fn sign(&self, leaf: &CertificateParams, key: &KeyPair) -> CertificateDer<'static> {
        let issuer = Issuer::from_params(&self.params, &self.key);
        leaf.signed_by(key, &issuer).unwrap().der().clone()
    }
}

/// What the server shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Valid,
    OfAnotherName,
    Expired,
    SelfSigned,
}

/// A server over TLS, and how many connections it had.
struct Encrypted {
    settings: ClientSettings,
    connections: Arc<AtomicUsize>,
    inner: Server,
}

async fn encrypted(authority: &Authority, shown: Shown) -> Encrypted {
    let inner = Server::start(|_| {
        Reply::Json(json!({"errcode": 0, "errmsg": "ok", "relation_data": [], "err_list": []}))
    })
    .await;
    let name = match shown {
        Shown::OfAnotherName => "shop.example",
        _ => "localhost",
    };
    let mut leaf = CertificateParams::new(vec![name.to_owned()]).unwrap();
    if shown == Shown::Expired {
        leaf.not_before = date_time_ymd(2020, 1, 1);
        leaf.not_after = date_time_ymd(2021, 1, 1);
    }
    let key = KeyPair::generate().unwrap();
    let certificate = match shown {
        Shown::SelfSigned => leaf.self_signed(&key).unwrap().der().clone(),
        _ => authority.sign(&leaf, &key),
    };
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&connections);
    let plain = inner.address.trim_start_matches("http://").to_owned();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::Relaxed);
            let (acceptor, plain) = (acceptor.clone(), plain.clone());
            tokio::spawn(async move {
                // A client that refuses the certificate ends the handshake.
                let Ok(mut outside) = acceptor.accept(stream).await else {
                    return;
                };
                let mut inside = TcpStream::connect(plain).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut outside, &mut inside).await;
            });
        }
    });
    Encrypted {
        settings: settings(&format!("https://localhost:{port}")),
        connections,
        inner,
    }
}

impl Encrypted {
    /// What one call with these roots comes to.
    async fn call(&self, roots: Roots) -> Result<(), Error> {
        let settings = ClientSettings {
            roots,
            ..self.settings.clone()
        };
        let shares = Client::new(settings)
            .query(&operation(), &appids([1]), None, Freshness::Fresh)
            .await
            .remove(&appid(1))
            .unwrap();
        shares.map(|_| ())
    }
}

#[tokio::test]
async fn a_private_authority_is_accepted_where_it_is_named() {
    let authority = Authority::new();
    let server = encrypted(&authority, Shown::Valid).await;
    let folders = Roots::Only {
        file: None,
        folders: vec![authority.folder.path().to_owned()],
    };
    for roots in [authority.trusted(), folders] {
        server.call(roots).await.unwrap();
    }
    assert_eq!(server.inner.requests().len(), 2);
}

#[tokio::test]
async fn a_certificate_that_is_not_valid_is_refused_at_the_first_attempt() {
    let authority = Authority::new();
    for (shown, roots, reason) in [
        (Shown::Valid, Roots::default(), NOBODY),
        (Shown::Valid, Authority::new().trusted(), NOBODY),
        (
            Shown::OfAnotherName,
            authority.trusted(),
            "not valid for name",
        ),
        (Shown::Expired, authority.trusted(), "expired"),
        (Shown::SelfSigned, authority.trusted(), NOBODY),
    ] {
        let server = encrypted(&authority, shown).await;
        let error = server.call(roots).await.unwrap_err();
        assert_eq!(error.class(), Class::Caller, "{shown:?}: {error}");
        assert_eq!(error.setting(), Some(Setting::Roots));
        let words = error.to_string();
        assert!(
            words.contains("the certificate of https://localhost:") && words.contains(reason),
            "{shown:?}: {words}"
        );
        assert_eq!(server.connections.load(Ordering::Relaxed), 1, "{shown:?}");
        assert_eq!(server.inner.requests().len(), 0, "{shown:?}");
    }
}

#[tokio::test]
async fn roots_that_cannot_be_read_are_named_and_matter_over_tls_only() {
    let authority = Authority::new();
    let server = encrypted(&authority, Shown::Valid).await;
    let missing = || Roots::Only {
        file: Some(authority.folder.path().join("missing.pem")),
        folders: Vec::new(),
    };
    let error = server.call(missing()).await.unwrap_err();
    assert_eq!(error.class(), Class::Caller);
    assert!(error.to_string().contains("missing.pem"), "{error}");
    assert_eq!(server.connections.load(Ordering::Relaxed), 0);

    let plain = Encrypted {
        settings: server.inner.settings(),
        connections: Arc::default(),
        inner: server.inner,
    };
    plain.call(missing()).await.unwrap();
}
