//! Mutual TLS in which each side knows the other's one certificate (go-plugin's `AutoMTLS`).
//!
//! Host and plugin make a throw-away certificate each and exchange them through the environment and
//! the handshake line. Nothing is persisted, and there is no authority to trust.

use std::sync::Arc;

use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, PKCS_ECDSA_P256_SHA256};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{NoServerSessionStorage, ParsedCertificate};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName as Subject, ServerConfig,
    SignatureScheme,
};

use super::error::ServeError;

/// The name that the host looks for in the server's certificate (`client.go`, `TLSConfig`).
const SERVER_NAME: &str = "localhost";

/// The only certificate that a client may present.
#[derive(Debug, Clone)]
pub(super) struct HostCertificate(CertificateDer<'static>);

impl HostCertificate {
    /// Reads the first certificate of a PEM text. The error follows "the variable …".
    pub(super) fn from_pem(pem: &str) -> Result<Self, String> {
        let der = CertificateDer::from_pem_slice(pem.as_bytes())
            .map_err(|error| format!("holds no certificate in PEM form ({error})"))?;
        ParsedCertificate::try_from(&der)
            .map_err(|error| format!("holds a malformed certificate ({error})"))?;
        Ok(Self(der))
    }
}

/// The server's side of the connection.
pub(super) struct ServerTls {
    /// What the handshake line announces.
    pub(super) certificate: CertificateDer<'static>,
    /// What every connection is accepted with.
    pub(super) config: Arc<ServerConfig>,
}

impl ServerTls {
    /// Makes a fresh certificate, and a configuration that lets in only the holder of `host`.
    pub(super) fn pinned_to(host: HostCertificate) -> Result<Self, ServeError> {
        // Passed explicitly: a process-wide default is for the binary to choose, and ring, the
        // other common provider, cannot verify the P-521 signature of the host.
        let crypto = Arc::new(aws_lc_rs::default_provider());
        let (certificate, key) = throw_away_certificate()?;
        let mut config = ServerConfig::builder_with_provider(crypto.clone())
            .with_safe_default_protocol_versions()?
            .with_client_cert_verifier(Arc::new(Pinned { host, crypto }))
            .with_single_cert(vec![certificate.clone()], key)?;
        // grpc-go refuses a server that does not agree on h2 since 1.67 (Terraform 1.12).
        config.alpn_protocols = vec![b"h2".to_vec()];
        // One host connects once: tickets would be work and memory for nothing.
        config.send_tls13_tickets = 0;
        config.session_storage = Arc::new(NoServerSessionStorage {});
        Ok(Self {
            certificate,
            config: Arc::new(config),
        })
    }
}

/// P-256, which is quick to make and which every host accepts (go-plugin's own is P-521).
fn throw_away_certificate()
-> Result<(CertificateDer<'static>, PrivateKeyDer<'static>), rcgen::Error> {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    let mut params = CertificateParams::new(vec![SERVER_NAME.to_owned()])?;
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, SERVER_NAME);
    let certificate = params.self_signed(&key)?.der().clone();
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    Ok((certificate, key.into()))
}

/// Accepts exactly one client certificate, and makes its holder prove to have the key.
///
/// rustls's own verifier (webpki) refuses what go-plugin hosts present, since their certificate is
/// marked as an authority (`CaUsedAsEndEntity`). The host named this very certificate in the
/// plugin's environment, so to compare it is stricter than any chain.
#[derive(Debug)]
struct Pinned {
    host: HostCertificate,
    crypto: Arc<CryptoProvider>,
}

impl ClientCertVerifier for Pinned {
    fn root_hint_subjects(&self) -> &[Subject] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        // The host made the certificate a moment ago: a clock that is off must not end the run.
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        if *end_entity == self.host.0 {
            Ok(ClientCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.crypto.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.crypto.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.crypto
            .signature_verification_algorithms
            .supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate() -> CertificateDer<'static> {
        throw_away_certificate().unwrap().0
    }

    #[test]
    fn only_the_pinned_certificate_is_accepted() {
        let host = certificate();
        let verifier = Pinned {
            host: HostCertificate(host.clone()),
            crypto: Arc::new(aws_lc_rs::default_provider()),
        };
        assert!(
            verifier
                .verify_client_cert(&host, &[], UnixTime::now())
                .is_ok()
        );
        // A certificate of the same name, and the right one as a mere intermediate, are strangers.
        assert!(
            verifier
                .verify_client_cert(&certificate(), &[host], UnixTime::now())
                .is_err()
        );
        assert!(verifier.client_auth_mandatory());
    }

    #[test]
    fn the_signature_of_a_p521_host_can_be_verified() {
        let tls = ServerTls::pinned_to(HostCertificate(certificate())).unwrap();
        assert_eq!(tls.config.alpn_protocols, [b"h2".to_vec()]);
        let verifier = Pinned {
            host: HostCertificate(certificate()),
            crypto: Arc::new(aws_lc_rs::default_provider()),
        };
        let schemes = verifier.supported_verify_schemes();
        assert!(schemes.contains(&SignatureScheme::ECDSA_NISTP521_SHA512));
    }
}
