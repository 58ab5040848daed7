//! When to stop.

use std::future::Future;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::connection::ConnectionCount;
use super::signals::{Signal, Signals};

/// How long after its last connection a host may come back. grpc-go connects anew by itself when a
/// connection breaks; a host that has died does not.
const RETURN_LIMIT: Duration = Duration::from_millis(500);

/// How often to look whether the parent is still there, until a first connection comes.
const PARENT_INTERVAL: Duration = Duration::from_secs(1);

/// How long to wait for a first connection. A host connects as soon as it has read the handshake
/// line, and itself gives up after a minute (`client.go`, `StartTimeout`). It also ends a process
/// whose host died before the process could learn who its parent is.
const FIRST_CONNECTION_LIMIT: Duration = Duration::from_secs(90);

/// Why serving ended. Each of them is a success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShutdownReason {
    /// The host asked for it.
    Shutdown,
    /// The host closed its connection, or died before it opened one.
    HostGone,
    /// SIGTERM, or SIGINT when a developer started the process.
    Signal,
}

/// The wish to stop, shared by those who may have it and those who have to obey.
#[derive(Debug, Clone, Default)]
pub(super) struct Stop {
    token: CancellationToken,
    ending: Arc<OnceLock<ShutdownReason>>,
}

impl Stop {
    /// `token` is cancelled when the wish comes up.
    pub(super) fn announced_by(token: CancellationToken) -> Self {
        Self {
            token,
            ending: Arc::default(),
        }
    }

    /// Asks everyone to stop. The first reason is the one that counts.
    pub(super) fn request(&self, ending: ShutdownReason) {
        if self.ending.set(ending).is_ok() {
            tracing::debug!(reason = ?ending, "stopping");
        }
        self.token.cancel();
    }

    /// Waits until someone asks.
    pub(super) fn requested(&self) -> impl Future<Output = ()> + Send + use<> {
        self.token.clone().cancelled_owned()
    }

    pub(super) fn ending(&self) -> Option<ShutdownReason> {
        self.ending.get().copied()
    }
}

/// Waits for the end of a process that a host has started.
///
/// SIGINT is not one: the terminal sends it to Terraform's whole process group, and Terraform then
/// stops its providers in its own way (`StopProvider`). Nor is SIGHUP: a host that it ends lets go of its
/// connection, and one under `nohup` goes on and needs its providers.
pub(super) async fn of_launched(
    signals: &mut Signals,
    parent: Parent,
    count: watch::Receiver<ConnectionCount>,
) -> ShutdownReason {
    let gone = host_gone(count, || parent.is_gone());
    tokio::pin!(gone);
    loop {
        tokio::select! {
            () = &mut gone => return ShutdownReason::HostGone,
            signal = signals.next() => match signal {
                Signal::Interrupt => tracing::debug!("ignored SIGINT"),
                Signal::HangUp => tracing::debug!("ignored SIGHUP"),
                Signal::Terminate => return ShutdownReason::Signal,
            },
        }
    }
}

/// Waits for the end of a process that a developer has started: any signal.
pub(super) async fn of_reattachable(signals: &mut Signals) -> ShutdownReason {
    signals.next().await;
    ShutdownReason::Signal
}

/// Waits until the host has had a connection and let go of it, has died without one, or has not
/// opened one in time.
///
/// Nothing else tells a plugin that its host died: there is no signal, and standard input belongs
/// to the host.
async fn host_gone(mut count: watch::Receiver<ConnectionCount>, orphaned: impl Fn() -> bool) {
    let started = Instant::now();
    loop {
        let now = *count.borrow_and_update();
        let patience = match now {
            ConnectionCount {
                open: 0,
                ever: true,
            } => RETURN_LIMIT,
            ConnectionCount {
                open: 0,
                ever: false,
            } => PARENT_INTERVAL,
            _ => Duration::MAX,
        };
        match timeout(patience, count.changed()).await {
            Err(_) if now.ever || orphaned() || started.elapsed() > FIRST_CONNECTION_LIMIT => {
                return;
            }
            // The sender lives as long as the server, which then ends by itself.
            Ok(Err(_)) => sleep(Duration::MAX).await,
            Ok(Ok(())) | Err(_) => {}
        }
    }
}

/// The process that started this one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parent(u32);

impl Parent {
    /// To be called before the host is told anything, so that it can be taken to be alive.
    pub(super) fn current() -> Self {
        Self(parent_id())
    }

    /// An orphan is handed to another parent. Never on Windows, where there is no such rule and
    /// the connection alone has to tell.
    fn is_gone(self) -> bool {
        parent_id() != self.0
    }
}

fn parent_id() -> u32 {
    #[cfg(unix)]
    {
        std::os::unix::process::parent_id()
    }
    #[cfg(not(unix))]
    {
        0
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::task::Poll;

    use futures_util::poll;
    use tokio::time::advance;

    use super::*;

    const fn count(open: usize, ever: bool) -> ConnectionCount {
        ConnectionCount { open, ever }
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_connection_to_close_is_the_end() {
        let (sender, receiver) = watch::channel(ConnectionCount::default());
        let gone = host_gone(receiver, || false);
        tokio::pin!(gone);
        sender.send_replace(count(2, true));
        assert_eq!(poll!(&mut gone), Poll::Pending);
        sender.send_replace(count(1, true));
        assert_eq!(poll!(&mut gone), Poll::Pending);
        advance(Duration::from_secs(3600)).await;
        assert_eq!(poll!(&mut gone), Poll::Pending);
        sender.send_replace(count(0, true));
        assert_eq!(poll!(&mut gone), Poll::Pending);
        advance(RETURN_LIMIT).await;
        assert_eq!(poll!(&mut gone), Poll::Ready(()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_may_connect_anew() {
        let (sender, receiver) = watch::channel(count(0, true));
        let gone = host_gone(receiver, || false);
        tokio::pin!(gone);
        assert_eq!(poll!(&mut gone), Poll::Pending);
        advance(RETURN_LIMIT / 2).await;
        sender.send_replace(count(1, true));
        assert_eq!(poll!(&mut gone), Poll::Pending);
        advance(RETURN_LIMIT * 10).await;
        assert_eq!(poll!(&mut gone), Poll::Pending);
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_connection_only_the_parents_death_is_the_end() {
        let orphaned = Cell::new(false);
        let (_sender, receiver) = watch::channel(ConnectionCount::default());
        let gone = host_gone(receiver, || orphaned.get());
        tokio::pin!(gone);
        for _ in 0..60 {
            assert_eq!(poll!(&mut gone), Poll::Pending);
            advance(PARENT_INTERVAL).await;
        }
        orphaned.set(true);
        assert_eq!(poll!(&mut gone), Poll::Ready(()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_never_connects_is_not_waited_for_for_ever() {
        let (_sender, receiver) = watch::channel(ConnectionCount::default());
        let gone = host_gone(receiver, || false);
        assert!(timeout(FIRST_CONNECTION_LIMIT / 2, gone).await.is_err());
        let (_sender, receiver) = watch::channel(ConnectionCount::default());
        let gone = host_gone(receiver, || false);
        assert!(
            timeout(FIRST_CONNECTION_LIMIT + PARENT_INTERVAL * 2, gone)
                .await
                .is_ok()
        );
    }

    #[test]
    fn the_first_reason_counts() {
        let stop = Stop::default();
        assert_eq!(stop.ending(), None);
        stop.request(ShutdownReason::Shutdown);
        stop.request(ShutdownReason::HostGone);
        assert_eq!(stop.ending(), Some(ShutdownReason::Shutdown));
    }
}
