//! Much at once, big values, and being told to stop.

use std::time::Duration;

use cloudbase::framework::Value;
use cloudbase::proto::tfplugin6 as pb;
use cloudbase::sandbox::{Effect, Endpoint, Fault};
use tokio::time::timeout;

use crate::core::{Action, Failed, Instance, Plan, Said, within};
use crate::rig::{A, B, ENV, Rig, appids, share_config, share_config_with_trigger, status};

/// A write that is under way has ten seconds to answer; nothing that has been told to stop takes this long. What hangs
/// here would hang for ten minutes.
const PROMPTLY: Duration = Duration::from_secs(20);
const FOREVER: Duration = Duration::from_secs(600);

#[tokio::test]
async fn a_value_of_five_megabytes_goes_through_every_step() {
    let rig = Rig::start().await;
    let mut share = rig.share();
    let big = "\u{1f30a}x".repeat(1 << 20);
    assert_eq!(big.len(), 5 << 20);
    let config = share_config_with_trigger(&share, ENV, &[A], &big);
    share.converge(&config).await.unwrap();
    let kept = share.state.attribute("confirmation_trigger");
    assert_eq!(kept.as_str(), Some(big.as_str()));
    share.assert_settled(&config).await;
    let config = share_config_with_trigger(&share, ENV, &[A], &big[5..]);
    assert_eq!(share.converge(&config).await.unwrap(), Action::Update);
    share.assert_settled(&config).await;
    share.converge(&Value::Null).await.unwrap();
    rig.finish().await;
}

#[tokio::test]
async fn ten_instances_live_at_once() {
    let rig = Rig::start().await;
    let lives = (0..10).map(|i| {
        let mut share = rig.share();
        tokio::spawn(async move {
            let env = format!("env-{i}");
            let names = [format!("wx{i:016}"), format!("wx{:016}", i + 100)];
            let names: Vec<_> = names.iter().map(String::as_str).collect();
            let config = share_config(&share, &env, &names[..1]);
            share.converge(&config).await.unwrap();
            share.assert_settled(&config).await;
            let config = share_config(&share, &env, &names);
            assert_eq!(share.converge(&config).await.unwrap(), Action::Update);
            share.assert_settled(&config).await;
            assert_eq!(appids(&share.state), names);
        })
    });
    let lives: Vec<_> = lives.collect();
    for life in lives {
        life.await.unwrap();
    }
    assert_eq!(rig.sandbox.pending().len(), 20);
    rig.finish().await;
}

/// Applies in the background what hangs at the API, tells the provider to stop as soon as the API
/// has `calls` calls to `endpoint`, and returns what came of it.
async fn apply_and_stop(
    rig: &Rig,
    share: &Instance,
    plan: Plan,
    endpoint: Endpoint,
    calls: usize,
) -> (Instance, Result<Said, Failed>) {
    let mut applying = share.clone();
    let apply = tokio::spawn(async move {
        let outcome = applying.apply(&plan).await;
        (applying, outcome)
    });
    let arrived = rig.sandbox.wait_for_calls(endpoint, calls);
    timeout(FOREVER, arrived).await.unwrap();
    let stopped = within(
        rig.core
            .client()
            .stop_provider(pb::stop_provider::Request {}),
    )
    .await;
    assert_eq!(stopped.error, "");
    let ended = timeout(PROMPTLY, apply).await;
    ended.expect("an apply that is told to stop ends").unwrap()
}

fn hang(on: Endpoint, appid: &str) -> Fault {
    Fault::new(Effect::Hang(FOREVER)).on(on).naming_appid(appid)
}

#[tokio::test]
async fn stop_ends_a_create_with_an_error_and_nothing_in_state() {
    let rig = Rig::start().await;
    let mut share = rig.share();
    let config = share_config(&share, ENV, &[A]);
    let plan = share.plan(&config).await.unwrap();
    rig.sandbox.inject(hang(Endpoint::Share, A));
    let (mut share, outcome) = apply_and_stop(&rig, &share, plan, Endpoint::Share, 1).await;
    let said = outcome.unwrap_err().text();
    assert!(said.contains(A), "{said}");
    assert!(share.state.is_null());

    // The process serves as before.
    assert!(rig.host.is_serving().await.unwrap());
    share.converge(&config).await.unwrap();
    share.assert_settled(&config).await;
    rig.finish().await;
}

