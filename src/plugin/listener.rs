//! The address that the host is told.

use std::io;
use std::net::Ipv4Addr;
use std::ops::RangeInclusive;

use tokio::net::TcpListener;

use super::connection::Transport;
use super::error::ServeError;
use super::launch::ListenOn;
#[cfg(unix)]
use super::unix_socket::UnixSocket;

/// A bound address. Dropping it closes it, and removes what it left on disk.
#[derive(Debug)]
pub(super) enum Listener {
    #[cfg(unix)]
    Unix {
        listener: tokio::net::UnixListener,
        socket: UnixSocket,
    },
    Tcp {
        listener: TcpListener,
        address: String,
    },
}

impl Listener {
    pub(super) async fn bind(place: &ListenOn) -> Result<Self, ServeError> {
        match place {
            #[cfg(unix)]
            ListenOn::Unix { directory, group } => {
                let (socket, listener) = UnixSocket::bind(directory.as_deref(), group.as_deref())?;
                listener
                    .set_nonblocking(true)
                    .and_then(|()| tokio::net::UnixListener::from_std(listener))
                    .map(|listener| Self::Unix { listener, socket })
                    .map_err(ServeError::Process)
            }
            ListenOn::Tcp(ports) => bind_first_free(ports.clone()).await,
        }
    }

    /// The third field of the handshake line.
    pub(super) fn network(&self) -> &'static str {
        match self {
            #[cfg(unix)]
            Self::Unix { .. } => "unix",
            Self::Tcp { .. } => "tcp",
        }
    }

    /// The fourth field of the handshake line.
    pub(super) fn address(&self) -> &str {
        match self {
            #[cfg(unix)]
            Self::Unix { socket, .. } => &socket.path,
            Self::Tcp { address, .. } => address,
        }
    }

    pub(super) async fn accept(&self) -> io::Result<Transport> {
        Ok(match self {
            #[cfg(unix)]
            Self::Unix { listener, socket } => loop {
                let (stream, _) = listener.accept().await?;
                match stream.peer_cred() {
                    Ok(peer) if socket.is_for(peer.uid()) => break Box::new(stream),
                    Ok(peer) => {
                        tracing::warn!(uid = peer.uid(), "refused a connection of another user");
                    }
                    // The client has gone.
                    Err(error) => tracing::debug!(%error, "a connection without credentials"),
                }
            },
            Self::Tcp { listener, .. } => {
                let (stream, _) = listener.accept().await?;
                // Small messages go back and forth; to wait for more of them only costs time.
                stream.set_nodelay(true)?;
                Box::new(stream)
            }
        })
    }
}

async fn bind_first_free(ports: RangeInclusive<u16>) -> Result<Listener, ServeError> {
    let (first, last) = (*ports.start(), *ports.end());
    let mut refusal = io::Error::from(io::ErrorKind::AddrInUse);
    for port in ports {
        let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
        match bound.and_then(|listener| Ok((listener.local_addr()?.to_string(), listener))) {
            Ok((address, listener)) => return Ok(Listener::Tcp { listener, address }),
            Err(error) => refusal = error,
        }
    }
    Err(ServeError::Port {
        first,
        last,
        source: refusal,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_taken_port_is_passed_over() {
        // Any two neighbouring ports of which the lower is ours will do.
        for _ in 0..50 {
            let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let port = taken.local_addr().unwrap().port();
            let Some(next) = port.checked_add(1) else {
                continue;
            };
            let Ok(listener) = Listener::bind(&ListenOn::Tcp(port..=next)).await else {
                continue;
            };
            assert_eq!(listener.network(), "tcp");
            assert_eq!(listener.address(), format!("127.0.0.1:{next}"));
            return;
        }
        panic!("no two neighbouring ports were free");
    }

    #[tokio::test]
    async fn no_free_port_is_an_error_that_names_the_range() {
        let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = taken.local_addr().unwrap().port();
        let error = Listener::bind(&ListenOn::Tcp(port..=port))
            .await
            .unwrap_err();
        assert!(error.to_string().contains(&port.to_string()), "{error}");
    }
}
