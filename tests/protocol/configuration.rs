//! The provider block: before it, again, wrong, and unknown.

use cloudbase::framework::Value;
use cloudbase::sandbox::{Options, Sandbox};

use crate::core::{Action, Failed, Instance};
use crate::rig::{A, B, ENV, Rig, share_config};

fn known_share(instance: &Instance) -> Value {
    let share = Value::object([
        ("status", Value::string("bound")),
        ("confirm_url", Value::Null),
        ("error", Value::Null),
    ]);
    instance.config([
        ("env", Value::string(ENV)),
        ("appids", crate::rig::texts(&[A])),
        ("shares", Value::Map([(A.to_owned(), share)].into())),
    ])
}

#[track_caller]
fn assert_unconfigured<T: std::fmt::Debug>(outcome: Result<T, Failed>) {
    let said = outcome.unwrap_err().text();
    assert!(said.contains("has not been configured"), "{said}");
}

#[tokio::test]
async fn operations_before_it_are_refused_but_validation_is_not() {
    let rig = Rig::unconfigured().await;
    let mut share = rig.share();
    let config = share_config(&share, ENV, &[A]);
    share.validate(&config).await.unwrap().nothing();
    assert_unconfigured(share.plan(&config).await);
    assert_unconfigured(share.import(&format!("{ENV}/{A}")).await);
    let env = [("env", Value::string(ENV))];
    assert_unconfigured(rig.core.read_data("cloudbase_env", env).await);
    share.state = known_share(&share);
    assert_unconfigured(share.refresh().await);
    assert_unconfigured(share.plan_only(&Value::Null).await);
    rig.finish().await;
}

#[tokio::test]
async fn the_latest_one_holds() {
    let rig = Rig::start().await;
    let other = Sandbox::start(Options::default()).await.unwrap();
    other.bind(ENV, A, None);
    let mut share = rig.share();
    share.state = known_share(&share);

    rig.core
        .configure([
            ("endpoint", Value::string(other.url())),
            (
                "component_access_token",
                Value::string(other.component_token()),
            ),
        ])
        .await
        .unwrap()
        .nothing();
    share.refresh().await.unwrap().nothing();
    assert!(!share.state.is_null(), "the other API has it");
    assert_eq!(rig.sandbox.calls().len(), 0);

    rig.configure([]).await.unwrap().nothing();
    share.refresh().await.unwrap().nothing();
    assert!(share.state.is_null(), "the first API does not");
    assert_eq!(other.calls().len(), 1);
}

#[tokio::test]
async fn a_wrong_one_is_refused_and_leaves_the_process_unconfigured() {
    let rig = Rig::start().await;
    for (name, value) in [
        ("endpoint", Value::string("http://example.com")),
        ("component_access_token", Value::string(" ")),
        ("request_timeout", Value::string("soon")),
        ("max_retries", Value::integer(-1)),
        ("batch_size", Value::integer(0)),
    ] {
        let failed = rig.configure([(name, value)]).await.unwrap_err();
        assert_eq!(failed.0.len(), 1, "{}", failed.text());
        assert!(failed.0[0].summary.contains(name), "{}", failed.text());
        let path = failed.0[0].attribute.as_ref().unwrap();
        assert_eq!(path.steps.len(), 1, "it points at the argument");
    }
    // Core stops at a failed validation, so that the old configuration still holds.
    let mut share = rig.share();
    let config = share_config(&share, ENV, &[A]);
    assert_eq!(share.plan(&config).await.unwrap().action, Action::Create);
}

#[tokio::test]
async fn an_unknown_token_does_not_fail_the_plan_of_a_create() {
    let rig = Rig::unconfigured().await;
    let mut share = rig.share();
    let config = share_config(&share, ENV, &[A]);
    for unknown in [
        "component_access_token",
        "endpoint",
        "request_timeout",
        "batch_size",
        "batch_across_environments",
    ] {
        rig.configure([(unknown, Value::Unknown)])
            .await
            .unwrap()
            .nothing();
        let plan = share.plan(&config).await.unwrap();
        assert_eq!(plan.action, Action::Create);
        plan.said.announcement();
    }
    rig.configure([("component_access_token", Value::Unknown)])
        .await
        .unwrap()
        .nothing();
    let plan = share.plan(&config).await.unwrap();
    // By the time of the apply it is known.
    rig.configure([]).await.unwrap().nothing();
    share.apply(&plan).await.unwrap().nothing();
    share.assert_settled(&config).await;
}

#[tokio::test]
async fn an_unknown_token_keeps_existing_state_with_a_warning() {
    let rig = Rig::start().await;
    let mut share = rig.share();
    let config = share_config(&share, ENV, &[A]);
    share.converge(&config).await.unwrap();
    let before = share.state.clone();
    rig.configure([("component_access_token", Value::Unknown)])
        .await
        .unwrap()
        .nothing();
    let plan = share.plan(&config).await.unwrap();
    assert_eq!(plan.action, Action::NoOp);
    assert!(plan.said.warnings(1).contains("not refreshed"));
    assert_eq!(share.state, before);
    let more = share_config(&share, ENV, &[A, B]);
    assert_eq!(share.plan(&more).await.unwrap().action, Action::Update);
}
