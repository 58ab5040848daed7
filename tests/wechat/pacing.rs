//! `requests_per_second` over all calls of a client.

use std::time::{Duration, Instant};

use cloudbase::wechat::{Class, Client, RequestRate};
use futures_util::future::join_all;
use serde_json::json;

use crate::server::{Reply, Server, operation};

#[tokio::test]
async fn pacing_holds_over_all_calls_and_does_not_outlast_a_deadline() {
    let server = Server::start(|_| Reply::Json(json!({"errcode": 0}))).await;
    let mut settings = server.settings();
    settings.requests_per_second = Some(RequestRate::try_from(20.0).unwrap());
    let client = Client::new(settings.clone());
    let started = Instant::now();
    let calls = (0..5).map(|_| {
        let client = client.clone();
        async move { client.env_info(&operation(), None).await }
    });
    assert!(
        join_all(calls)
            .await
            .into_iter()
            .all(|result| result.is_ok())
    );
    assert!(
        started.elapsed() >= Duration::from_millis(200),
        "five calls at 20 a second"
    );

    settings.requests_per_second = Some(RequestRate::try_from(0.001).unwrap());
    let client = Client::new(settings);
    client.env_info(&operation(), None).await.unwrap();
    let before = server.requests().len();
    let error = client.env_info(&operation(), None).await.unwrap_err();
    assert_eq!(
        (error.class(), error.attempts()),
        (Class::DeadlineExceeded, 0)
    );
    assert_eq!(server.requests().len(), before);
}
