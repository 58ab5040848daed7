//! TCP connections that a fault can break: reset at once, or in the middle of an answer.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// No fault: write as much as you like.
const WHOLE: usize = usize::MAX;

/// Breaks the connection a request came on.
#[derive(Clone, Debug)]
pub(super) struct Breaker(Arc<AtomicUsize>);

impl Breaker {
    /// The next write resets the connection instead.
    pub(super) fn reset(&self) {
        self.cut_after(0);
    }

    /// The next answer is written up to its head and so many bytes of its body, then the connection
    /// is reset. 0 bytes: not even the head.
    pub(super) fn cut_after(&self, body_bytes: usize) {
        self.0.store(body_bytes, Ordering::SeqCst);
    }
}

/// A connection that fails on demand.
pub(super) struct BreakableStream {
    stream: TcpStream,
    breaker: Breaker,
    broken: bool,
}

impl BreakableStream {
    pub(super) fn new(stream: TcpStream) -> Self {
        // Answers are small; without this each could wait for the client's acknowledgement.
        // A socket that refuses the option still works.
        let _ = stream.set_nodelay(true);
        Self {
            stream,
            breaker: Breaker(Arc::new(AtomicUsize::new(WHOLE))),
            broken: false,
        }
    }

    pub(super) fn breaker(&self) -> Breaker {
        self.breaker.clone()
    }

    /// The error hyper sees; it drops the stream, and without linger the kernel sends RST.
    fn break_now(&mut self) -> io::Error {
        self.broken = true;
        match self.stream.set_zero_linger() {
            Ok(()) => io::Error::new(io::ErrorKind::ConnectionReset, "reset by a sandbox fault"),
            Err(error) => error,
        }
    }
}

impl AsyncRead for BreakableStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for BreakableStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let body_bytes = self.breaker.0.load(Ordering::SeqCst);
        if body_bytes == WHOLE {
            return Pin::new(&mut self.stream).poll_write(cx, buf);
        }
        if body_bytes == 0 || self.broken {
            return Poll::Ready(Err(self.break_now()));
        }
        // As writes are not vectored, hyper hands over the head and the start of the body together.
        let head = buf
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .map_or(0, |at| at + 4);
        let end = buf.len().min(head + body_bytes);
        match Pin::new(&mut self.stream).poll_write(cx, &buf[..end]) {
            Poll::Ready(Ok(written)) => {
                self.broken = true;
                Poll::Ready(Ok(written))
            }
            other => other,
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
