//! One batch: who waits for it, what for, and what came of it.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{Notify, watch},
    time::Instant,
};

use super::pace::Patience;
use crate::wechat::{
    Appid, Error, Operation, Stop,
    auth::single_flight::broke_off,
    batch::waiters::{Waiter as Member, Waiters as Crowd},
};

/// Per mini program, what came of a batch.
pub(super) type Outcomes<T> = BTreeMap<Appid, Result<T, Error>>;

/// How long someone whose operation is over waits for a batch that was sent and is ending for the same reason: it knows
/// more.
const PARTING: Duration = Duration::from_millis(100);

/// A batch, from its open window to its outcomes.
#[derive(Debug)]
pub(super) struct Batch<T> {
    crowd: Arc<Crowd>,
    content: Mutex<Content>,
    /// Something new came, or the batch is full.
    news: Notify,
    outcomes: watch::Sender<Option<Arc<Outcomes<T>>>>,
}

#[derive(Debug, Default)]
struct Content {
    /// What each member waits for.
    wanted: HashMap<u64, BTreeSet<Appid>>,
    /// Everything anybody has asked for, also those who left.
    asked: BTreeSet<Appid>,
    full: bool,
    sent: bool,
}

/// A member's place in a batch; dropping it is leaving.
#[derive(Debug)]
pub(super) struct Seat<T> {
    batch: Arc<Batch<T>>,
    member: Option<Member>,
    appids: BTreeSet<Appid>,
    outcomes: watch::Receiver<Option<Arc<Outcomes<T>>>>,
}

impl<T: Clone + Send + Sync + 'static> Batch<T> {
    /// Opens a window with its first member. Takes up to `size` of `appids`; the rest stays.
    pub(super) fn open(
        operation: &Operation,
        appids: &mut BTreeSet<Appid>,
        size: usize,
    ) -> (Arc<Self>, Seat<T>) {
        let (crowd, member) = Crowd::new(operation);
        let batch = Arc::new(Self {
            crowd,
            content: Mutex::default(),
            news: Notify::new(),
            outcomes: watch::Sender::new(None),
        });
        let seat = batch.seat(member, appids, size);
        (batch, seat)
    }

    /// Takes a seat in a batch that has not been sent, for as many of `appids` as there is room for; the rest stays. No
    /// seat if there is none or the batch is being given up.
    pub(super) fn enter(
        self: &Arc<Self>,
        operation: &Operation,
        appids: &mut BTreeSet<Appid>,
        size: usize,
    ) -> Option<Seat<T>> {
        let room = {
            let content = self.content();
            !content.sent
                && (content.asked.len() < size
                    || appids.iter().any(|appid| content.asked.contains(appid)))
        };
        if !room {
            return None;
        }
        let member = self.crowd.join(operation)?;
        Some(self.seat(member, appids, size))
    }

    /// Waits for appids the batch is about already, sent or not.
    pub(super) fn join(
        self: &Arc<Self>,
        operation: &Operation,
        appids: BTreeSet<Appid>,
    ) -> Option<Seat<T>> {
        let member = self.crowd.join(operation)?;
        self.content().wanted.insert(member.id(), appids.clone());
        Some(self.seated(member, appids))
    }

    fn seat(
        self: &Arc<Self>,
        member: Member,
        appids: &mut BTreeSet<Appid>,
        size: usize,
    ) -> Seat<T> {
        let taken = {
            let mut content = self.content();
            let mut taken = BTreeSet::new();
            for appid in &*appids {
                if content.asked.contains(appid) || content.asked.len() < size {
                    content.asked.insert(appid.clone());
                    taken.insert(appid.clone());
                }
            }
            appids.retain(|appid| !taken.contains(appid));
            content.full = content.asked.len() >= size;
            content.wanted.insert(member.id(), taken.clone());
            taken
        };
        self.news.notify_one();
        self.seated(member, taken)
    }

    fn seated(self: &Arc<Self>, member: Member, appids: BTreeSet<Appid>) -> Seat<T> {
        Seat {
            batch: Arc::clone(self),
            member: Some(member),
            appids,
            outcomes: self.outcomes.subscribe(),
        }
    }

    /// An operation that lasts as long as somebody waits for the batch.
    pub(super) fn operation(&self) -> Operation {
        Operation::shared(Arc::clone(&self.crowd))
    }

    pub(super) fn is_full(&self) -> bool {
        self.content().full
    }

    /// Waits until the window is to be closed.
    pub(super) async fn gather(
        &self,
        operation: &Operation,
        patience: Patience,
    ) -> Result<(), Stop> {
        let latest = Instant::now() + patience.longest;
        loop {
            let limit = latest.min(Instant::now() + patience.idle);
            if self.is_full() || Instant::now() >= latest {
                return Ok(());
            }
            let news = tokio::time::timeout_at(limit, self.news.notified());
            if operation.run(news).await?.is_err() {
                return Ok(());
            }
        }
    }

    /// How many wait for it.
    pub(super) fn members(&self) -> usize {
        self.content().wanted.len()
    }

    /// Closes the window: what is wanted by those who are still there.
    pub(super) fn close(&self) -> BTreeSet<Appid> {
        let mut content = self.content();
        content.sent = true;
        content.wanted.values().flatten().cloned().collect()
    }

    /// Gives everyone their outcomes.
    pub(super) fn publish(&self, outcomes: Outcomes<T>) {
        self.outcomes.send_replace(Some(Arc::new(outcomes)));
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Drop for Seat<T> {
    fn drop(&mut self) {
        self.leave();
    }
}

impl<T> Seat<T> {
    /// Takes back what this seat waits for, unless it has been sent. Once it is taken back it is not sent for this seat.
    fn withdraw(&mut self) -> bool {
        let Some(member) = &self.member else {
            return false;
        };
        let content = self.batch.content.lock();
        let mut content = content.unwrap_or_else(PoisonError::into_inner);
        if !content.sent {
            content.wanted.remove(&member.id());
        }
        !content.sent
    }

    fn leave(&mut self) {
        if let Some(member) = self.member.take() {
            let content = self.batch.content.lock();
            content
                .unwrap_or_else(PoisonError::into_inner)
                .wanted
                .remove(&member.id());
        }
    }
}

impl<T: Clone + Send + Sync + 'static> Seat<T> {
    /// The outcomes of this seat's appids. If the operation ends first, what was not sent is withdrawn; what was sent is
    /// waited for a moment more (a write, after a cancellation, for `grace`), and then its outcome is not known.
    ///
    /// `grace` is zero for a read.
    pub(super) async fn wait(mut self, operation: &Operation, grace: Duration) -> Outcomes<T> {
        let ended = match operation.run(arrived(&mut self.outcomes)).await {
            Ok(outcomes) => return self.own(outcomes.as_deref()),
            Err(stop) => stop,
        };
        let writes = !grace.is_zero();
        if self.withdraw() {
            return self.all(&if writes {
                Error::not_sent(ended)
            } else {
                Error::stopped(ended)
            });
        }
        let parting = match ended {
            Stop::Cancelled => {
                // Leaving lets the batch end if nobody else is there.
                self.leave();
                grace.max(PARTING)
            }
            Stop::Deadline => PARTING,
        };
        if let Ok(outcomes) = tokio::time::timeout(parting, arrived(&mut self.outcomes)).await {
            return self.own(outcomes.as_deref());
        }
        self.all(&Error::stopped(ended).with_attempts(1).maybe_applied(writes))
    }

    fn all(&self, error: &Error) -> Outcomes<T> {
        self.appids
            .iter()
            .map(|appid| (appid.clone(), Err(error.clone())))
            .collect()
    }

    fn own(&self, outcomes: Option<&Outcomes<T>>) -> Outcomes<T> {
        let of = |appid: &Appid| {
            outcomes
                .and_then(|outcomes| outcomes.get(appid).cloned())
                .unwrap_or_else(|| Err(broke_off()))
        };
        self.appids
            .iter()
            .map(|appid| (appid.clone(), of(appid)))
            .collect()
    }
}

