//! Whose certificate is accepted, over TLS to a server on this machine.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use cloudbase::wechat::{Class, Client, ClientSettings, Error, Freshness, Roots, Setting};
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use serde_json::json;

use crate::{
    private_authority::{Authority, encrypt},
    server::{Reply, Server, appid, appids, operation, settings},
};

const NOBODY: &str = "it is not signed by a trusted authority";

impl Authority {
    fn trusted(&self) -> Roots {
        Roots::Only {
            file: Some(self.file()),
            folders: Vec::new(),
        }
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
    let plain = inner.address.trim_start_matches("http://").to_owned();
    let (port, connections) = encrypt(plain, certificate, &key).await;
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
    let authority = Authority::new("a private authority");
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
    let authority = Authority::new("a private authority");
    for (shown, roots, reason) in [
        (Shown::Valid, Roots::default(), NOBODY),
        (Shown::Valid, Authority::new("another").trusted(), NOBODY),
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
    let authority = Authority::new("a private authority");
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