#[tokio::test]
async fn stop_keeps_the_part_of_an_update_that_is_done() {
    let rig = Rig::start_with([("batch_size", Value::integer(1))]).await;
    let mut share = rig.share();
    share
        .converge(&share_config(&share, ENV, &[A]))
        .await
        .unwrap();
    rig.sandbox.approve_all();
    let config = share_config(&share, ENV, &[B]);
    let plan = share.plan(&config).await.unwrap();
    // B is shared, then ending the share to A hangs.
    rig.sandbox.inject(hang(Endpoint::Unshare, A));
    let (mut share, outcome) = apply_and_stop(&rig, &share, plan, Endpoint::Unshare, 1).await;
    let said = outcome.unwrap_err().text();
    assert!(said.contains(&format!("with mini program {A}")), "{said}");
    assert!(!said.contains(&format!("with mini program {B}")), "{said}");
    assert_eq!(appids(&share.state), [B, A], "both are there now");
    assert_eq!(status(&share.state, B), "pending");

    assert_eq!(share.converge(&config).await.unwrap(), Action::Update);
    assert_eq!(
        rig.sandbox.requests_sent(ENV, B, None),
        1,
        "B is not asked again"
    );
    share.assert_settled(&config).await;
}

#[tokio::test]
async fn stop_ends_a_delete_and_a_read() {
    let rig = Rig::start().await;
    let mut share = rig.share();
    let config = share_config(&share, ENV, &[A]);
    share.converge(&config).await.unwrap();
    rig.sandbox.approve_all();
    share.refresh().await.unwrap().nothing();
    let before = share.state.clone();
    let plan = share.plan(&Value::Null).await.unwrap();
    rig.sandbox.inject(hang(Endpoint::Unshare, A));
    let (mut share, outcome) = apply_and_stop(&rig, &share, plan, Endpoint::Unshare, 1).await;
    outcome.unwrap_err();
    assert_eq!(share.state, before, "what was there is still there");

    rig.sandbox.clear_calls();
    rig.sandbox.inject(hang(Endpoint::Query, A));
    let mut reading = share.clone();
    let read = tokio::spawn(async move {
        let outcome = reading.refresh().await;
        (reading, outcome)
    });
    rig.sandbox.wait_for_calls(Endpoint::Query, 1).await;
    within(
        rig.core
            .client()
            .stop_provider(pb::stop_provider::Request {}),
    )
    .await;
    let (reading, outcome) = timeout(PROMPTLY, read).await.unwrap().unwrap();
    outcome.unwrap_err();
    assert_eq!(reading.state, before);

    share.converge(&Value::Null).await.unwrap();
    assert!(share.state.is_null());
}

#[tokio::test]
async fn a_caller_that_goes_away_leaves_the_process_serving() {
    let rig = Rig::start().await;
    let mut share = rig.share();
    let config = share_config(&share, ENV, &[A]);
    let plan = share.plan(&config).await.unwrap();
    rig.sandbox.inject(hang(Endpoint::Share, A));
    let mut applying = share.clone();
    let apply = tokio::spawn(async move { applying.apply(&plan).await });
    rig.sandbox.wait_for_calls(Endpoint::Share, 1).await;
    apply.abort();
    share.converge(&config).await.unwrap();
    share.assert_settled(&config).await;
    rig.finish().await;
}

/// Core sends rpcs at once, and a stop may overtake an apply that was sent before it.
#[tokio::test]
async fn a_change_that_comes_right_after_a_stop_is_not_made() {
    let rig = Rig::start().await;
    let mut share = rig.share();
    let config = share_config(&share, ENV, &[A]);
    let plan = share.plan(&config).await.unwrap();
    let stop = || async {
        let request = pb::stop_provider::Request {};
        within(rig.core.client().stop_provider(request)).await
    };
    stop().await;
    let failed = share.apply(&plan).await.unwrap_err().text();
    assert!(failed.contains("not sent"), "{failed}");
    assert_eq!(rig.sandbox.calls_to(Endpoint::Share).len(), 0);

    // A process that goes on serving makes changes again.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let plan = share.plan(&config).await.unwrap();
    share.apply(&plan).await.unwrap().nothing();

    // What was made may be destroyed at once.
    let plan = share.plan(&Value::Null).await.unwrap();
    stop().await;
    share.apply(&plan).await.unwrap().nothing();
    assert!(rig.sandbox.pending().is_empty());
}