/// The outcomes once they are there; none if the batch's task broke off.
async fn arrived<T>(
    outcomes: &mut watch::Receiver<Option<Arc<Outcomes<T>>>>,
) -> Option<Arc<Outcomes<T>>> {
    outcomes
        .wait_for(Option::is_some)
        .await
        .ok()
        .and_then(|outcomes| outcomes.clone())
}

#[cfg(test)]
mod tests {
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::wechat::Class;

    const GRACE: Duration = Duration::from_secs(10);

    fn appid() -> Appid {
        "wx5fe6bb43205e9e07".parse().unwrap()
    }

    fn sit(operation: &Operation) -> (Arc<Batch<()>>, Seat<()>) {
        Batch::open(operation, &mut BTreeSet::from([appid()]), 50)
    }

    fn error(outcomes: &Outcomes<()>) -> &Error {
        outcomes[&appid()].as_ref().unwrap_err()
    }

    /// An operation that is over, and why.
    fn over() -> [(Operation, Class); 2] {
        let cancel = CancellationToken::new();
        cancel.cancel();
        [
            (
                Operation::new(Duration::from_secs(60), cancel),
                Class::Cancelled,
            ),
            (
                Operation::new(Duration::ZERO, CancellationToken::new()),
                Class::DeadlineExceeded,
            ),
        ]
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_not_sent_when_its_operation_ends_is_withdrawn_and_never_sent() {
        for (operation, class) in over() {
            let (batch, seat) = sit(&operation);
            let started = Instant::now();
            let outcomes = seat.wait(&operation, GRACE).await;
            assert_eq!(started.elapsed(), Duration::ZERO);
            let error = error(&outcomes);
            assert_eq!((error.class(), error.attempts()), (class, 0));
            assert!(error.happened().starts_with("not sent: the "), "{error}");
            assert!(!error.may_have_been_applied());
            assert!(batch.close().is_empty());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_sent_in_the_moment_of_its_end_may_have_been_applied() {
        for (operation, class) in over() {
            let (batch, seat) = sit(&operation);
            assert_eq!(batch.close().len(), 1);
            let outcomes = seat.wait(&operation, GRACE).await;
            let error = error(&outcomes);
            assert_eq!((error.class(), error.attempts()), (class, 1));
            assert!(error.may_have_been_applied());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_cancelled_write_that_was_sent_has_ten_seconds_to_answer() {
        for (seconds, answered) in [(9, true), (11, false)] {
            let cancel = CancellationToken::new();
            let operation = Operation::new(Duration::from_secs(60), cancel.clone());
            let (batch, seat) = sit(&operation);
            batch.close();
            cancel.cancel();
            let answers = async {
                tokio::time::sleep(Duration::from_secs(seconds)).await;
                batch.publish(BTreeMap::from([(appid(), Ok(()))]));
            };
            let (outcomes, ()) = tokio::join!(seat.wait(&operation, GRACE), answers);
            assert_eq!(outcomes[&appid()].is_ok(), answered);
        }
    }
}
