//! The contract that a host passes in environment variables (`client.go`, `Client.Start`).

use std::ffi::OsString;
use std::ops::RangeInclusive;
#[cfg(unix)]
use std::path::PathBuf;

use super::error::ServeError;
use super::handshake;
use super::tls::HostCertificate;

/// Proves nothing, and hides nothing: it only tells a host from a person who runs the binary
/// (Terraform `internal/plugin6/serve.go`; `OpenTofu` has the same).
const COOKIE_NAME: &str = "TF_PLUGIN_MAGIC_COOKIE";
const COOKIE_VALUE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// What kind of address to listen on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// A unix socket that only this user can reach.
    #[cfg(unix)]
    Unix,
    /// A port on 127.0.0.1.
    Tcp,
}

impl Network {
    /// A unix socket where there is such a thing, else TCP; go-plugin does the same.
    pub fn native() -> Self {
        #[cfg(unix)]
        {
            Self::Unix
        }
        #[cfg(not(unix))]
        {
            Self::Tcp
        }
    }
}

/// Where to listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ListenOn {
    #[cfg(unix)]
    Unix {
        /// A directory of the host's choice, in which the socket itself has to be.
        directory: Option<PathBuf>,
        /// A group, by name or number, whose members may connect.
        group: Option<String>,
    },
    /// The first free port of these; port 0 stands for any.
    Tcp(RangeInclusive<u16>),
}

/// A host's contract with the plugin that it started, read and checked.
#[derive(Debug)]
pub struct Launch {
    pub(super) protocol: u32,
    pub(super) host_certificate: Option<HostCertificate>,
    pub(super) place: ListenOn,
}

impl Launch {
    /// Reads the contract from this process's environment.
    ///
    /// Fails with [`ServeError::NotLaunchedByHost`] if no host started the process, and with
    /// [`ServeError::Variable`] if a variable makes no sense.
    pub fn from_environment() -> Result<Self, ServeError> {
        Self::read(Network::native(), |name| std::env::var_os(name))
    }

    /// Like [`Launch::from_environment`], for a given kind of address and with the environment
    /// given as a function from a variable's name to its value.
    pub fn read(
        network: Network,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, ServeError> {
        if variable(COOKIE_NAME).is_none_or(|value| value != COOKIE_VALUE) {
            return Err(ServeError::NotLaunchedByHost);
        }
        let host_certificate = text(&variable, "PLUGIN_CLIENT_CERT")?
            .map(|pem| HostCertificate::from_pem(&pem))
            .transpose()
            .map_err(|problem| ServeError::Variable {
                name: "PLUGIN_CLIENT_CERT",
                problem,
            })?;
        let offered = text(&variable, "PLUGIN_PROTOCOL_VERSIONS")?.unwrap_or_default();
        Ok(Self {
            protocol: handshake::choose_protocol(&offered),
            host_certificate,
            place: ListenOn::read(network, variable)?,
        })
    }
}

impl ListenOn {
    /// Where the host's variables say, or the default place for that kind of address.
    pub(super) fn read(
        network: Network,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, ServeError> {
        match network {
            #[cfg(unix)]
            Network::Unix => Ok(Self::Unix {
                directory: variable("PLUGIN_UNIX_SOCKET_DIR")
                    .filter(|value| !value.is_empty())
                    .map(PathBuf::from),
                group: text(&variable, "PLUGIN_UNIX_SOCKET_GROUP")?,
            }),
            Network::Tcp => {
                let first = port(&variable, "PLUGIN_MIN_PORT")?;
                let last = port(&variable, "PLUGIN_MAX_PORT")?;
                if first > last {
                    return Err(ServeError::Variable {
                        name: "PLUGIN_MAX_PORT",
                        problem: format!("is {last}, below PLUGIN_MIN_PORT, which is {first}"),
                    });
                }
                Ok(Self::Tcp(first..=last))
            }
        }
    }

    /// The default place for that kind of address, whatever the environment says.
    pub(super) fn default_for(network: Network) -> Self {
        match network {
            #[cfg(unix)]
            Network::Unix => Self::Unix {
                directory: None,
                group: None,
            },
            Network::Tcp => Self::Tcp(0..=0),
        }
    }
}

/// A variable's value; `None` if it is unset or empty, which mean the same to go-plugin.
fn text(
    variable: impl Fn(&str) -> Option<OsString>,
    name: &'static str,
) -> Result<Option<String>, ServeError> {
    variable(name)
        .filter(|value| !value.is_empty())
        .map(|value| {
            value.into_string().map_err(|_| ServeError::Variable {
                name,
                problem: "is not valid UTF-8".into(),
            })
        })
        .transpose()
}

fn port(
    variable: impl Fn(&str) -> Option<OsString>,
    name: &'static str,
) -> Result<u16, ServeError> {
    let Some(value) = text(variable, name)? else {
        return Ok(0);
    };
    value.parse().map_err(|_| ServeError::Variable {
        name,
        problem: format!("is {value:?}, which is no port number (0 to 65535)"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(network: Network, set: &[(&str, &str)]) -> Result<Launch, ServeError> {
        Launch::read(network, |name| {
            set.iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| OsString::from(value))
        })
    }

    const COOKIE: (&str, &str) = (COOKIE_NAME, COOKIE_VALUE);

    #[test]
    fn no_cookie_or_a_wrong_one_is_no_host() {
        for set in [&[][..], &[(COOKIE_NAME, "")], &[(COOKIE_NAME, "d602bf8f")]] {
            let error = read(Network::Tcp, set).unwrap_err();
            assert!(matches!(error, ServeError::NotLaunchedByHost), "{error:?}");
        }
    }

    #[test]
    fn an_empty_certificate_means_plaintext() {
        let launch = read(Network::Tcp, &[COOKIE, ("PLUGIN_CLIENT_CERT", "")]).unwrap();
        assert!(launch.host_certificate.is_none());
    }

    #[test]
    fn a_malformed_certificate_is_refused_by_name() {
        for pem in [
            "rubbish",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "-----BEGIN CERTIFICATE-----\nAAAA\n",
        ] {
            let error = read(Network::Tcp, &[COOKIE, ("PLUGIN_CLIENT_CERT", pem)]).unwrap_err();
            assert!(error.to_string().contains("PLUGIN_CLIENT_CERT"), "{error}");
        }
    }

    #[test]
    fn ports_are_a_range() {
        let set = [
            COOKIE,
            ("PLUGIN_MIN_PORT", "10000"),
            ("PLUGIN_MAX_PORT", "25000"),
        ];
        assert_eq!(
            read(Network::Tcp, &set).unwrap().place,
            ListenOn::Tcp(10_000..=25_000)
        );
        assert_eq!(
            read(Network::Tcp, &[COOKIE]).unwrap().place,
            ListenOn::Tcp(0..=0)
        );
        for (min, max) in [("2", "1"), ("x", "1"), ("1", "65536")] {
            let set = [COOKIE, ("PLUGIN_MIN_PORT", min), ("PLUGIN_MAX_PORT", max)];
            assert!(read(Network::Tcp, &set).is_err(), "{min}..{max}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_ports_do_not_matter_to_a_unix_socket() {
        let set = [
            COOKIE,
            ("PLUGIN_MIN_PORT", "x"),
            ("PLUGIN_UNIX_SOCKET_DIR", "/run/host"),
            ("PLUGIN_UNIX_SOCKET_GROUP", "staff"),
        ];
        assert_eq!(
            read(Network::Unix, &set).unwrap().place,
            ListenOn::Unix {
                directory: Some("/run/host".into()),
                group: Some("staff".into()),
            }
        );
    }
}
