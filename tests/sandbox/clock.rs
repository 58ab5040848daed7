//! What time alone changes, on a clock that the test turns.

use std::time::Duration;

use cloudbase::sandbox::{Confirm, Endpoint, GRACE, Quota, TokenKind};
use tokio::time::advance;

use crate::client::{ENV, errcode, one, start};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn an_old_token_works_for_its_grace_and_a_new_one_for_its_life() {
    let (sandbox, client) = start().await;
    let code = async |token: &str| client.code_with_token(Endpoint::Query, token).await;
    let old = sandbox.component_token();
    let new = sandbox.rotate_token(TokenKind::Component, GRACE);
    assert_eq!(GRACE, SECOND * 300);
    advance(SECOND * 299).await;
    assert_eq!(code(&old).await, 0);
    advance(SECOND).await;
    assert_eq!((code(&old).await, code(&new).await), (40001, 0));
    advance(SECOND * (7200 - 300 - 1)).await;
    assert_eq!(code(&new).await, 0);
    advance(SECOND).await;
    assert_eq!(code(&new).await, 42001);
    assert_ne!(sandbox.component_token(), new);
}

#[tokio::test(start_paused = true)]
async fn a_share_confirms_itself_after_its_delay_unless_it_was_decided() {
    let (sandbox, client) = start().await;
    sandbox.set_confirm(Confirm::After(SECOND * 60));
    client.share_url(ENV, one()).await;
    client.share_url("prod-2", one()).await;
    assert!(sandbox.refuse("prod-2", one()));
    advance(SECOND * 59).await;
    assert!(client.envs_of(one(), None).await.is_empty());
    let fresh = client.share_url(ENV, one()).await;
    advance(SECOND).await;
    assert!(
        client.envs_of(one(), None).await.is_empty(),
        "the old link is dead"
    );
    advance(SECOND * 59).await;
    assert_eq!(client.envs_of(one(), None).await, [ENV]);
    assert!(client.get(&fresh).await.1.contains("Already approved"));
    assert!(sandbox.pending().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_minute_cap_is_over_after_a_minute() {
    let (sandbox, client) = start().await;
    sandbox.set_quota(Quota {
        per_minute: Some(1),
        ..Quota::default()
    });
    assert_eq!(errcode(&client.query(&[one()], None).await), 0);
    assert_eq!(errcode(&client.query(&[one()], None).await), 45011);
    advance(SECOND * 60).await;
    assert_eq!(errcode(&client.query(&[one()], None).await), 0);
}
