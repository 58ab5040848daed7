//! One connection, and how many there are.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::watch;
use tonic::transport::server::Connected;

/// A byte stream of any kind: unix or TCP, plain or within TLS.
pub(super) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// A byte stream whose kind no longer matters.
pub(super) type Transport = Box<dyn Duplex>;

/// How many connections carry a client.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ConnectionCount {
    /// Connections that are open and have carried something from the client.
    pub(super) open: usize,
    /// Whether there ever was one.
    pub(super) ever: bool,
}

/// A connection that is counted from the first byte that its client sends to its end.
///
/// Within TLS those are bytes after the handshake, so a stranger never counts, and neither does a
/// probe that connects and closes: Terraform sends one when it reattaches.
pub(super) struct Connection {
    transport: Transport,
    count: watch::Sender<ConnectionCount>,
    counted: bool,
    id: Arc<()>,
}

impl Connection {
    pub(super) fn new(transport: Transport, count: watch::Sender<ConnectionCount>) -> Self {
        Self {
            transport,
            count,
            counted: false,
            id: Arc::default(),
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.counted {
            self.count.send_modify(|count| count.open -= 1);
        }
    }
}

/// Which connection a request has come over: in its extensions, for as long as the connection lasts.
#[derive(Clone, Debug)]
pub struct ConnectionId(Arc<()>);

impl ConnectionId {
    /// What this connection alone has, and drops when it ends.
    pub fn token(&self) -> Arc<()> {
        Arc::clone(&self.0)
    }
}

impl Connected for Connection {
    type ConnectInfo = ConnectionId;

    fn connect_info(&self) -> Self::ConnectInfo {
        ConnectionId(Arc::clone(&self.id))
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.transport).poll_read(context, buffer);
        if !self.counted && buffer.filled().len() > before {
            self.counted = true;
            self.count.send_modify(|count| {
                count.open += 1;
                count.ever = true;
            });
        }
        polled
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.transport).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.transport).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.transport).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.transport).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.transport.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn a_connection_counts_from_its_first_byte_to_its_end() {
        let (count, seen) = watch::channel(ConnectionCount::default());
        let (mut client, server) = tokio::io::duplex(16);
        let mut connection = Connection::new(Box::new(server), count);
        assert_eq!(*seen.borrow(), ConnectionCount::default());

        client.write_all(b"PRI").await.unwrap();
        connection.read_exact(&mut [0; 3]).await.unwrap();
        let one = ConnectionCount {
            open: 1,
            ever: true,
        };
        assert_eq!(*seen.borrow(), one);
        client.write_all(b"PRI").await.unwrap();
        connection.read_exact(&mut [0; 3]).await.unwrap();
        assert_eq!(*seen.borrow(), one);

        drop(connection);
        let none = ConnectionCount {
            open: 0,
            ever: true,
        };
        assert_eq!(*seen.borrow(), none);
    }

    #[tokio::test]
    async fn a_probe_does_not_count() {
        let (count, seen) = watch::channel(ConnectionCount::default());
        let (client, server) = tokio::io::duplex(16);
        let mut connection = Connection::new(Box::new(server), count);
        drop(client);
        assert_eq!(connection.read(&mut [0; 3]).await.unwrap(), 0);
        drop(connection);
        assert_eq!(*seen.borrow(), ConnectionCount::default());
    }
}
