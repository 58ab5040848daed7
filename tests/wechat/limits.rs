//! Nothing goes on past an operation's deadline or its cancellation.

use std::time::{Duration, Instant};

use cloudbase::wechat::{Backoff, Class, Client, Operation};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::server::{Reply, Server, appid, appids, env};

/// Far longer than any of these tests takes, far shorter than the waits they cut short.
const SOON: Duration = Duration::from_secs(20);
const NEVER: Duration = Duration::from_secs(3600);

fn patient(server: &Server) -> Client {
    let mut settings = server.settings();
    settings.request_timeout = NEVER;
    settings.transient_backoff = Backoff {
        first: NEVER,
        factor: 1,
        ceiling: NEVER,
    };
    Client::new(settings)
}

#[tokio::test]
async fn a_wait_past_the_deadline_is_refused_at_once() {
    let server = Server::start(|_| Reply::Json(json!({"errcode": -1}))).await;
    let started = Instant::now();
    let operation = Operation::new(NEVER / 2, CancellationToken::new());
    let error = patient(&server)
        .env_info(&operation, None)
        .await
        .unwrap_err();
    assert!(started.elapsed() < SOON);
    assert_eq!(
        (error.class(), error.attempts()),
        (Class::DeadlineExceeded, 1)
    );
    assert_eq!(error.errcode(), Some(-1));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn cancellation_ends_a_wait_between_attempts() {
    let cancel = CancellationToken::new();
    let waiting = cancel.clone();
    let server = Server::start(move |_| {
        let cancel = waiting.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(50)).await;
            cancel.cancel();
        });
        Reply::Json(json!({"errcode": -1}))
    })
    .await;
    let started = Instant::now();
    let operation = Operation::new(2 * NEVER, cancel);
    let error = patient(&server)
        .env_info(&operation, None)
        .await
        .unwrap_err();
    assert!(started.elapsed() < SOON);
    assert_eq!((error.class(), error.attempts()), (Class::Cancelled, 1));
}

#[tokio::test]
async fn an_attempt_in_flight_ends_at_the_deadline() {
    let server = Server::start(|_| Reply::Hang).await;
    let operation = Operation::new(Duration::from_millis(300), CancellationToken::new());
    let outcomes = patient(&server)
        .share(&operation, &env(), &appids([1]), None)
        .await;
    let error = outcomes[&appid(1)].as_ref().unwrap_err();
    assert_eq!(
        (error.class(), error.attempts()),
        (Class::DeadlineExceeded, 1)
    );
    assert!(error.may_have_been_applied(), "it was sent");
}

#[tokio::test]
async fn nothing_is_sent_once_it_is_over() {
    let server = Server::start(|_| Reply::Json(json!({"errcode": 0}))).await;
    let cancel = CancellationToken::new();
    cancel.cancel();
    let over = Operation::new(NEVER, cancel);
    let outcomes = patient(&server)
        .share(&over, &env(), &appids(0..100), None)
        .await;
    assert_eq!(outcomes.len(), 100);
    for outcome in outcomes.values() {
        let error = outcome.as_ref().unwrap_err();
        assert_eq!((error.class(), error.attempts()), (Class::Cancelled, 0));
        assert_eq!(error.happened(), "not sent: the operation was cancelled");
        assert!(!error.may_have_been_applied());
    }
    assert_eq!(server.requests().len(), 0);
}
