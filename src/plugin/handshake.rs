//! The one line on standard output, and the protocol version that it announces.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// The major versions of Terraform's provider protocol that are spoken here, lowest first.
const OWN_PROTOCOLS: [u32; 1] = [6];

/// The version of go-plugin's own protocol.
const CORE_PROTOCOL: u32 = 1;

/// The highest own major among `offered` (comma separated, any order).
///
/// With none in common, the lowest own one: the host then says in its own words that the versions
/// do not match, which it can do better than a child process (`server.go`, `protocolVersion`).
pub(super) fn choose_protocol(offered: &str) -> u32 {
    let offered: Vec<u32> = offered
        .split(',')
        .filter_map(|major| major.trim().parse().ok())
        .collect();
    let [lowest, ..] = OWN_PROTOCOLS;
    OWN_PROTOCOLS
        .into_iter()
        .rev()
        .find(|own| offered.contains(own))
        .unwrap_or(lowest)
}

/// The handshake line with its newline. `certificate` is the DER of the server's certificate, or
/// `None` without TLS.
///
/// A seventh field would say that brokered connections can share this one. They cannot, and older
/// hosts would take it for a part of the certificate, so it is never there.
pub(super) fn line(
    protocol: u32,
    network: &str,
    address: &str,
    certificate: Option<&[u8]>,
) -> String {
    // The Go side decodes with RawStdEncoding, which refuses padding.
    let certificate = certificate.map(|der| STANDARD_NO_PAD.encode(der));
    let certificate = certificate.as_deref().unwrap_or_default();
    format!("{CORE_PROTOCOL}|{protocol}|{network}|{address}|grpc|{certificate}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_is_chosen_in_any_order() {
        for offered in ["5,6", "6,5", "6", "4, 6 ,7", "7", "5", "", "six"] {
            assert_eq!(choose_protocol(offered), 6, "{offered:?}");
        }
    }

    #[test]
    fn the_certificate_has_no_padding() {
        assert_eq!(
            line(6, "unix", "/tmp/p/socket", Some(b"abcd")),
            "1|6|unix|/tmp/p/socket|grpc|YWJjZA\n"
        );
    }

    #[test]
    fn the_sixth_field_is_there_without_tls() {
        assert_eq!(
            line(6, "tcp", "127.0.0.1:10000", None),
            "1|6|tcp|127.0.0.1:10000|grpc|\n"
        );
    }
}
